"""Reads the standards and clauses that a scope cell cites, in whatever order and spelling it cites them.

In comes a cell such as ``Cl. 5.0, IS16046(Part 2):2018/IEC62133-2:2017``; out go :class:`Citations`: references by the
grammar of ``qilian.standards`` (after the spelling was repaired), references of publishers that the grammar does not
know (``JSS 55555``), and clause numbers. A cell without any of them names an in-house method.
"""

import re
from dataclasses import dataclass

from qilian.laboratories.scopes.cleaning import mend, squeeze
from qilian.standards import StandardRef, find_references

_YEAR = r"(?:19|20)\d\d"
_LEADS = (
    "ISO/IEC|IS/IEC|IS/ISO|BS EN|ISO|IEC|IS|CISPR|EN|BS|DIN|ASTM|GB/T|GB|JIS|SAE|UL|IEEE|ANSI|ETSI|ITU|AIS|JSS|RFC|NFPA"
)
PUBLISHERS = frozenset(re.split(r"[|/ ]", _LEADS.casefold())) - {"t"}
"""Words of the publishers' names."""

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}

_REAFFIRMED = re.compile(
    rf"[,;]? ?\(? ?\b(?:RA|Re-?a(?:ff)?ir?med(?: in)?|Rearmed|RD|R) ?[:.\s-]{{0,2}} ?{_YEAR} ?\)?"
    r"|\(? ?\b(?:RA|RD)\b ?\)?|\(? ?withdrawn(?: standard)? ?\)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\(?\b(?:sub[ -]?)?(?:clauses?|cls?|ci|cl ?\.)(?: ?\.)? ?(?:nos?|number)?[ .:]{0,3}"
    r"(?P<numbers>(?:(?:cl\.? ?)?[A-Z]?\d{1,3}(?:\.\d{1,3})*(?:\.[a-z]\b)?(?: ?\([a-z0-9]{1,3}\))*"
    r"(?:(?: ?[,&;] ?| to | and | - )(?!I[ES]|E))?)+)\)?(?: ?of\b)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[A-Z]?\d{1,3}(?:\.\d{1,3})*", re.IGNORECASE)
_LOWER_IS = re.compile(r"\bis(?=[ :/-]{0,3}\d{2,5}\b)", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[a-z)\d,;&])(?=(?:IS|ISO|IEC|EN|BS|ASTM|IEEE|JIS|GB)[: /-]{0,2}(?:[A-Z] ?)?\d{2,5})")
_AFTER_LEAD = re.compile(rf"\b({_LEADS}) ?[:.-] ?(?=[A-Z]?\d)", re.IGNORECASE)
_ETSI = re.compile(r"\bEN[ -]ETSI ?(?=\d)|\bETSI[ /]EN ?(?=\d)", re.IGNORECASE)
_IEC_EN = re.compile(r"\bIEC ?[/&] ?(?:BS )?EN ?(?=\d)", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?<=[\d)A-Z]) ?/ ?(?=(?:IS/IEC|IS/ISO|IS|ISO/IEC|ISO|BS EN|BS|EN IEC|EN ISO|EN|IEC|CISPR|ASTM|DIN|JIS|UL|GB/T|GB)"
    r"[: -]{0,2}(?:[A-Z] ?)?\d{2,5})"
)
_MILITARY = re.compile(r"\bMIL[ -]{1,3}(?:STD)?[ -]{0,3}(?=\d)")
_SPACED_PART = re.compile(r"(?<=\d)(?: -|- | - )(?=\d{1,3}\b(?!\.\d))")
_PART = re.compile(
    rf"(?<=\d)(?P<year> ?: ?{_YEAR})? ?[-,:]? ?\(? ?(?:part|pt|p)(?![a-z]{{2}})[ .:-]{{0,3}}"
    r"(?P<part>\d{1,4}|[IVX]+\b|l\b)"
    r"(?: ?[/:,&-]? ?\(?(?:section|sect|sec|s) ?[ .:-]{0,3}(?P<section>\d{1,3}|[IVX]+\b))?(?:(?<!\)) ?\))?",
    re.IGNORECASE,
)
_ENDS_NUMBER = re.compile(r"(?:\d[A-Z]?|\))\Z")
_BAD_YEAR = re.compile(r"(?<=[: -])(19|20)([\dlO]) ?([\dlO])\b(?!\.)")
_OTHER = re.compile(
    r"(?<![A-Za-z0-9/])(?P<publisher>[A-Z]{2,8}(?:[ /][A-Z]{2,8}){0,2})[ .:-]{0,3}"
    r"(?P<number>[A-Z]{0,2} ?\d{2,6}[A-Z]?)(?P<part>(?:-\d{1,4}){0,3})"
    rf"(?! ?%)(?: ?[:(-] ?(?P<year>{_YEAR})\b)?"
)
# Its lines say "UN 38.3", "UN/DOT 38.3 Rev.7", "UN Manual of Tests and Criteria, Part III, subsection 38.3".
_TRANSPORT_OF_BATTERIES = re.compile(
    r"\bUN ?(?:/ ?DOT ?|[-.:] ?)?(?:(?:Transportation )?(?:Testing )?(?:Manual|Recommendations?)\b[\w ,.&-]{0,70}?)?"
    r"(?<!\d)38\.3\b"
    r"(?!\.\d)(?:[ ,(-]{0,3}Rev(?:ision|\.)?[ .]{0,2}\d\b\)?)?",
    re.IGNORECASE,
)
_UN_38_3 = StandardRef.named("UN Manual of Tests and Criteria 38.3")
_NOT_PUBLISHERS = frozenset(
    [
        "CL",
        "CLAUSE",
        "TABLE",
        "ANNEX",
        "ANNEXURE",
        "PART",
        "NO",
        "SEC",
        "SECTION",
        "TEST",
        "AND",
        "METHOD",
        "AMD",
        "AMDT",
        "FIG",
        "RA",
        "SOP",
        "CFR",
    ]
)


@dataclass(frozen=True, slots=True)
class Citations:
    """What a cell cites.

    Attributes
    ----------
    references
        In their order, each once and without clause; for an in-house method the cell itself, held by its title; empty
        for an empty cell.
    clauses
        Clause numbers as written: ``5.4.2``.
    """

    references: tuple[StandardRef, ...]
    clauses: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """One key for each cited document, whatever its edition."""
        keys: dict[str, None] = {}
        for reference in self.references:
            keys[document_key(reference)] = None
            if reference.adopted is not None and reference.adopted.number != reference.number:
                keys[document_key(reference.adopted)] = None
        return tuple(keys)


def read_citations(cell: str) -> Citations:
    """Read the references and clauses of a cell."""
    text = mend(cell)
    if not text:
        return Citations((), ())
    bare, clauses = _without_clauses(_REAFFIRMED.sub(" ", text))
    bare, transported = _TRANSPORT_OF_BATTERIES.subn(" ", bare)
    bare = repair(bare)
    found = {reference.without_clause: None for reference in find_references(bare)}
    for reference in _of_other_publishers(bare, found):
        found.setdefault(reference, None)
    if transported:
        found[_UN_38_3] = None
    return Citations(tuple(found) or (StandardRef.named(text),), clauses)


def repair(text: str) -> str:
    """Return mended text with the spellings of scope tables made those of the grammar.

    ``IS:302``, ``IS16046(Part 2):2018``, ``IEC 60358 - 1``, ``IS 10322 (P-5/Sec. 6)``, ``:20l 6``.
    """
    text = _MILITARY.sub("MIL-STD-", _GLUED.sub(" ", _LOWER_IS.sub("IS", text)))
    text = _ETSI.sub("ETSI EN ", _IEC_EN.sub("EN IEC ", text))
    text = _BESIDE.sub(_comma_after_number, text)
    text = _AFTER_LEAD.sub(r"\1 ", text)
    text = _BAD_YEAR.sub(lambda found: found[0].replace("l", "1").replace("O", "0").replace(" ", ""), text)
    return _PART.sub(_dashed_part, _SPACED_PART.sub("-", text))


def document_key(reference: StandardRef) -> str:
    """Return the key of a document through all its editions; of an in-house method, its bare letters and digits."""
    if reference.is_named:
        return squeeze(re.sub(rf"\b{_YEAR}\b", "", reference.title))
    return " ".join(part for part in reference.base_key if part)


def _without_clauses(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the clauses out of the text, so that they cannot come between a number and its year."""
    clauses: dict[str, None] = {}

    def take(found: re.Match[str]) -> str:
        clauses.update(dict.fromkeys(_NUMBER.findall(found["numbers"])))
        return " "

    bare = _CLAUSE.sub(take, text)
    return " ".join(bare.replace(" :", ":").split()), tuple(clauses)


def _comma_after_number(found: re.Match[str]) -> str:
    """Part two references; leave "IS/IEC 60335", which is one, together."""
    before = found.string[: found.start()]
    return ", " if _ENDS_NUMBER.search(before) else found[0]


def _dashed_part(found: re.Match[str]) -> str:
    part = "".join(f"-{_digits(found[name])}" for name in ("part", "section") if found[name])
    return f"{part}{found['year'] or ''}"


def _digits(text: str) -> int:
    return int(text) if text.isdecimal() else 1 if text == "l" else _ROMAN.get(text.upper(), 1)


def _of_other_publishers(text: str, known: dict[StandardRef, None]) -> list[StandardRef]:
    """Documents whose publisher the grammar does not know: capitals and a number."""
    numbers = {reference.number.replace(" ", "") for reference in known}
    found = []
    for match in _OTHER.finditer(text):
        publisher, number = match["publisher"], match["number"].replace(" ", "")
        if publisher in _NOT_PUBLISHERS or publisher.split(" ")[-1] in _NOT_PUBLISHERS:
            continue
        if any(own.startswith(number) for own in numbers):
            continue
        if number.isdecimal() and publisher.split("/")[-1] in ("IS", "IEC", "ISO", "EN"):
            continue  # the grammar has seen it
        year = int(match["year"]) if match["year"] else None
        found.append(StandardRef(publisher, number, match["part"][1:], year=year))
    return found
