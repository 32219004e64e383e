"""Queries drawn from the lines with a seed, each with the laboratories that are right, and what is doubtful in both.

Right are all laboratories that hold a line with the same normalised object, parameter and standard, as read by the
standards room alone. Queries come from the laboratories that were kept aside (:func:`half`).
"""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from matching_parts.lines import SEED, Line
from qilian.content import load_pack
from qilian.standards import find_references

TOP = 20
Query: TypeAlias = tuple[str, frozenset[str]]
_PART = re.compile(r"[ ,(-]*\b(?:part|pt|p)[ .:-]*0*(\d+)", re.IGNORECASE)
_YEAR = re.compile(r"[ :,–-]*\(?\b(?:19|20)\d\d\b\)?")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _standard(cell: str, cache: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the documents that a cell cites, without year, by the references of the standards room alone."""
    if cell not in cache:
        found = find_references(_PART.sub(r"-\1", cell))
        cache[cell] = frozenset(str(each.undated) for each in found) or frozenset({_bare(_YEAR.sub("", cell))})
    return cache[cell]


def half(laboratory: str) -> int:
    """Return 0 for the laboratories that were looked at while building, 1 for those kept aside."""
    return hashlib.md5(laboratory.encode(), usedforsecurity=False).digest()[0] & 1


def make_queries(lines: Sequence[Line], count: int) -> tuple[dict[str, list[Query]], dict[str, int]]:
    """Return queries of each form, drawn from lines of the laboratories kept aside, with those that are right."""
    cache: dict[str, frozenset[str]] = {}
    same: dict[tuple[str, str], list[Line]] = defaultdict(list)
    by_standard: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        same[_bare(line[1]), _bare(line[2])].append(line)
    pool = [line for line in lines if half(line[0]) and all(map(str.strip, line))]
    rng = random.Random(SEED)
    drawn = rng.sample(pool, count)

    def right(line: Line) -> frozenset[str]:
        mine = _standard(line[3], cache)
        return frozenset(one[0] for one in same[_bare(line[1]), _bare(line[2])] if _standard(one[3], cache) == mine)

    truths = [right(line) for line in drawn]
    whole = [" ".join(line[1:])[:1900] for line in drawn]
    forms = {
        "as written": list(zip(whole, truths, strict=True)),
        "without year": [(_YEAR.sub("", text), truth) for text, truth in zip(whole, truths, strict=True)],
        "damaged spacing": [(_damaged(text, rng), truth) for text, truth in zip(whole, truths, strict=True)],
        "reordered, a quarter dropped": [
            (_dropped(text, rng), truth) for text, truth in zip(whole, truths, strict=True)
        ],
        "two typos": [(_typos(text, rng), truth) for text, truth in zip(whole, truths, strict=True)],
    }
    for line in lines:
        for document in _standard(line[3], cache):
            by_standard[document].append(line)
    cited = [
        next(iter(_standard(line[3], cache)))
        for line in drawn
        if len(_standard(line[3], cache)) == 1 and find_references(line[3])
    ]
    forms["standard only"] = [(one, frozenset(line[0] for line in by_standard[one])) for one in dict.fromkeys(cited)]
    forms["Chinese through the vocabulary"] = _chinese(pool, right, rng, count)
    texts: dict[tuple[str, str], set[frozenset[str]]] = defaultdict(set)
    for line in lines:
        texts[_bare(line[1]), _bare(line[2])].add(_standard(line[3], cache))
    meant = {(line[0], _bare(line[1]), _bare(line[2]), _standard(line[3], cache)) for line in lines}
    doubts = {
        "lines in the file": len(lines),
        "lines that repeat another one word for word": len(lines) - len(set(lines)),
        "lines that repeat another one in other spelling": len(set(lines)) - len(meant),
        "objects and parameters that stand under several standards": sum(len(under) > 1 for under in texts.values()),
        "no object, parameter or standard": sum(not all(map(str.strip, line)) for line in lines),
        "no standard that can be read": sum(not find_references(line[3]) for line in lines),
        "several standards in the cell": sum(len(_standard(line[3], cache)) > 1 for line in lines),
        "queries with more than 20 right laboratories": sum(len(truth) > TOP for truth in truths),
    }
    return forms, doubts


def _damaged(text: str, rng: random.Random) -> str:
    """Lose three blanks in ten and put one after three letters in a hundred."""
    kept = "".join(sign for sign in text if sign != " " or rng.random() > 0.3)
    return "".join(f"{sign} " if sign.isalpha() and rng.random() < 0.03 else sign for sign in kept)


def _dropped(text: str, rng: random.Random) -> str:
    words = text.split()
    rng.shuffle(words)
    return " ".join(words[: max(1, round(len(words) * 0.75))])


def _typos(text: str, rng: random.Random) -> str:
    signs = list(text)
    letters = [place for place, sign in enumerate(signs) if sign.isalpha()]
    for place in rng.sample(letters, min(2, len(letters))):
        signs[place] = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(signs)


def _chinese(
    pool: Sequence[Line], right: Callable[[Line], frozenset[str]], rng: random.Random, count: int
) -> list[Query]:
    """Take lines whose parameter holds a term of the vocabulary; ask by the Chinese term and the line's standard."""
    terms = []
    for test in load_pack("robots").tests.values():
        english = re.sub(r"\(.*?\)", "", test.name.en)
        terms.append((_bare(english), re.sub(r"[（(].*?[)）]", "", test.name.zh)))
    found: list[tuple[Line, str]] = []
    for line in pool:
        bare = _bare(line[2])
        fitting = [(english, chinese) for english, chinese in terms if len(english) > 5 and english in bare]
        if fitting and find_references(line[3]):
            found.append((line, max(fitting)[1]))
    drawn = rng.sample(found, min(count, len(found)))
    return [(f"{chinese} {line[1]} {line[3]}"[:1900], right(line)) for line, chinese in drawn]
