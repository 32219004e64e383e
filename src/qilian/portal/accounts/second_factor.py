"""Whose members must come in by a second factor: the operator says so by kinds of organisations in the settings."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.urls import ResolverMatch

from qilian.portal.accounts.actor import Actor

_WITHOUT = ("home", "theme", "set_language", "healthz", "metrics")
_WITHOUT_PREFIXES = ("mfa_", "account_")


def is_missing(actor: Actor) -> bool:
    """Return whether an actor must have a second factor and has none; asks the database only where one is required."""
    return actor.user is not None and actor.kind in settings.SECOND_FACTOR_KINDS and not is_mfa_enabled(actor.user)


def goes_without(match: ResolverMatch) -> bool:
    """Return whether a page is open before: those by which one sets it up, and those without anything of one's own."""
    return match.view_name in _WITHOUT or match.view_name.startswith(_WITHOUT_PREFIXES)
