"""What django-allauth asks about this portal's accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens registration, or closes it where accounts come by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether a visitor may register: always with an invitation in hand."""
        return bool(settings.SIGNUP_OPEN) or "invitation" in request.session
