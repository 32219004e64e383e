"""Where a program that knows only the address begins: the interface's own description and its rooms."""

from typing import Any

from django.urls import reverse
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.problems import ANSWERS

router = Router(tags=["start"])


class StartOut(Schema):
    """Addresses to begin with."""

    title: str
    version: str = Field(description="Of the interface, as in the address.")
    openapi: str = Field(description="Every operation and shape, as OpenAPI 3.1.")
    reference: str = Field(description="The same for people.")
    me: str = Field(description="Who calls: a token can be tried out on it.")


@router.get("/", response={200: StartOut, **ANSWERS}, summary="Begin here")
@allow(ANYONE)
def start(request: PortalRequest) -> dict[str, Any]:
    """Say where the interface is described."""
    names = {"openapi": "api:openapi-json", "reference": "interface:reference", "me": "api:me"}
    return {
        "title": "Qilian 质链",
        "version": "1",
        **{key: request.build_absolute_uri(reverse(name)) for key, name in names.items()},
    }
