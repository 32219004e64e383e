"""What booking refuses, each with one clear line."""

from collections.abc import Sequence

from qilian.portal.errors import PortalError


class BookingError(PortalError):
    """Something that cannot be booked or done."""


class Taken(BookingError):  # noqa: N818 - named for what happened
    """Hours that somebody else has taken since the plan was made; nothing was held.

    Attributes
    ----------
    tests
        Ids of the tests whose benches are taken then.
    """

    def __init__(self, what: str, tests: Sequence[str], *, where: str = "", mend: str = "") -> None:
        self.tests = tuple(tests)
        super().__init__(what, where=where, mend=mend)


class Expired(BookingError):  # noqa: N818 - named for what happened
    """A hold whose time is over."""


class KeyReused(BookingError):  # noqa: N818 - named for what happened
    """An idempotency key that was used for another request."""
