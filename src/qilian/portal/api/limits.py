"""How many requests a minute: of an account, all its tokens and sessions together; of an address, for visitors.

What keeps the machine busy for seconds (plans, what-ifs) has a limit of its own. Counted in the cache that all
processes share; nothing is kept in the objects, since threads share them.
"""

import time

from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

_SECONDS = 60


class Limit(BaseThrottle):
    """So many requests of a caller in a minute of the clock."""

    def __init__(self, scope: str, most: int) -> None:
        self.scope, self.most = scope, most

    def caller(self, request: HttpRequest) -> str | None:
        """Return whom a request counts for, None if this limit is not about them."""
        raise NotImplementedError

    def allow_request(self, request: HttpRequest) -> bool:
        """Count a request; return whether it may pass."""
        caller = self.caller(request)
        if caller is None:
            return True
        key = f"limit:{self.scope}:{caller}:{int(time.time()) // _SECONDS}"
        if cache.add(key, 1, 2 * _SECONDS):
            return self.most >= 1
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # it has ended between the two
            return True

    def wait(self) -> int:
        """Return the seconds until the next minute."""
        return _SECONDS - int(time.time()) % _SECONDS


class OfAccount(Limit):
    """Limits an account."""

    def caller(self, request: HttpRequest) -> str | None:
        """Return the account, None for a visitor."""
        user = request.actor.user  # type: ignore[attr-defined]
        return str(user.pk) if user else None


class OfAddress(Limit):
    """Limits the visitors at an address."""

    def caller(self, request: HttpRequest) -> str | None:
        """Return the address, None for an account."""
        return None if request.actor.user is not None else str(self.get_ident(request))  # type: ignore[attr-defined]


OF_ACCOUNT = OfAccount("account", 600)
OF_ADDRESS = OfAddress("address", 120)
PLANNING = OfAccount("planning", 60)
INVITING = OfAccount("inviting", 20)
LIMITS: list[BaseThrottle] = [OF_ACCOUNT, OF_ADDRESS]
BUSY: list[BaseThrottle] = [*LIMITS, PLANNING]
"""What an operation that plans gives as ``throttle``."""
MAILING: list[BaseThrottle] = [*LIMITS, INVITING]
"""What an operation that mails to whomever gives as ``throttle``."""
