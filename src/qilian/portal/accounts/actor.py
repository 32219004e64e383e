"""Who asks: a person, acting for one of their organisations, or nobody known."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from qilian.portal.accounts import regions

if TYPE_CHECKING:
    from qilian.portal.accounts.models import Membership, Organisation, User

SESSION_KEY = "organisation"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one whom owner checks ask about.

    Attributes
    ----------
    user
        None for a visitor who has not logged in.
    membership
        None for a person without an organisation.
    memberships
        All of the person's, which they may switch between.
    """

    user: "User | None" = None
    membership: "Membership | None" = None
    memberships: "tuple[Membership, ...]" = ()

    @property
    def organisation(self) -> "Organisation | None":
        """The organisation that the person acts for."""
        return self.membership.organisation if self.membership else None

    @property
    def kind(self) -> str:
        """``anonymous``, ``person``, or the kind of the organisation."""
        if self.user is None:
            return "anonymous"
        return self.membership.organisation.kind if self.membership else "person"

    @property
    def is_admin(self) -> bool:
        """Whether the person manages the organisation's members."""
        return self.membership is not None and self.membership.is_admin

    @property
    def is_operator(self) -> bool:
        """Whether the person runs this platform."""
        return self.kind == "operator"

    def oversees(self, region: str) -> bool:
        """Return whether a regulator or a window answers for a division: its own and those below."""
        organisation = self.organisation
        return (
            self.kind in ("regulator", "window")
            and organisation is not None
            and regions.lies_in(region, organisation.region)
        )


class PortalRequest(HttpRequest):
    """A request as views get it."""

    actor: Actor
    htmx: HtmxDetails


NOBODY = Actor()


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; the organisation is the one chosen in this session, or the person's first one."""
    from qilian.portal.accounts.models import User

    user = request.user
    if not isinstance(user, User):
        return NOBODY
    memberships = tuple(user.memberships.select_related("organisation"))
    chosen = request.session.get(SESSION_KEY)
    mine = next((each for each in memberships if each.organisation_id == chosen), None)
    return Actor(user, mine or (memberships[0] if memberships else None), memberships)
