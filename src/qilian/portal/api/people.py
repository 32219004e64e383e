"""Oneself and one's tokens, for programs; and the people whom the operator finds, locks and lets in again.

Tokens are made on the page only, which asks for the password again: one that was stolen makes no others.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.access import SIGNED_IN
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import ApiToken, User
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.organisations import OPERATOR, OrganisationOut, organisation_out
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Wanted
from qilian.portal.errors import PortalError

router = Router(tags=["people"], auth=LOGGED_IN)


class MeOut(Schema):
    """Who calls, and for which organisation."""

    name: str
    email: str
    language: str
    kind: str = Field(description="``person``, or the kind of the organisation.")
    organisation: OrganisationOut | None
    admin: bool


class MeIn(Given):
    """What is to be otherwise; what is left out stays."""

    name: str | None = Field(None, max_length=80)
    language: Literal["", "zh-hans", "en"] | None = Field(None, description="Of mails; empty: both.")


class TokenOut(Schema):
    """A token, which itself is kept nowhere."""

    number: int
    name: str
    start: str
    organisation: str | None
    scopes: list[str]
    created: datetime
    expires: datetime
    used: datetime | None


class PersonOut(Schema):
    """Somebody with an account."""

    number: int
    name: str
    email: str
    active: bool
    organisations: list[str]


class PersonIn(Given):
    """Whether sessions and tokens of the person work."""

    active: bool


class PersonSearch(Wanted):
    """Whom to find."""

    q: str = Field("", max_length=100, description="A part of the name or of the mail address.")


@router.get("/me", response={200: MeOut, **ANSWERS}, summary="Read who one is")
@allow(SIGNED_IN)
def me(request: PortalRequest) -> dict[str, Any]:
    """Return who calls, and for which organisation."""
    return _me(request)


@router.patch("/me", response={200: MeOut, **ANSWERS}, summary="Change one's name and language")
@allow(SIGNED_IN)
@once
def change_me(request: PortalRequest, given: MeIn) -> tuple[int, dict[str, Any]]:
    """Change one's name, and the language of one's mails."""
    user = request.actor.user
    assert user is not None
    changed = given.model_dump(exclude_none=True)
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    return 200, _me(request)


@router.get("/tokens/", response={200: Page[TokenOut], **ANSWERS}, summary="List tokens")
@allow(SIGNED_IN)
def tokens(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List one's tokens, the newest first."""
    return paged(ApiToken.objects.filter(user=request.actor.user).select_related("organisation"), asked, _token)


@router.delete("/tokens/{number}", response={204: None, **ANSWERS}, summary="End a token")
@allow(SIGNED_IN)
@once
def revoke_token(request: PortalRequest, number: Id) -> tuple[int, None]:
    """End one of one's tokens, also the one that is sent."""
    get_object_or_404(ApiToken, pk=number, user=request.actor.user).delete()
    return 204, None


@router.get("/people/", response={200: Page[PersonOut], **ANSWERS}, summary="Find people")
@allow(OPERATOR)
def people(request: PortalRequest, wanted: Annotated[PersonSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List people by name or mail address."""
    del request
    found = User.objects.order_by("email").prefetch_related("memberships__organisation")
    if wanted.q:
        found = found.filter(Q(email__icontains=wanted.q) | Q(name__icontains=wanted.q))
    return paged(found, asked, _person)


@router.patch("/people/{number}", response={200: PersonOut, **ANSWERS}, summary="Lock a person, or let them in")
@allow(OPERATOR)
@once
def lock(request: PortalRequest, number: Id, given: PersonIn) -> tuple[int, dict[str, Any]]:
    """Lock a person, or let them in again; sessions and tokens of one who is locked end at once."""
    person = get_object_or_404(User, pk=number)
    if person == request.actor.user:
        raise PortalError("nobody locks themselves out")
    person.is_active = given.active
    person.save(update_fields=["is_active"])
    return 200, _person(person)


def _me(request: PortalRequest) -> dict[str, Any]:
    actor, user = request.actor, request.actor.user
    assert user is not None
    return {
        **{name: getattr(user, name) for name in ("name", "email", "language")},
        "kind": actor.kind,
        "organisation": organisation_out(actor.organisation) if actor.organisation else None,
        "admin": actor.is_admin,
    }


def _token(row: ApiToken) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in ("name", "start", "created", "expires", "used")}
    organisation = row.organisation.name if row.organisation else None
    return {"number": row.pk, "organisation": organisation, "scopes": sorted(row.scopes), **fields}


def _person(row: User) -> dict[str, Any]:
    belongs = [each.organisation.name for each in row.memberships.all()]
    return {"number": row.pk, "name": row.name, "email": row.email, "active": row.is_active, "organisations": belongs}
