"""What django-allauth asks about this portal's accounts."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens registration, or closes it where accounts come by invitation only; says when one may try again."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many wrong passwords. Try again in 5 minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether a visitor may register: always with an invitation in hand."""
        return bool(settings.SIGNUP_OPEN) or "invitation" in request.session
