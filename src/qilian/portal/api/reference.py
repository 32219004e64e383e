"""The reference page's rows: in comes the interface's own OpenAPI schema, out come its operations by room, and shapes.

The page says nothing that the schema does not say, so that neither can be behind the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.portal.accounts.models import Kind
from qilian.portal.api.describing import ADMIN, KEY

Data: TypeAlias = Mapping[str, Any]
TITLES: Mapping[str, "str | Promise"] = {
    "start": gettext_lazy("Where to begin"),
    "people": gettext_lazy("Oneself, tokens, people"),
    "organisations": gettext_lazy("Organisations and members"),
    "standards": gettext_lazy("Standards"),
    "content": gettext_lazy("Rules, tests, acceptance policies"),
    "comments": gettext_lazy("Comments on the content"),
    "bookings": gettext_lazy("Booked paths"),
    "demands": gettext_lazy("Surveys and demands"),
    "appointments": gettext_lazy("Appointments at a laboratory"),
    "samples": gettext_lazy("Sample units"),
    "improvement": gettext_lazy("Problems of the chain"),
    "clinics": gettext_lazy("Experts and clinics"),
    "projects": gettext_lazy("Projects"),
    "leading": gettext_lazy("Chain leaders and suppliers"),
    "scenarios": gettext_lazy("Technology and scenario"),
    "orders": gettext_lazy("Work orders of the service window"),
    "mandates": gettext_lazy("Mandates"),
    "opinions": gettext_lazy("Ratings and complaints"),
    "evaluation": gettext_lazy("Indicator systems, contests, figures"),
    "laboratories": gettext_lazy("Laboratories"),
    "chain": gettext_lazy("Quality map"),
    "products": gettext_lazy("Products"),
    "questions": gettext_lazy("Questions and answers"),
    "evidence": gettext_lazy("Reports already held"),
    "plans": gettext_lazy("Plans"),
    "what-ifs": gettext_lazy("What if, why not, time against price"),
    "links": gettext_lazy("Share links"),
    "notices": gettext_lazy("Notices and what one follows"),
    "jobs": gettext_lazy("Long work"),
    "operation": gettext_lazy("Operation"),
}
"""Titles of the rooms; another room goes by its tag."""
_REF = "#/components/schemas/"
_LARGEST = 2**31 - 1  # what a number of a row can be: no limit to tell


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A parameter or a field; ``shape`` is the one that its type is made of, empty for plain types."""

    name: str
    place: str
    type: str
    shape: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    who: str
    scope: str
    takes_key: bool
    parameters: tuple[FieldRow, ...]
    body: tuple[FieldRow, ...]
    is_form: bool
    status: str
    answer: str
    shape: str
    example: str


@dataclass(frozen=True, slots=True)
class Room:
    """Operations that belong together."""

    id: str
    title: "str | Promise"
    operations: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What requests and answers are made of: an object with fields, or another type."""

    name: str
    type: str
    words: str
    fields: tuple[FieldRow, ...]


def rooms(schema: Data, origin: str) -> list[Room]:
    """Return all operations by room, in the schema's order; ``origin`` stands in the examples."""
    found: dict[str, list[OperationRow]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            row = _operation(schema, origin, path, method.upper(), operation)
            found.setdefault(operation["tags"][0], []).append(row)
    return [Room(tag, TITLES.get(tag, tag), tuple(rows)) for tag, rows in found.items()]


def shapes(schema: Data) -> list[Shape]:
    """Return what has a name, by name."""
    return [
        Shape(name, _type(each)[0], _first_line(each.get("description", "")), _fields(each))
        for name, each in schema["components"]["schemas"].items()
    ]


def _operation(schema: Data, origin: str, path: str, method: str, operation: Data) -> OperationRow:
    status, answer = next(each for each in operation["responses"].items() if str(each[0]).startswith("2"))
    content = answer.get("content", {})
    shown = content.get("application/json", {}).get("schema") if len(content) == 1 else None
    type_, shape = _type(shown) if shown is not None else (", ".join(content), "")
    body, is_form = _body(schema, operation)
    takes_key = any(each["name"] == KEY for each in operation["parameters"])
    return OperationRow(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        words=operation.get("description", ""),
        who=_who(operation["x-access"]),
        scope=operation["x-scope"],
        takes_key=takes_key,
        parameters=tuple(
            FieldRow(each["name"], each["in"], *_type(each["schema"]), each["required"], each.get("description", ""))
            for each in operation["parameters"]
            if each["name"] != KEY
        ),
        body=body,
        is_form=is_form,
        status=str(status),
        answer=type_,
        shape=shape,
        example=_example(origin, path, method, operation, takes_key, body, is_form),
    )


def _body(schema: Data, operation: Data) -> tuple[tuple[FieldRow, ...], bool]:
    content: Data = operation.get("requestBody", {}).get("content", {})
    if not content:
        return (), False
    media_type, sent = next(iter(content.items()))
    return _fields(_resolved(schema, sent["schema"])), media_type == "multipart/form-data"


def _fields(shape: Data) -> tuple[FieldRow, ...]:
    required = shape.get("required", ())
    return tuple(
        FieldRow(name, "", *_type(field), name in required, field.get("description", ""))
        for name, field in shape.get("properties", {}).items()
    )


def _resolved(schema: Data, shape: Data) -> Data:
    while "$ref" in shape or "allOf" in shape:
        ref = shape["$ref"] if "$ref" in shape else shape["allOf"][0]["$ref"]
        shape = schema["components"]["schemas"][ref.removeprefix(_REF)]
    return shape


def _type(schema: Data) -> tuple[str, str]:
    """Return a type in words, and the shape that it is made of."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return name, name
    if "allOf" in schema:
        return _type(schema["allOf"][0])
    if "anyOf" in schema:
        parts = [_type(each) for each in schema["anyOf"]]
        return " | ".join(part for part, _ in parts), next((shape for _, shape in parts if shape), "")
    if "enum" in schema or "const" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in allowed), ""
    if schema.get("type") == "array":
        inner, shape = _type(schema.get("items", {}))
        return f"[{inner}]", shape
    kinds = schema.get("type", "any")
    kind = str(schema.get("format", kinds if isinstance(kinds, str) else " | ".join(kinds)))
    low, high = schema.get("minimum", schema.get("minLength")), schema.get("maximum", schema.get("maxLength"))
    if high is None or high == _LARGEST:
        return kind, ""
    return f"{kind} {'' if low is None else low}…{high}", ""


def _who(access: str) -> str:
    kinds, admin = access.removesuffix(ADMIN), access.endswith(ADMIN)
    words = {"anyone": _("anyone"), "signed in": _("everybody with an account"), "person": _("a person for themselves")}
    names = [str(words.get(each) or Kind(each).label) for each in kinds.split(",")]
    said = " · ".join(names)
    return f"{said} ({_('who manages the members')})" if admin else said


def _example(
    origin: str, path: str, method: str, operation: Data, takes_key: bool, body: tuple[FieldRow, ...], is_form: bool
) -> str:
    asked = [each["name"] for each in operation["parameters"] if each["in"] == "query" and each["required"]]
    address = f"{origin}{path}" + ("?" + "&".join(f"{name}=…" for name in asked) if asked else "")
    lines = [f"curl '{address}'" if method == "GET" else f"curl -X {method} '{address}'"]
    if operation["x-access"] != "anyone":
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if takes_key:
        lines.append(f'-H "{KEY}: $(uuidgen)"')
    needed = [each for each in body if each.required]
    if is_form:
        lines += [f"-F {each.name}={'@FILE' if each.type == 'binary' else '…'}" for each in needed]
    elif body:
        sent = json.dumps({each.name: "…" for each in needed}, ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return " \\\n  ".join(lines)


def _first_line(words: str) -> str:
    return words.partition("\n")[0]
