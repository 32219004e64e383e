"""A text made plain for reading, that still knows where each of its characters came from.

Full-width forms, dashes and blanks get one spelling (NFKC), as the readers of standards and quantities expect; tokens
are Latin words, numbers, single Chinese characters and signs.
"""

import re
import unicodedata
from dataclasses import dataclass

from qilian.intake.model import Span

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－─"), "-") | dict.fromkeys(map(ord, "∕⁄／"), "/") | {0x3BC: "µ"}
_TOKEN = re.compile(r"[a-zà-öø-ÿ]+(?:'[a-z]+)?|\d+(?:\.\d+)?|\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the plain text: its form in small letters and its place."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlainText:
    """The plain text, and for each character (and for its end) the place in the original."""

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where the characters ``[start, end)`` of the plain text stand in the original."""
        return Span(self.origins[start], self.origins[end - 1] + 1)


def make_plain(text: str) -> PlainText:
    """Return the plain form of ``text``; runs of blanks become one."""
    plain: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        signs = character.translate(_DASHES)
        if not signs.isascii() and unicodedata.category(character) != "No":  # superscripts must not become digits
            signs = unicodedata.normalize("NFKC", signs).translate(_DASHES)  # "㎧" has a slash of its own
        for sign in signs.replace("’", "'"):
            blank = sign.isspace()
            if blank and (not plain or plain[-1] == " "):
                continue
            plain.append(" " if blank else sign)
            origins.append(place)
    return PlainText("".join(plain), (*origins, len(text)))


def tokens_of(plain: str) -> tuple[Token, ...]:
    """Return the tokens of a plain text; a hyphen between two letters only joins them and is left out."""
    found = [Token(match[0].lower(), match.start(), match.end()) for match in _TOKEN.finditer(plain)]
    return tuple(
        each
        for number, each in enumerate(found)
        if not (
            each.form == "-"
            and 0 < number < len(found) - 1
            and found[number - 1].form.isalpha()
            and found[number + 1].form.isalpha()
        )
    )
