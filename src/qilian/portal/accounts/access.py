"""The owner check that every page and endpoint declares: who may come in at all.

A view without a declaration is refused to everybody. Which rows an actor sees is the model's matter: every model with
an owner has ``visible_to(actor)``, and a view looks its rows up through that, so that what is another's does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.urls import ResolverMatch

if TYPE_CHECKING:
    from qilian.portal.accounts.actor import Actor

View = TypeVar("View", bound=Callable[..., Any])

KINDS = ("firm", "laboratory", "window", "regulator", "expert", "operator")
ACTORS = ("anonymous", "person", *KINDS)
"""All whom a check tells apart: a visitor, a person without an organisation, and members of each kind."""


@dataclass(frozen=True, slots=True)
class Access:
    """Which actors may come in."""

    actors: frozenset[str]
    admin: bool = False

    def admits(self, actor: "Actor") -> bool:
        """Return whether an actor may."""
        return actor.kind in self.actors and (not self.admin or actor.is_admin)


ANYONE = Access(frozenset(ACTORS))
SIGNED_IN = Access(frozenset(ACTORS) - {"anonymous"})


def _declared(access: Access) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return declare


def anyone(view: View) -> View:
    """Declare that everybody may come in."""
    return _declared(ANYONE)(view)


def signed_in(view: View) -> View:
    """Declare that every person with an account may come in."""
    return _declared(SIGNED_IN)(view)


def only(*kinds: str, admin: bool = False) -> Callable[[View], View]:
    """Declare that members of some kinds of organisations may come in, or only those who manage its members.

    ``person`` lets a person without an organisation in.
    """
    unknown = set(kinds) - {"person", *KINDS}
    if unknown:
        raise ValueError(f"no such kinds of organisations: {', '.join(sorted(unknown))}")
    return _declared(Access(frozenset(kinds), admin))


_THIRD_PARTY = {
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_signup": ANYONE,
    "account_inactive": ANYONE,
    "account_confirm_email": ANYONE,
    "account_email_verification_sent": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "account_confirm_login_code": ANYONE,
    "account_confirm_password_reset_code": ANYONE,
    "account_complete_password_reset": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_authenticate": ANYONE,  # between the password and the code nobody is logged in yet
    "mfa_trust": ANYONE,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "openid_connect_login": ANYONE,
    "openid_connect_callback": ANYONE,
    "socialaccount_login_cancelled": ANYONE,
    "socialaccount_login_error": ANYONE,
    "socialaccount_signup": ANYONE,
    "socialaccount_connections": SIGNED_IN,
}
"""Pages of django-allauth, which cannot carry a declaration; allauth checks its own again."""


def access_of(match: ResolverMatch) -> Access | None:
    """Return what an endpoint declares, None if nothing."""
    declared = getattr(match.func, "access", None) or getattr(getattr(match.func, "view_class", None), "access", None)
    return declared if isinstance(declared, Access) else _THIRD_PARTY.get(match.view_name)
