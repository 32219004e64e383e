"""Mends the text of a scope cell: mojibake, full-width forms, ligatures, dashes, stray blanks and control characters.

In comes a cell as a table holds it; out goes readable text (:func:`mend`), or the bare letters and digits that stay the
same however spaces and punctuation were lost or inserted (:func:`squeeze`).
"""

import re
import unicodedata

_SIGNS = (
    dict.fromkeys(map(ord, "‐‑‒–—―−－─"), "-")
    | dict.fromkeys(map(ord, "∕⁄／"), "/")
    | dict.fromkeys(map(ord, "～∼〜˜"), "~")
    | dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u00ad\ufffd"), None)
    | {ord("≦"): "≤", ord("≧"): "≥", ord("㎜"): "mm", ord("µ"): "μ"}
)
_MOJIBAKE = re.compile(r"[ÂÃâäåæçèé][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BARE = re.compile(r"[\W_]+")


def mend(text: str) -> str:
    """Return ``text`` with its encoding and signs mended and single blanks between words."""
    if not text.isascii():
        if _MOJIBAKE.search(text):
            text = _decoded_again(text)
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())


def squeeze(text: str) -> str:
    """Return the letters and digits of ``text`` in lower case, without anything between them."""
    return _BARE.sub("", mend(text).casefold())


def _decoded_again(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 (``â‰¤`` for ``≤``); as it was, where that is not what happened."""
    try:
        return b"".join(_byte(letter) for letter in text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text


def _byte(letter: str) -> bytes:
    code = ord(letter)
    return bytes([code]) if code < 0xA0 and letter not in "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ" else letter.encode("cp1252")
