"""The first operator of an installation: invited from the command line, since nobody is there yet who could invite."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qilian.portal.accounts import secrets
from qilian.portal.accounts.members import LIFETIME
from qilian.portal.accounts.models import Invitation, Kind, Organisation


def invite_operator(email: str, name: str, region: str) -> str:
    """Make the operator's organisation if there is none, and invite somebody to manage it; return the link's address.

    Parameters
    ----------
    name, region
        Of the organisation, where it is made now.
    """
    with transaction.atomic():
        operator = Organisation.objects.filter(kind=Kind.OPERATOR).order_by("pk").first()
        if operator is None:
            operator = Organisation(kind=Kind.OPERATOR, name=name, region=region)
            operator.full_clean()
            operator.save()
        secret = secrets.new()
        Invitation.objects.create(
            organisation=operator,
            email=email.lower(),
            is_admin=True,
            digest=secrets.digest(secret),
            expires=timezone.now() + LIFETIME,
        )
    origin = settings.CSRF_TRUSTED_ORIGINS[0].rstrip("/") if settings.CSRF_TRUSTED_ORIGINS else ""
    return f"{origin}{reverse('accounts:invitation', args=(secret,))}"
