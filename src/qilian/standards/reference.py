"""What a reference to a standard or a legal act is, and its one canonical spelling.

In comes a text in any of the spellings that people write (``GB/T12642—2013``); out goes a frozen :class:`StandardRef`
whose ``str()`` is the canonical one (``GB/T 12642-2013``). Documents without a number are held by their title.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, total_ordering
from types import MappingProxyType
from typing import TypeAlias

from qilian.standards.errors import NotAReference

BaseKey: TypeAlias = tuple[str, ...]
SortKey: TypeAlias = tuple[str | int | tuple[tuple[int, str], ...], ...]

DRAFT_AMENDMENTS = MappingProxyType({"DAM": "Amd", "FDAM": "Amd", "PDAM": "Amd", "DCOR": "Cor", "FDCOR": "Cor"})
"""Kinds of draft amendments, each with the kind that it is once it is published."""
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment or corrigendum of an edition.

    Attributes
    ----------
    kind
        ``Amd``, ``Cor``, ``Add``, ``Suppl``, ``DAM``, ``FDAM``, ``ISH``, ``A`` (CEN), ``AC`` (CEN), ``XG`` (GB), ...
    number
        ``1``; empty where none is written. A draft may carry its round: ``1.2``.
    year
        Year of publication, or None.
    consolidated
        True for ``+AMD1:2012`` (the text includes it), False for ``/Amd 1:2012`` (the amendment itself).
    stage
        ``CD``, ``WD``, ``AWI``, ... of a draft amendment.
    """

    kind: str
    number: str = ""
    year: int | None = None
    consolidated: bool = False
    stage: str = ""


@total_ordering
@dataclass(frozen=True, slots=True)
class StandardRef:
    """A reference to a standard, an act, or (by its title) a document without a number.

    Attributes
    ----------
    publisher
        ``ISO``, ``ISO/IEC``, ``GB/T``, ``T/ZZB``, ``DB33/T``, ``EN``, ``ETSI``, ``EU``, ``CFR``; empty for a title.
    number
        Main number as text, with its letters and leading zeros: ``10218``, ``R15.06``, ``301 489``, ``2023/1230``.
    part
        Everything under the number: ``1``, ``4-2``, ``B02``, ``1.2``.
    kind
        Document type: ``TS``, ``TR``, ``PAS``, ``Guide``; ``Regulation``, ``Directive``, ... for an act of the EU.
    stage
        ``NP``, ``CD``, ``DIS``, ``FDIS``, ``pr``, ``D`` (with a kind: ``DTS``); empty for a published document.
    iteration
        Round of a draft: ``2`` in ``ISO/DIS 8838.2``.
    year, month
        Of the edition; None in an undated reference.
    edition, version
        ``Ed.2``, ``V2.2.2``; ``H`` in ``MIL-STD-810H``.
    amendments, variant
        Amendments in the order written; ``CSV``, ``RLV``, ... of IEC.
    clause
        ``5.5.5``, ``Annex A``, ``Article 10``.
    adopted
        The reference inside: ``ISO 10218-1`` in ``EN ISO 10218-1:2025``, ``ISO 9001:2015`` in
        ``GB/T 19001-2016/ISO 9001:2015``.
    title
        Only for a document that has no number.
    """

    publisher: str
    number: str = ""
    part: str = ""
    kind: str = ""
    stage: str = ""
    iteration: str = ""
    year: int | None = None
    month: int | None = None
    edition: str = ""
    version: str = ""
    amendments: tuple[Amendment, ...] = ()
    variant: str = ""
    clause: str = ""
    adopted: "StandardRef | None" = None
    title: str = ""

    @classmethod
    def parse(cls, text: str) -> "StandardRef":
        """Read one reference that fills the whole text.

        Raises
        ------
        NotAReference
            If the text is not a reference by grammar.
        """
        return _grammar()(text)

    @classmethod
    def named(cls, title: str) -> "StandardRef":
        """Hold a document that is cited by its title.

        Raises
        ------
        NotAReference
            If the title is empty.
        """
        words = " ".join(title.split())
        if not words:
            raise NotAReference("an empty title", mend="write the document's title or number")
        return cls("", title=words)

    @classmethod
    def parse_or_named(cls, text: str) -> "StandardRef":
        """Read a reference, or hold the text as the title of a document without a number."""
        try:
            return cls.parse(text)
        except NotAReference:
            return cls.named(text)

    @property
    def is_named(self) -> bool:
        """Whether the document is known by its title only."""
        return not self.publisher

    @property
    def is_dated(self) -> bool:
        """Whether one edition is meant: by year, edition or version, or because it is an act or a named document."""
        return bool(self.year or self.edition or self.version or self.publisher in ("EU", "EC", "EEC", ""))

    @property
    def is_draft(self) -> bool:
        """Whether the number itself is one of a draft: by its stage, or by that of its last amendment."""
        last = self.amendments[-1] if self.amendments else None
        return bool(self.stage) if last is None else bool(last.stage or last.kind in DRAFT_AMENDMENTS)

    @property
    def undated(self) -> "StandardRef":
        """The same document without year, edition, version, amendments and clause."""
        adopted = self.adopted
        if adopted is not None and adopted.number != self.number:  # GB/T 19001-2016/ISO 9001:2015 is GB/T 19001
            adopted = None
        return replace(
            self,
            iteration="",
            year=None,
            month=None,
            edition="",
            version="",
            amendments=(),
            variant="",
            clause="",
            adopted=adopted,
        )

    def at(self, clause: str) -> "StandardRef":
        """Return the reference to a clause of the document; to the whole of it if the clause is empty."""
        return replace(self, clause=clause)

    @property
    def without_clause(self) -> "StandardRef":
        """The whole document that the clause is in."""
        return replace(self, clause="") if self.clause else self

    @property
    def base_key(self) -> BaseKey:
        """Key of the document through all its editions and drafts.

        Acts of the EU share one number series, so their kind (``Regulation``, ``Decision``) is not part of it.
        """
        if not self.publisher:
            return (self.title,)
        if self.publisher in ("EU", "EC", "EEC"):
            return ("EU", self.number)
        if self.adopted is not None and self.adopted.number == self.number:
            return (self.publisher, *self.adopted.base_key)
        return (self.publisher, self.kind, self.number, self.part)

    def same_base(self, other: "StandardRef") -> bool:
        """Whether both are the same document, whatever edition, draft stage or clause."""
        return self.base_key == other.base_key

    def __hash__(self) -> int:
        """Hash what tells most references apart: a catalogue hashes each of them dozens of times for one answer."""
        last = self.amendments[-1].number if self.amendments else ""
        return hash((self.publisher, self.number or self.title, self.part, self.year, self.stage, last))

    def __str__(self) -> str:
        return spell(self)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, StandardRef):
            return NotImplemented
        return _sort_key(self) < _sort_key(other)


@dataclass(frozen=True, slots=True)
class Style:
    """How a publisher writes numbers: between publisher and number, before the part, before the year."""

    gap: str = " "
    part: str = "-"
    year: str = ":"


_COLON = Style()
_CHINESE = Style(part=".", year="-")
_HYPHEN_YEAR = Style(year="-")
_CHINESE_CODE = re.compile(r"(GB[JZ]?|GJB|JJ[FG]|TSG|DB\d+|[TQ]|[A-Z]{2})(/[A-Z0-9-]+)?(\([^)]*\))?\Z")
_INTERNATIONAL = re.compile(r"(ISO|IEC|CISPR|IWA|EN|CEN|JIS|KS|AS|BS|NF|SS|PN)\b")


@cache
def _grammar() -> Callable[[str], StandardRef]:
    """Return the reader of references; the grammar imports this module, so it is bound on first use."""
    from qilian.standards.grammar import parse_reference

    return parse_reference


@cache
def style_of(publisher: str) -> Style:
    """Return the publisher's way of writing: ``GB/T 5226.1-2019``, ``ISO 10218-1:2025``, ``CNAS-CL01:2018``."""
    if publisher in ("CNAS", "CNCA", "MIL"):
        return Style(gap="-")
    if publisher in ("UL", "IS") or publisher.endswith("/UL") or _INTERNATIONAL.match(publisher):
        return _COLON
    if publisher.startswith(("IEEE", "ANSI", "NFPA", "ASTM", "RIA")):
        return _HYPHEN_YEAR
    if _CHINESE_CODE.match(publisher):
        return _CHINESE
    return _COLON


def spell(ref: StandardRef) -> str:
    """Return the canonical spelling of a reference."""
    if not ref.publisher:
        return ref.title
    if ref.publisher in ("EU", "EC", "EEC"):
        head = _act(ref)
    elif ref.publisher == "CFR":
        head = f"{ref.number} CFR {ref.kind} {ref.part}" if ref.kind else f"{ref.number} CFR {ref.part}"
    elif ref.publisher == "MIL":
        head = f"MIL-{ref.kind}-{ref.number}{ref.edition}"
    elif ref.publisher == "ETSI":
        part = f"-{ref.part}" if ref.part else ""
        head = f"ETSI {ref.kind} {ref.number}{part}" + (f" {ref.version}" if ref.version else "")
        if ref.year:
            head += f" ({ref.year}-{ref.month:02d})" if ref.month else f" ({ref.year})"
    else:
        head = _standard(ref)
    return f"{head} {ref.clause}" if ref.clause else head


def _act(ref: StandardRef) -> str:
    year = ref.number.partition("/")[0]
    if ref.kind in ("", "Directive") and (len(year) == 2 or (ref.kind and int(year) < 2015)):
        return f"{ref.number}/{ref.publisher}"
    if len(ref.number.partition("/")[2]) == 4 and len(year) < 4 and ref.kind.endswith("Decision"):
        return f"{ref.kind} {ref.number}/{ref.publisher}"
    return f"{ref.kind} ({ref.publisher}) {ref.number}".lstrip()


def _standard(ref: StandardRef) -> str:
    style = style_of(ref.publisher)
    adopted = ref.adopted
    if adopted is not None and adopted.number == ref.number:
        prefix = ref.publisher.split(" ")
        prefix[-1] = ref.stage + prefix[-1]
        text = f"{' '.join(prefix)} {_standard(adopted) if adopted.publisher != 'ETSI' else spell(adopted)}"
    else:
        text = f"{_title_of_series(ref)}{'' if ref.stage == 'P' else style.gap}{ref.number}"
        if ref.part:
            text += style.part + ref.part
    if ref.iteration:
        text += f".{ref.iteration}"
    if ref.year:
        text += f"{style.year}{ref.year}"
        if ref.month:
            text += f"-{ref.month:02d}"
    compact = not ref.publisher.startswith("ISO")
    text += "".join(_amendment(each, compact) for each in ref.amendments if each.consolidated)
    if ref.variant:
        text += f" {ref.variant}"
    text += "".join(_amendment(each, compact) for each in ref.amendments if not each.consolidated)
    if ref.edition:
        text += f" {ref.edition}"
    if adopted is not None and adopted.number != ref.number:
        text += f"/{spell(adopted)}"
    return text


def _title_of_series(ref: StandardRef) -> str:
    """Publisher with stage and type: ``ISO/CD TS``, ``ISO/IEC DTR``, ``IEC TS``, ``prEN``, ``ISO Guide``."""
    if ref.stage in ("pr", "Fpr"):
        return ref.stage + ref.publisher
    words = [ref.stage + ref.kind] if ref.stage == "D" else [word for word in (ref.stage, ref.kind) if word]
    if not words:
        return ref.publisher
    joint = "/" if ref.publisher == "ISO" and words[0] != "Guide" else " "
    return f"{ref.publisher}{joint}{' '.join(words)}"


def _amendment(amendment: Amendment, compact: bool) -> str:
    sign = "+" if amendment.consolidated else "/"
    kind, number = amendment.kind, amendment.number
    year = f":{amendment.year}" if amendment.year else ""
    if kind == "XG":
        return f"{sign}{kind}{number}" + year.replace(":", "-")
    if kind in ("A", "AC", "ISH", "FRAG"):
        return f"{sign}{kind}{number}{year}"
    if compact or amendment.consolidated:
        stage = f"{amendment.stage} " if amendment.stage else ""
        return f"{sign}{stage}{_COMPACT.get(kind, kind.upper())}{number}{year}"
    words = " ".join(word for word in (amendment.stage, kind, number) if word)
    return f"{sign}{words}{year}"


_COMPACT = {"Amd": "AMD", "Cor": "COR"}


@lru_cache(maxsize=10_000)
def _sort_key(ref: StandardRef) -> SortKey:
    """Order by publisher, number and part (as numbers), then by date; documents known by title come last."""
    return (
        ref.publisher or "~",
        _natural(ref.number or ref.title),
        _natural(ref.part),
        ref.kind,
        ref.year or 0,
        ref.month or 0,
        _natural(ref.version),
        _natural(ref.edition),
        _natural(ref.stage),
        _natural(str(ref)),
    )


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(word), "") if word.isdecimal() else (-1, word) for word in _DIGITS.split(text) if word)
