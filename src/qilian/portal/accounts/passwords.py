"""Refuses passwords that are made of words that anybody would try here first.

Nothing else is asked of a password but its length: any letters of any script, digits and signs will do.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LIKELY_WORDS = (
    "qilian", "zhilian", "质链", "质量", "quality", "zhiliang", "robot", "jiqiren", "机器人", "zhejiang", "hangzhou",
    "password", "passwort", "passw0rd", "mima", "密码", "admin", "welcome", "woaini", "letmein", "iloveyou",
    "1234567890", "0987654321", "987654321", "123456789", "123456", "1234", "123123", "888888", "666666", "000000",
    "qwertyuiop", "qwerty", "asdfghjkl", "asdf", "zxcvbnm", "1qaz2wsx", "abcdefgh", "abcd", "abc123", "abc",
)  # fmt: skip
"""The list that the security page documents (ASVS 6.1.2)."""
_LIKELY = re.compile("|".join(map(re.escape, LIKELY_WORDS)), re.IGNORECASE)
LEAST_LEFT = 6
"""Different characters that must be left when likely words are taken out."""


class LikelyWordsValidator:
    """Refuses a password of which little is left without likely words."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse it.

        Raises
        ------
        ValidationError
            If fewer than six different characters are left.
        """
        del user
        if len(set(_LIKELY.sub("", password))) < LEAST_LEFT:
            raise ValidationError(_("This password is made of words or rows of signs that are tried first."))

    def get_help_text(self) -> str:
        """Return what the reader is told beforehand."""
        return _("Best are several words that have nothing to do with each other or with this platform.")
