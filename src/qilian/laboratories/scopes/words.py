"""Cuts text into words that stay the same when spaces were lost or inserted.

In come the cells of a scope table, from which a vocabulary is counted; out goes a :class:`Segmenter`, which joins the
letters of a text and cuts them anew into the most probable words of that vocabulary (Viterbi over unigrams). So
``DOMESTICELECTRICAL APPLIANCES`` and ``Domestic elec trical appliances`` give the same words. Chinese is cut by rjieba.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qilian.laboratories.scopes.cleaning import mend

LONGEST_WORD = 24
_START = 4
_COST_OF_UNKNOWN_LETTER = 11.0
_COST_OF_TYPO = 6.0
_COST_OF_BLANK = 3.0  # of a word that runs over a blank: rarer than a blank between two words
_GLUED_MARGIN = 9.0
_SURE_COUNT, _SMALL_TABLE = 10, 20_000
_RUN = re.compile(r"(?P<latin>[a-z]+)|(?P<number>\d+(?:\.\d+)*)|(?P<han>[㐀-鿿]+)|(?P<other>[^\W\d_a-z㐀-鿿]+)")
_LATIN = re.compile(r"[a-z]+")
# PDF extraction loses these ligatures ("verication", "coecient"), so they do not tell words apart.
_LIGATURE = re.compile(r"ff[il]|f[fil]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Segmenter:
    """Cuts text by the words of a vocabulary.

    Parameters
    ----------
    costs
        The negative natural logarithm of each word's probability.
    """

    costs: Mapping[str, float]

    @cached_property
    def _longest(self) -> dict[str, int]:
        """The length of the longest word by its first letters: most places of a text start no long word."""
        longest: dict[str, int] = {}
        for word in self.costs:
            start = word[:_START]
            if longest.get(start, 0) < len(word):
                longest[start] = len(word)
        return longest

    @classmethod
    def count(cls, cells: Iterable[str]) -> "Segmenter":
        """Count the vocabulary of cells, each once; words that are two sure words without a space are left out."""
        counts: Counter[str] = Counter()
        for cell in cells:
            counts.update(_LATIN.findall(mend(cell).casefold()))
        total = max(counts.total(), 1)
        costs = {word: math.log(total / count) for word, count in counts.items() if 2 <= len(word) <= LONGEST_WORD}
        least = 1 + min(_SURE_COUNT - 1, total // _SMALL_TABLE)
        sure = {word: costs[word] for word in costs if len(word) >= 3 and counts[word] >= least}
        return cls({word: cost for word, cost in costs.items() if not _is_glued(word, cost, sure)})

    @classmethod
    def load(cls, path: Path) -> "Segmenter":
        """Read what :meth:`save` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def save(self, path: Path) -> None:
        """Write the vocabulary as JSON."""
        rounded = {word: round(cost, 3) for word, cost in self.costs.items()}
        path.write_text(json.dumps(rounded, separators=(",", ":")), encoding="utf-8")

    def cut(self, text: str, *, forgive: bool = False) -> list[str]:
        """Return the words of ``text`` in their order, in the form in which they are compared.

        Parameters
        ----------
        forgive
            Also take a word of the text, unknown as it stands, for the word of the vocabulary that is one typo away.
        """
        words: list[str] = []
        letters: list[str] = []
        for run in _RUN.finditer(mend(text).casefold()):
            if run["latin"]:
                letters.append(run["latin"])
                continue
            words.extend(self._latin(letters, forgive))
            letters = []
            words.extend(_han(run["han"]) if run["han"] else [run[0]])
        words.extend(self._latin(letters, forgive))
        return words

    def _latin(self, tokens: list[str], forgive: bool) -> list[str]:
        if not tokens:
            return []
        typed: dict[tuple[int, int], tuple[str, float]] = {}
        if forgive:
            start = 0
            for token in tokens:
                if token not in self.costs and len(token) >= 4 and (near := self._nearest(token)):
                    typed[start, start + len(token)] = near
                start += len(token)
        return [_compared(word) for word in _best_path(tokens, self.costs, self._longest, typed)]

    def _nearest(self, token: str) -> tuple[str, float] | None:
        """Return the cheapest word of the vocabulary that is one deletion, swap, change or insertion away."""
        if len(token) > LONGEST_WORD:
            return None
        found = [(self.costs[word], word) for word in _one_typo_away(token) if word in self.costs]
        if not found:
            return None
        cost, word = min(found)
        return word, cost + _COST_OF_TYPO


def _best_path(
    tokens: Sequence[str],
    costs: Mapping[str, float],
    longest: Mapping[str, int],
    typed: Mapping[tuple[int, int], tuple[str, float]],
) -> list[str]:
    """Return the cheapest cut of the joined tokens; letters in no word stay together as one."""
    text = "".join(tokens)
    size = len(text)
    blanks = [0.0] * (size + 1)  # the cost of all blanks before the letter
    place = 0
    for number, token in enumerate(tokens):
        blanks[place + 1 : place + len(token) + 1] = [number * _COST_OF_BLANK] * len(token)
        place += len(token)
    total = [0.0] + [math.inf] * size
    came: list[tuple[int, str]] = [(0, "")] * (size + 1)
    ends: dict[int, list[tuple[int, str, float]]] = {}
    for (start, end), (word, cost) in typed.items():
        ends.setdefault(start, []).append((end, word, cost))
    find = costs.get
    for start in range(size):
        unknown = total[start] + _COST_OF_UNKNOWN_LETTER
        base = total[start] - blanks[start + 1]
        if unknown < total[start + 1]:
            total[start + 1], came[start + 1] = unknown, (start, "")
        reach = max(longest.get(text[start : start + _START], 0), _START - 1)
        for end in range(start + 2, min(start + reach, size) + 1):
            known = find(text[start:end])
            if known is not None and base + known + blanks[end] < total[end]:
                total[end], came[end] = base + known + blanks[end], (start, text[start:end])
        for end, word, cost in ends.get(start, ()):
            if base + cost + blanks[end] < total[end]:
                total[end], came[end] = base + cost + blanks[end], (start, word)
    words: list[str] = []
    end, loose = size, ""
    while end:
        start, word = came[end]
        if word:
            if loose:
                words.append(loose)
            words.append(word)
            loose = ""
        else:
            loose = text[start:end] + loose
        end = start
    if loose:
        words.append(loose)
    return words[::-1]


def _is_glued(word: str, cost: float, sure: Mapping[str, float]) -> bool:
    """Whether the word is rather two sure words without a space, as often in extracted tables."""
    for cut in range(3, len(word) - 2):
        first, second = sure.get(word[:cut]), sure.get(word[cut:])
        if first is not None and second is not None and first + second < cost + _GLUED_MARGIN:
            return True
    return False


def _compared(word: str) -> str:
    """Return the form in which a word is compared: without ligatures and the plural's s."""
    if "f" in word:
        bare = _LIGATURE.sub("", word)
        word = bare if len(bare) > 2 else word
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


def _one_typo_away(token: str) -> Iterable[str]:
    for cut in range(len(token) + 1):
        head, tail = token[:cut], token[cut:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
    for ligature in ("ffi", "ffl", "fi", "fl", "ff"):
        if ligature in token:
            yield token.replace(ligature, "", 1)


def _han(text: str) -> list[str]:
    import rjieba

    return [str(word) for word in rjieba.cut_for_search(text)]
