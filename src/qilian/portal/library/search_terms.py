"""The terms that documents are indexed under, and the same terms of what a person asks for.

In comes a reference, a title or a text in a search box, in any spelling; out go the words and number terms of the
index. Both sides go through the same functions, so that full-width forms, lost spaces and capitals do not matter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

import rjieba
import tantivy

from qilian.standards import NotAReference, StandardRef

MAX_TEXT = 300
"""Longest text that is searched for, in characters; what follows is left out."""
MAX_WINDOW = 6
"""Most pieces between blanks that are tried together as one number ("GB / T 12642 - 2013")."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_OTHER_RUN = re.compile(f"[^{_HAN}]+")
_HAN_BORDER = re.compile(f"(?<=[{_HAN}])(?=[^{_HAN}\\s])|(?<=[^{_HAN}\\s])(?=[{_HAN}])")
_DIGIT = re.compile(r"\d")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_PUBLISHER_PARTS = re.compile(r"[/ ]")
_COMMITTEE = re.compile(r"[a-z]*tc\d+(?:sc\d*[a-z]?)?(?:[a-z]+\d+)?\Z")


def plain(text: str) -> str:
    """Return a text without full-width forms and doubled blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def squash(text: str) -> str:
    """Return the letters and digits only, in small letters: ``GB/T 12642—2013`` is ``gbt126422013``."""
    return _NOT_ALPHANUMERIC.sub("", (text if text.isascii() else plain(text)).lower())


def number_terms(ref: StandardRef) -> set[str]:
    """Return a number's terms: of the edition (``=``), the document (``@``), spellings (``~``), bare (``#``).

    The spellings leave out what people leave out: the type of the document, and publishers of a shared number
    (``ISO/IEC 17025`` is also found as ``ISO 17025``, ``GB/T 12642`` as ``GB 12642``).
    """
    spelled = str(ref.without_clause)
    terms = {edition_term(spelled), document_term(ref), f"~{squash(spelled)}"}
    if ref.is_named:
        return terms
    if ref.is_dated or ref.amendments:
        terms.add(f"~{squash(str(ref.undated))}")
    own = ref.adopted if ref.adopted is not None and ref.adopted.number == ref.number else ref
    main, part, year = squash(own.number), squash(own.part), ref.year or ""
    for head in ("#", *(f"~{publisher}" for publisher in _joint_publishers(ref.publisher, own.publisher))):
        terms.update((f"{head}{main}", f"{head}{main}{part}", f"{head}{main}{part}{year}"))
    return terms


def edition_term(spelled: str) -> str:
    """Return the term of one edition, by its canonical spelling."""
    return "=" + spelled.replace(" ", "").lower()


def document_term(ref: StandardRef) -> str:
    """Return the term that all editions, amendments and drafts of a document share."""
    return "@" + "|".join(ref.base_key).lower()


def wanted_numbers(text: str) -> list[tuple[str, float]]:
    """Return the number terms that a text without other words may mean, with what a match is worth.

    The edition that was written counts most, then the document, then other spellings, then the bare number.
    """
    squashed = squash(text)
    wanted = {f"~{squashed}": 200.0, f"#{squashed}": 100.0}
    try:
        ref = StandardRef.parse(text)
    except NotAReference:
        return list(wanted.items())
    wanted |= {
        edition_term(str(ref.without_clause)): 1000.0,
        document_term(ref): 400.0,
        f"~{squash(str(ref.undated))}": 200.0,
    }
    if ref.amendments:  # the amended edition itself, where its amendment is not listed
        wanted[edition_term(str(replace(ref, amendments=(), variant="", clause="")))] = 300.0
    return list(wanted.items())


def windows(pieces: list[str]) -> Iterator[tuple[int, int]]:
    """Yield from-to spans of pieces that may be one number, the longest first; none without a digit."""
    for size in range(min(MAX_WINDOW, len(pieces)), 0, -1):
        for start in range(len(pieces) - size + 1):
            if _has_digit("".join(pieces[start : start + size])):
                yield start, start + size


def pieces(text: str) -> list[str]:
    """Split a plain text at blanks, and where Chinese and other writing meet."""
    return _HAN_BORDER.sub(" ", text).split()


def words(text: str) -> list[str]:
    """Return the words of a text in any language as terms: stems of alphabetic words, words and pairs of Chinese."""
    text = plain(text)
    if text.isascii():
        return _analyzer().analyze(text)
    terms = _analyzer().analyze(" ".join(_OTHER_RUN.findall(text)))
    for run in _HAN_RUN.findall(text):
        terms += dict.fromkeys((*rjieba.cut_for_search(run, hmm=False), *pairs(run)))
    return terms


def wanted_words(text: str) -> list[str]:
    """Return the words that a person asks for; Chinese is cut once, without the words inside words."""
    text = plain(text)
    terms = _analyzer().analyze(" ".join(_OTHER_RUN.findall(text)))
    for run in _HAN_RUN.findall(text):
        terms += rjieba.cut(run, hmm=False)
    return list(dict.fromkeys(terms))


def wanted_pairs(text: str) -> list[str]:
    """Return the neighbouring characters of the Chinese in a text: a title that has them together is a better hit."""
    return list(dict.fromkeys(pair for run in _HAN_RUN.findall(plain(text)) for pair in pairs(run)))


def pairs(run: str) -> list[str]:
    """Return each two neighbouring characters of a Chinese run; the character itself where there is one only."""
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]


def is_chinese(word: str) -> bool:
    """Return whether a term is of Chinese characters."""
    return _HAN_RUN.match(word) is not None


@lru_cache(10_000)
def publisher_terms(publisher: str) -> tuple[str, ...]:
    """Return a publisher and its parts: ``GB/T`` is found under ``GB/T`` and ``GB``, not under ``T``."""
    first, *others = _PUBLISHER_PARTS.split(publisher)
    parts = (publisher, first, *(each for each in others if len(each) > 1))
    return tuple(dict.fromkeys(squash(part) for part in parts if part))


@lru_cache(10_000)
def committee_terms(committee: str) -> tuple[str, ...]:
    """Return a committee and those above it, with and without the publisher: ``ISO/TC 184/SC 2`` → ``tc184``, ..."""
    steps = plain(committee).split("/")
    above = {"/".join(steps[start:end]) for start in (0, 1) for end in range(start + 1, len(steps) + 1)}
    return tuple({squash(each) for each in above if _has_digit(each)} | {squash(committee)} - {""})


def names_committee(squashed: str) -> bool:
    """Return whether letters and digits look like a technical committee: ``isotc299``, ``tc184sc4``."""
    return _COMMITTEE.match(squashed) is not None


def ics_terms(codes: Iterable[str]) -> set[str]:
    """Return codes of the International Classification for Standards and their groups: ``25.040.30``, ``25.040``."""
    terms: set[str] = set()
    for code in codes:
        steps = code.strip().split(".")
        terms.update(".".join(steps[:end]) for end in range(1, len(steps) + 1))
    return terms


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


@lru_cache(10_000)
def _joint_publishers(*publishers: str) -> tuple[str, ...]:
    parts = (part for each in publishers for part in (each, *_PUBLISHER_PARTS.split(each)))
    return tuple(dict.fromkeys(map(squash, parts)))


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    """Small letters, accents off, English endings off: harmless to other languages, as both sides lose the same."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
