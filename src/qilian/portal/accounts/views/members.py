"""Pages about the members of an organisation, and the page that takes an invitation."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts import members
from qilian.portal.accounts.access import KINDS, anyone, only, signed_in
from qilian.portal.accounts.actor import SESSION_KEY, PortalRequest
from qilian.portal.accounts.forms import InvitationForm
from qilian.portal.accounts.models import Invitation, Membership, Organisation


@only(*KINDS)
@require_GET
def overview(request: PortalRequest) -> HttpResponse:
    """Show who belongs to the organisation and who is invited; those who manage it may change that."""
    return _overview(request, InvitationForm())


@only(*KINDS, admin=True)
@require_POST
def invite(request: PortalRequest) -> HttpResponse:
    """Invite a person by mail."""
    assert request.actor.organisation is not None
    form = InvitationForm(request.POST)
    if _invited(request, request.actor.organisation, form):
        return redirect("accounts:members")
    return _overview(request, form)


@only("operator")
@require_POST
def invite_to(request: PortalRequest, number: int) -> HttpResponse:
    """Invite a person to any organisation, by the operator: its first admin."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=number)
    form = InvitationForm(request.POST)
    if not _invited(request, organisation, form):
        for problem in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(problem))
    return redirect("accounts:organisation", organisation.pk)


@only(*KINDS, admin=True)
@require_POST
def withdraw(request: PortalRequest, number: int) -> HttpResponse:
    """Withdraw an invitation."""
    get_object_or_404(Invitation, pk=number, organisation=request.actor.organisation, accepted=None).delete()
    messages.success(request, _("The invitation no longer counts."))
    return redirect("accounts:members")


@only(*KINDS, admin=True)
@require_POST
def dismiss(request: PortalRequest, number: int) -> HttpResponse:
    """End somebody's membership."""
    membership = get_object_or_404(Membership, pk=number, organisation=request.actor.organisation)
    return _changed(request, lambda: members.dismiss(membership))


@only(*KINDS, admin=True)
@require_POST
def set_admin(request: PortalRequest, number: int) -> HttpResponse:
    """Let a member manage the others, or no longer."""
    membership = get_object_or_404(Membership, pk=number, organisation=request.actor.organisation)
    return _changed(request, lambda: members.set_admin(membership, request.POST.get("admin") == "yes"))


@only(*KINDS)
@require_POST
def leave(request: PortalRequest) -> HttpResponse:
    """End one's own membership."""
    assert request.actor.membership is not None
    try:
        members.dismiss(request.actor.membership)
    except members.MembersError as error:
        messages.error(request, str(error))
        return redirect("accounts:members")
    request.session.pop(SESSION_KEY, None)
    return redirect("home")


@anyone
@require_http_methods(["GET"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an invitation; a visitor may register with it, or log in."""
    found = members.invitation_of(secret)
    if found is None:
        return render(request, "accounts/invitation.html", {"invitation": None}, status=404)
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user is None:
        request.session["invitation"] = found.pk
        get_adapter().stash_verified_email(request, found.email)  # who has the link has the mailbox
    mine = actor.user is not None and actor.user.email.lower() == found.email
    return render(request, "accounts/invitation.html", {"invitation": found, "secret": secret, "mine": mine})


@signed_in
@require_POST
def accept(request: PortalRequest, secret: str) -> HttpResponse:
    """Join the organisation."""
    found = members.invitation_of(secret)
    if found is None or request.actor.user is None:
        return render(request, "accounts/invitation.html", {"invitation": None}, status=404)
    try:
        membership = members.accept(found, request.actor.user)
    except members.MembersError as error:
        messages.error(request, str(error))
        return redirect("accounts:invitation", secret)
    request.session.pop("invitation", None)
    request.session[SESSION_KEY] = membership.organisation_id
    messages.success(request, _("You belong to %(name)s now.") % {"name": membership.organisation})
    return redirect("home")


def _overview(request: PortalRequest, form: InvitationForm) -> HttpResponse:
    organisation = request.actor.organisation
    assert organisation is not None
    context = {
        "organisation": organisation,
        "memberships": organisation.memberships.select_related("user").order_by("user__name", "user__email"),
        "invitations": members.open_invitations(organisation),
        "form": form,
    }
    return render(request, "accounts/members.html", context)


def _invited(request: PortalRequest, organisation: Organisation, form: InvitationForm) -> bool:
    if not form.is_valid() or request.actor.user is None:
        return False
    address = request.build_absolute_uri(reverse("accounts:invitation", args=("SECRET",)))
    said = form.cleaned_data
    try:
        members.invite(organisation, said["email"], request.actor.user, address, is_admin=said["is_admin"])
    except members.MembersError as error:
        form.add_error("email", str(error))
        return False
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": said["email"]})
    return True


def _changed(request: PortalRequest, change: Callable[[], None]) -> HttpResponse:
    try:
        change()
    except members.MembersError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect("accounts:members")
