"""The JSON Schemas that the command line publishes, as shapes of the interface: a plan, a standard as of a date.

Operations that answer with what a command prints are described by that command's own schema.
"""

import json
from importlib.resources import files
from typing import Any

_REF = "#/components/schemas/"
ANSWERS = {"plans_plan": "Plan", "standards_show": "Standard"}
"""By an operation's id: the shape of its answer."""


def publish(schema: dict[str, Any]) -> None:
    """Put the shapes into an OpenAPI schema, and name them in the answers that have them."""
    plan = _read("qilian.planning", "plan")
    parts = plan.pop("$defs")
    shapes = schema["components"]["schemas"]
    shapes["Plan"] = _moved({name: each for name, each in plan.items() if name not in ("$schema", "title")})
    shapes |= {f"Plan_{name}": _moved(each) for name, each in parts.items()}
    shapes["Standard"] = _read("qilian.portal.library", "standards")["$defs"]["show"]
    for path in schema["paths"].values():
        for operation in path.values():
            if (name := ANSWERS.get(operation["operationId"])) is not None:
                operation["responses"][200]["content"]["application/json"] = {"schema": {"$ref": f"{_REF}{name}"}}


def _read(package: str, name: str) -> dict[str, Any]:
    text = (files(package) / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _moved(part: Any) -> Any:
    """Return a part of the plan's schema, its references led to where the parts are now."""
    if isinstance(part, dict):
        return {
            name: each.replace("#/$defs/", f"{_REF}Plan_") if name == "$ref" else _moved(each)
            for name, each in part.items()
        }
    return [_moved(each) for each in part] if isinstance(part, list) else part
