"""The interface described by OpenAPI 3.1: what ninja finds, and who may call, which errors, which writes take a key.

Summaries and the names of the rooms are in the reader's language; all else is in English.
"""

import json
import re
from typing import Any

from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.operation import Operation

from qilian.portal.accounts.access import ANYONE, SIGNED_IN, Access
from qilian.portal.api.once import LONGEST_KEY
from qilian.portal.api.problems import MEDIA_TYPE
from qilian.portal.api.published import publish

KEY = "Idempotency-Key"
ADMIN = " (admin)"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
_REF = re.compile(r'"#/components/schemas/([^"]+)"')
_KEY_WORDS = "A retry with the same key, within a day, changes nothing and gets the first answer."


def identifier(operation: Operation) -> str:
    """Return an operation's id: the router's module and the function, which stay when its address changes."""
    return f"{operation.view_func.__module__.rpartition('.')[2]}_{operation.view_func.__name__}"


def who_may(access: Access) -> str:
    """Return who may call an operation: ``anyone``, ``signed in``, or kinds of organisations with commas."""
    if access == ANYONE:
        return "anyone"
    kinds = "signed in" if access == SIGNED_IN else ",".join(sorted(access.actors))
    return f"{kinds}{ADMIN}" if access.admin else kinds


def scope_of(method: str) -> str:
    """Return what a token must be allowed for an operation: ``read``, or ``write`` for what changes something."""
    return "write" if method.upper() in WRITES else "read"


def operations_of(api: NinjaAPI) -> list[tuple[str, str, Operation]]:
    """Return method, address below ``/api/v1`` and operation of each."""
    return [
        (method, f"/{router.prefix.strip('/')}{path}".replace("//", "/"), operation)
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]


def described(schema: dict[str, Any], api: NinjaAPI) -> dict[str, Any]:
    """Add to ninja's schema what it does not know."""
    publish(schema)
    functions = {identifier(operation): operation.view_func for _, _, operation in operations_of(api)}
    for path in schema["paths"].values():
        for method, operation in path.items():
            function: Any = functions[operation["operationId"]]
            said = operation["summary"]
            operation["summary"] = gettext(said)
            operation["x-access"], operation["x-scope"] = who_may(function.access), scope_of(method)
            if function.access == ANYONE:
                operation["security"] = [*operation.get("security", []), {}]
            if getattr(function, "takes_key", False):
                operation["parameters"].append(_key())
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "content" in answer:
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    schema["components"]["schemas"] = _used(schema)
    return schema


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes that an operation leads to; ninja lists those of queries, too, which no operation names."""
    shapes, kept = schema["components"]["schemas"], {}
    found = _REF.findall(json.dumps(schema["paths"], default=str))
    while found:
        name = found.pop()
        if name not in kept:
            kept[name] = shapes[name]
            found += _REF.findall(json.dumps(shapes[name], default=str))
    return {name: kept[name] for name in sorted(kept)}


def _key() -> dict[str, Any]:
    form = {"type": "string", "maxLength": LONGEST_KEY}
    return {"in": "header", "name": KEY, "required": False, "schema": form, "description": _KEY_WORDS}
