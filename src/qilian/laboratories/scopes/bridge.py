"""Bridges Chinese and English by a bilingual vocabulary, without any model.

In come pairs of terms, such as the names of a content pack's test items, and a text; out go the other language's words
for the terms that the text holds.
"""

import re
from collections.abc import Iterable

from qilian.laboratories.scopes.cleaning import mend, squeeze
from qilian.text import Text

_ASIDE = re.compile(r"\([^()]*\)")
_PARTED = re.compile(r"[/、]| and |和")
_HAN = re.compile(r"[㐀-鿿]")
_SHORTEST_HAN = 2
_SHORTEST_LATIN = 5


class Bridge:
    """Terms in two languages, found in text whatever its spacing.

    Parameters
    ----------
    vocabulary
        Terms with both sides; what stands in brackets is left out of a second form of each.
    """

    def __init__(self, vocabulary: Iterable[Text]) -> None:
        self._other: dict[str, dict[str, None]] = {}
        for text in vocabulary:
            for zh, en in _forms(text):
                if len(squeeze(zh)) >= _SHORTEST_HAN:
                    self._other.setdefault(squeeze(zh), {})[en] = None
                if len(squeeze(en)) >= _SHORTEST_LATIN:
                    self._other.setdefault(squeeze(en), {})[zh] = None
        self._starting: dict[str, list[str]] = {}
        for term in sorted(self._other, key=len, reverse=True):
            self._starting.setdefault(term[:_SHORTEST_HAN], []).append(term)

    def across(self, text: str) -> list[str]:
        """Return the other side of the terms in ``text``, of overlapping ones the longest."""
        bare = squeeze(text)
        found: dict[str, None] = {}
        start = 0
        while start < len(bare):
            terms = self._starting.get(bare[start : start + _SHORTEST_HAN], ())
            term = next((term for term in terms if bare.startswith(term, start)), "")
            found.update(self._other.get(term, {}))
            start += len(term) or 1
        return list(found)


def is_chinese(text: str) -> bool:
    """Return whether a text holds Chinese characters."""
    return bool(_HAN.search(text))


def _forms(text: Text) -> Iterable[tuple[str, str]]:
    zh, en = mend(text.zh), mend(text.en)
    if not zh or not en:
        return
    yield zh, en
    short_zh, short_en = _ASIDE.sub(" ", zh).strip(), _ASIDE.sub(" ", en).strip()
    if (short_zh, short_en) != (zh, en) and short_zh and short_en:
        yield short_zh, short_en
