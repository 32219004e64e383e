"""Who belongs to an organisation: inviting, joining, dismissing, and that somebody always manages it."""

from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts import secrets
from qilian.portal.accounts.models import Invitation, Membership, Organisation, User
from qilian.portal.errors import PortalError

LIFETIME = timedelta(days=14)
"""How long an invitation stands."""


class MembersError(PortalError):
    """A change of members that must not be."""


def invite(organisation: Organisation, email: str, by: User, address: str, *, is_admin: bool) -> Invitation:
    """Mail an invitation; an older one to the same address no longer counts.

    Parameters
    ----------
    address
        Of the page that takes the invitation, with ``SECRET`` where its secret goes.

    Raises
    ------
    MembersError
        If the person belongs to the organisation already.
    """
    email = email.lower()
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise MembersError(_("%(email)s is a member already.") % {"email": email})
    secret = secrets.new()
    with transaction.atomic():
        open_invitations(organisation).filter(email=email).delete()
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            is_admin=is_admin,
            digest=secrets.digest(secret),
            invited_by=by,
            expires=timezone.now() + LIFETIME,
        )
    link = address.replace("SECRET", secret)
    until = timezone.localdate(invitation.expires).isoformat()
    words = (
        f"{by} 邀请您加入质链平台上的“{organisation}”。请在 {until} 前打开以下链接:\n{link}\n\n"
        f'{by} invites you to join "{organisation}" on Qilian. Open this link before {until}:\n{link}\n'
    )
    transaction.on_commit(lambda: _mail(f"质链 Qilian: {organisation}"[:80], words, email))
    return invitation


def _mail(subject: str, words: str, email: str) -> None:
    send_mail(" ".join(subject.split()), words, None, [email], fail_silently=True)


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    return organisation.invitations.filter(accepted=None, expires__gt=timezone.now())


def invitation_of(secret: str) -> Invitation | None:
    """Return the open invitation whose secret it is."""
    found = Invitation.objects.select_related("organisation", "invited_by")
    return found.filter(digest=secrets.digest(secret), accepted=None, expires__gt=timezone.now()).first()


def accept(invitation: Invitation, user: User) -> Membership:
    """Make the person a member; an invitation counts once, and only for the address that it went to.

    Raises
    ------
    MembersError
        If it was for another address, or has been accepted meanwhile.
    """
    if user.email.lower() != invitation.email:
        raise MembersError(_("This invitation is for another e-mail address."))
    with transaction.atomic():
        taken = Invitation.objects.filter(pk=invitation.pk, accepted=None).update(accepted=timezone.now())
        if not taken:
            raise MembersError(_("This invitation has been accepted already."))
        membership, made = Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, defaults={"is_admin": invitation.is_admin}
        )
        if not made and invitation.is_admin and not membership.is_admin:
            membership.is_admin = True
            membership.save(update_fields=["is_admin"])
    return membership


def dismiss(membership: Membership) -> None:
    """End a membership.

    Raises
    ------
    MembersError
        If nobody would be left to manage the organisation.
    """
    with transaction.atomic():
        _keep_an_admin(membership)
        membership.delete()


def set_admin(membership: Membership, is_admin: bool) -> None:
    """Let a member manage the others, or no longer.

    Raises
    ------
    MembersError
        If nobody would be left to manage the organisation.
    """
    with transaction.atomic():
        if not is_admin:
            _keep_an_admin(membership)
        membership.is_admin = is_admin
        membership.save(update_fields=["is_admin"])


def _keep_an_admin(leaving: Membership) -> None:
    """Refuse when the one who leaves is the last admin; locks the rows, so that two cannot leave at once."""
    admins = Membership.objects.select_for_update().filter(organisation=leaving.organisation_id, is_admin=True)
    if {each.pk for each in admins} == {leaving.pk}:
        raise MembersError(_("The last one who manages the members cannot go: let another member manage them first."))
