"""The JSON Schemas that the command line publishes, as shapes of the interface: plan, standard, impact.

Operations that answer with what a command prints are described by that command's own schema.
"""

import json
from importlib.resources import files
from typing import Any

_REF = "#/components/schemas/"
ANSWERS = {"plans_plan": "Plan", "standards_show": "Standard", "standards_impact": "Impact"}
"""By an operation's id: the shape of its answer."""


def publish(schema: dict[str, Any]) -> None:
    """Put the shapes into an OpenAPI schema, and name them in the answers that have them."""
    shapes = schema["components"]["schemas"]
    for title, shape in (("Plan", _read("qilian.planning", "plan")), ("Impact", _read("qilian.planning", "impact"))):
        parts = shape.pop("$defs")
        shapes[title] = _moved({key: each for key, each in shape.items() if key not in ("$schema", "title")}, title)
        shapes.update({f"{title}_{key}": _moved(each, title) for key, each in parts.items()})
    shapes["Standard"] = _read("qilian.portal.library", "standards")["$defs"]["show"]
    for path in schema["paths"].values():
        for operation in path.values():
            if (name := ANSWERS.get(operation["operationId"])) is not None:
                operation["responses"][200]["content"]["application/json"] = {"schema": {"$ref": f"{_REF}{name}"}}


def _read(package: str, name: str) -> dict[str, Any]:
    text = (files(package) / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _moved(part: Any, whole: str) -> Any:
    """Return a part of a schema, its references led to where the parts are now."""
    if isinstance(part, dict):
        return {
            name: each.replace("#/$defs/", f"{_REF}{whole}_") if name == "$ref" else _moved(each, whole)
            for name, each in part.items()
        }
    return [_moved(each, whole) for each in part] if isinstance(part, list) else part
