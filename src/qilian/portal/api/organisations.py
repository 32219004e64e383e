"""Organisations for programs: those that one sees, a new one, its members and invitations."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.validators import validate_email
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Query, Router, Schema
from stdnum.cn import uscc

from qilian.portal.accounts import members, regions
from qilian.portal.accounts.access import KINDS, SIGNED_IN, Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.making import establish
from qilian.portal.accounts.models import Invitation, Membership, Organisation
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.limits import MAILING
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Wanted

router = Router(tags=["organisations"], auth=LOGGED_IN)
MEMBERS = Access(frozenset(KINDS))
ADMINS = Access(frozenset(KINDS), admin=True)
OPERATOR = Access(frozenset({"operator"}))
Kind = Literal["firm", "laboratory", "window", "regulator", "expert", "operator"]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="Six-digit code of an administrative division.")]


class OrganisationIn(Given):
    """A new organisation; anybody makes a firm, the operator any kind."""

    kind: Kind = "firm"
    name: str = Field(min_length=2, max_length=160)
    credit_code: str = Field("", max_length=40, description="Unified social credit code; a firm must have one.")
    region: Region


class OrganisationOut(Schema):
    """An organisation."""

    number: int
    kind: str
    name: str
    credit_code: str | None
    region: str
    region_name: str
    laboratory: str
    demo: bool = Field(description="Made for the demonstration only.")


class OrganisationSearch(Wanted):
    """What is looked for."""

    q: str = Field("", max_length=100, description="A part of the name, or the whole credit code.")
    kind: Kind | None = None
    region: Region | None = None


class MemberOut(Schema):
    """Who belongs to the organisation."""

    number: int
    name: str
    email: str
    admin: bool


class AdminIn(Given):
    """Whether a member manages the others."""

    admin: bool


class InvitationIn(Given):
    """Whom to invite, by mail."""

    email: str = Field(min_length=3, max_length=254)
    admin: bool = False


class InvitationOut(Schema):
    """An invitation that was not yet accepted; its secret is in the mail only."""

    number: int
    email: str
    admin: bool
    created: datetime
    expires: datetime


class Secret(Given):
    """The last part of the address in an invitation's mail."""

    secret: str = Field(min_length=1, max_length=80)


@router.get("/organisations/", response={200: Page[OrganisationOut], **ANSWERS}, summary="List organisations")
@allow(SIGNED_IN)
def organisations(
    request: PortalRequest, wanted: Annotated[OrganisationSearch, Query()], asked: Asked
) -> dict[str, Any]:
    """List one's own organisations; a regulator those of its region, the operator all."""
    found = Organisation.objects.visible_to(request.actor)
    if wanted.q:
        found = found.filter(Q(name__icontains=wanted.q) | Q(credit_code__iexact=wanted.q))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.region:
        found = found.filter(region__startswith=regions.prefix(wanted.region))
    return paged(found, asked, organisation_out)


@router.post("/organisations/", response={201: OrganisationOut, **ANSWERS}, summary="Make an organisation")
@allow(SIGNED_IN)
@once
def make_organisation(request: PortalRequest, given: OrganisationIn) -> tuple[int, dict[str, Any]]:
    """Make an organisation; who makes a firm manages it."""
    kind = given.kind if request.actor.is_operator else "firm"
    code = uscc.compact(given.credit_code) if given.credit_code else None
    made = Organisation(kind=kind, name=given.name, credit_code=code, region=given.region)
    made.full_clean()
    return 201, organisation_out(establish(request.actor, made))


@router.get("/organisations/{number}", response={200: OrganisationOut, **ANSWERS}, summary="Read an organisation")
@allow(SIGNED_IN)
def organisation(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return an organisation."""
    return organisation_out(get_object_or_404(Organisation.objects.visible_to(request.actor), pk=number))


@router.post(
    "/organisations/{number}/invitations",
    response={201: InvitationOut, **ANSWERS},
    summary="Invite to an organisation",
    throttle=MAILING,
)
@allow(OPERATOR)
@once
def invite_to(request: PortalRequest, number: Id, given: InvitationIn) -> tuple[int, dict[str, Any]]:
    """Invite a person to any organisation."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=number)
    return 201, _invited(request, organisation, given)


@router.get("/members/", response={200: Page[MemberOut], **ANSWERS}, summary="List members")
@allow(MEMBERS)
def list_members(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List who belongs to one's organisation."""
    found = Membership.objects.filter(organisation=request.actor.organisation).select_related("user")
    return paged(found.order_by("user__name", "user__email"), asked, _member)


@router.post("/members/leave", response={204: None, **ANSWERS}, summary="Leave the organisation")
@allow(MEMBERS)
@once
def leave(request: PortalRequest) -> tuple[int, None]:
    """End one's own membership."""
    assert request.actor.membership is not None
    members.dismiss(request.actor.membership)
    return 204, None


@router.patch("/members/{number}", response={200: MemberOut, **ANSWERS}, summary="Let a member manage others")
@allow(ADMINS)
@once
def set_admin(request: PortalRequest, number: Id, given: AdminIn) -> tuple[int, dict[str, Any]]:
    """Let a member manage the others, or no longer."""
    found = get_object_or_404(Membership, pk=number, organisation=request.actor.organisation)
    members.set_admin(found, given.admin)
    return 200, _member(found)


@router.delete("/members/{number}", response={204: None, **ANSWERS}, summary="Dismiss a member")
@allow(ADMINS)
@once
def dismiss(request: PortalRequest, number: Id) -> tuple[int, None]:
    """End somebody's membership."""
    members.dismiss(get_object_or_404(Membership, pk=number, organisation=request.actor.organisation))
    return 204, None


@router.get("/invitations/", response={200: Page[InvitationOut], **ANSWERS}, summary="List open invitations")
@allow(MEMBERS)
def invitations(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List whom one's organisation invited and who has not yet accepted."""
    assert request.actor.organisation is not None
    return paged(members.open_invitations(request.actor.organisation), asked, _invitation)


@router.post("/invitations/", response={201: InvitationOut, **ANSWERS}, summary="Invite a person", throttle=MAILING)
@allow(ADMINS)
@once
def invite(request: PortalRequest, given: InvitationIn) -> tuple[int, dict[str, Any]]:
    """Invite a person to one's organisation by mail."""
    assert request.actor.organisation is not None
    return 201, _invited(request, request.actor.organisation, given)


@router.post("/invitations/accept", response={200: OrganisationOut, **ANSWERS}, summary="Accept an invitation")
@allow(SIGNED_IN)
@once
def accept(request: PortalRequest, given: Secret) -> tuple[int, dict[str, Any]]:
    """Join the organisation that invited one's own mail address."""
    found = members.invitation_of(given.secret)
    assert request.actor.user is not None
    if found is None:
        raise members.MembersError("no open invitation has this secret")
    return 200, organisation_out(members.accept(found, request.actor.user).organisation)


@router.delete("/invitations/{number}", response={204: None, **ANSWERS}, summary="Withdraw an invitation")
@allow(ADMINS)
@once
def withdraw(request: PortalRequest, number: Id) -> tuple[int, None]:
    """Withdraw an invitation."""
    get_object_or_404(Invitation, pk=number, organisation=request.actor.organisation, accepted=None).delete()
    return 204, None


def organisation_out(row: Organisation) -> dict[str, Any]:
    """Return an organisation as :class:`OrganisationOut`."""
    names = ("kind", "name", "credit_code", "region", "region_name", "laboratory")
    return {"number": row.pk, "demo": row.is_demo, **{name: getattr(row, name) for name in names}}


def _member(row: Membership) -> dict[str, Any]:
    return {"number": row.pk, "name": row.user.name, "email": row.user.email, "admin": row.is_admin}


def _invitation(row: Invitation) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in ("email", "created", "expires")}
    return {"number": row.pk, "admin": row.is_admin, **fields}


def _invited(request: PortalRequest, organisation: Organisation, given: InvitationIn) -> dict[str, Any]:
    assert request.actor.user is not None
    validate_email(given.email)
    address = request.build_absolute_uri(reverse("accounts:invitation", args=("SECRET",)))
    return _invitation(members.invite(organisation, given.email, request.actor.user, address, is_admin=given.admin))
