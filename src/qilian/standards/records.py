"""Records: what one catalogue source says of one document, and how records become the editions of a catalogue.

The readers (:mod:`~qilian.standards.relaton`, :mod:`~qilian.standards.national`) make records; a library stores them;
the records around a reference become a :class:`~qilian.standards.Catalogue` by :func:`editions_and_relations`. A record
keeps numbers, main titles and dates only: never an abstract or any other text of a standard.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from qilian.standards.editions import Confidence, Degree, Edition, Relation, RelationKind, Status, When
from qilian.standards.errors import StandardsError
from qilian.standards.reference import DRAFT_AMENDMENTS, Amendment, BaseKey, StandardRef
from qilian.standards.stages import is_abandoned
from qilian.text import Text


class RecordFault(StandardsError):  # noqa: N818 - the public name says what it is about
    """A record that cannot be read: why, and in which member of its source."""


class Link(StrEnum):
    """What the document of a record is to the other document."""

    REPLACES = "replaces"
    REPLACED_BY = "replaced by"
    AMENDS = "amends"
    AMENDED_BY = "amended by"
    REVISES = "revises"
    """It is a draft that is to replace the other."""
    REVISED_BY = "revised by"
    """The other is a draft that is to replace it."""
    ADOPTS = "adopts"
    ADOPTED_BY = "adopted by"
    PART_OF = "part of"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class RecordRelation:
    """One relation of a record's document to another.

    Attributes
    ----------
    identifier, ref
        The other document, as written and as read.
    degree
        Of an adoption.
    """

    kind: Link
    identifier: str
    ref: StandardRef
    degree: Degree | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What one source says of one document.

    Attributes
    ----------
    identifier
        The primary identifier as written (blanks made single).
    ref
        The identifier as read; a document without a number is held by its title.
    titles
        Main title by language code (``en``, ``fr``, ``zh``, ...).
    status
        As far as the record itself says it: of a withdrawn document whether it was superseded may be known or not.
    published
        Of an amendment its own date. None for most drafts.
    in_force_from
        First day of application, where it differs from publication (GB).
    withdrawn
        The day of withdrawal, where the source has it: from this day on the document does not stand.
    stable_until
        The day until which the committee plans no change (IEC).
    stage
        Harmonized code (``60.60``), or empty.
    edition
        Number of the edition (``3``, ``3.2``), or empty.
    committee
        ``ISO/TC 299``, ``IEC/TC 62/SC 62A``.
    year
        The year that the source gives to the document besides its dates (copyright); dates drafts roughly.
    freshness
        A text that sorts after those of older records of the same source, see :func:`fresher`.
    member, digest
        The file in the source, and the BLAKE2b digest (32 hex digits) of its bytes.
    """

    identifier: str
    ref: StandardRef
    titles: Mapping[str, str]
    status: Status
    published: When | None = None
    in_force_from: date | None = None
    withdrawn: date | None = None
    stable_until: date | None = None
    stage: str = ""
    doctype: str = ""
    edition: str = ""
    committee: str = ""
    ics: tuple[str, ...] = ()
    relations: tuple[RecordRelation, ...] = ()
    year: int | None = None
    freshness: str = ""
    member: str = ""
    digest: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it was never published: under way, or abandoned."""
        return self.status is Status.DRAFT or is_abandoned(self.stage)


def fresher(first: Record, second: Record) -> Record:
    """Return the record that counts of two that one source has of one identifier: the newer, else the further one.

    ISO's catalogue holds ten thousand documents twice, in a file of an older crawl and in a newer one. The answer does
    not depend on the order in which the two are read.
    """
    return max(first, second, key=lambda each: (each.freshness, each.stage, each.member))


def editions_and_relations(
    records: Iterable[Record], source: str, seen: date, confidence: Confidence = "secondary"
) -> tuple[tuple[Edition, ...], tuple[Relation, ...]]:
    """Turn records into what a :class:`~qilian.standards.Catalogue` is made of.

    Besides the relations that the records state, four kinds are read out of numbers and dates, and marked by the
    confidence ``unverified`` where they are a conclusion: an amendment amends the edition in its number; a superseded
    document without a named heir is replaced by the next edition; a draft ends with the publication of the edition that
    it drafted; a draft under way that names no edition is to replace the latest one.

    Parameters
    ----------
    records
        All records that one source has of the documents in question; of two with one reference the fresher counts.
        Relations to documents outside do no harm.
    source, seen
        What to call the source, and the day on which its data were true.
    confidence
        How sure the source is.
    """
    by_ref: dict[StandardRef, Record] = {}
    for each in records:
        if not _is_packaging(each):
            by_ref[each.ref] = fresher(by_ref[each.ref], each) if each.ref in by_ref else each
    finished = dict(_finished_drafts(by_ref.values()))
    shells = {ref for ref in finished if _is_shell(ref)}
    kept = [each for each in by_ref.values() if each.ref not in shells]
    stated: Iterable[Relation] = (relation for each in kept for relation in _stated(each, confidence))
    if shells:
        stated = (each for each in stated if each.subject not in shells and each.object not in shells)
    relations = dict.fromkeys(stated)
    replaced = {each.object for each in relations if each.kind is RelationKind.REPLACES}
    for older, heir in (*_inferred_heirs(kept), *finished.items()):
        if older not in replaced and older not in shells:
            relations[Relation(RelationKind.REPLACES, heir, older, None, "unverified")] = None
            replaced.add(older)
    revisions = {each.object for each in relations if each.kind is RelationKind.UNDER_REVISION_BY}
    for edition, draft in _inferred_revisions(kept):
        if draft not in replaced and draft not in revisions:
            relations[Relation(RelationKind.UNDER_REVISION_BY, edition, draft, None, "unverified")] = None
    editions = tuple(_edition(each, source, seen, confidence, each.ref in replaced) for each in kept)
    return editions, tuple(relations)


# -- editions ----------------------------------------------------------------------------------------------------------


def _is_packaging(record: Record) -> bool:
    """Whether it sells other documents (a series, a redline, all amendments in one) and is no edition itself."""
    return record.ref.variant not in ("", "DB") and not record.ref.amendments


def _edition(record: Record, source: str, seen: date, confidence: Confidence, replaced: bool) -> Edition:
    status = record.status
    if status is Status.WITHDRAWN and replaced and not record.is_draft:
        status = Status.SUPERSEDED
    until = record.withdrawn - timedelta(days=1) if record.withdrawn else None
    if until and record.in_force_from and until < record.in_force_from:
        until = None  # withdrawn before it applied: it never stood, and an end before its start says nothing
    return Edition(
        record.ref,
        Text(record.titles.get("zh", ""), record.titles.get("en", "") or next(iter(record.titles.values()), "")),
        status,
        _published(record, seen),
        record.in_force_from,
        until,
        record.edition,
        record.doctype,
        source=source,
        source_seen=seen,
        confidence=confidence,
    )


def _published(record: Record, seen: date) -> When | None:
    """Return the date of an edition; a draft counts as known from its year on, or only when the source was seen."""
    if record.published is not None or not record.is_draft:
        return record.published
    if record.year and not record.ref.amendments and record.year <= seen.year:
        return When(record.year, inferred=True)
    return When.on(seen, inferred=True)


# -- relations ---------------------------------------------------------------------------------------------------------


def _stated(record: Record, confidence: Confidence) -> Iterator[Relation]:
    """The relations that a record states, its number included."""
    own, base = record.ref, amended_edition(record.ref)
    for each in record.relations:
        other = each.ref
        if other == own:
            continue
        match each.kind:
            case Link.REPLACES if not is_abandoned(record.stage):
                yield Relation(RelationKind.REPLACES, own, other, None, confidence)
            case Link.REPLACED_BY:
                yield Relation(RelationKind.REPLACES, other, own, None, confidence)
            case Link.AMENDED_BY:
                yield Relation(RelationKind.AMENDED_BY, own, other, None, confidence)
            case Link.AMENDS if other != base:
                yield Relation(RelationKind.AMENDED_BY, other, own, None, confidence)
            case Link.REVISES if not is_abandoned(record.stage):
                yield Relation(RelationKind.UNDER_REVISION_BY, other, own, None, confidence)
            case Link.REVISED_BY:
                yield Relation(RelationKind.UNDER_REVISION_BY, own, other, None, confidence)
            case Link.ADOPTS:
                yield Relation(RelationKind.ADOPTS, own, other, each.degree, confidence)
            case Link.ADOPTED_BY:
                yield Relation(RelationKind.ADOPTS, other, own, each.degree, confidence)
            case _:  # part of, related: say nothing of what stands
                pass
    if base is not None and not is_abandoned(record.stage):
        kind = RelationKind.UNDER_REVISION_BY if record.is_draft else RelationKind.AMENDED_BY
        yield Relation(kind, base, own, None, confidence)


@lru_cache(maxsize=10_000)
def amended_edition(ref: StandardRef) -> StandardRef | None:
    """Return what an amendment amends (``ISO 9001:2015`` for its ``/Amd 1:2024``), or None if it is no amendment."""
    if not ref.amendments or ref.amendments[-1].consolidated:
        return None
    return replace(ref, amendments=ref.amendments[:-1])


def names_draft(ref: StandardRef) -> bool:
    """Whether a reference in a record is one of a draft: by its number, or for want of a year."""
    if ref.is_draft or ref.is_named:
        return ref.is_draft
    return not ref.amendments[-1].year if ref.amendments else not ref.is_dated


def _inferred_heirs(records: list[Record]) -> Iterator[tuple[StandardRef, StandardRef]]:
    """Superseded documents, each with its heir, where no source names one (IEC never does).

    The heir of an edition is the next edition of its document; of an amendment the heir of its edition; of a
    consolidated version the next one of the same edition, else the heir of that edition.
    """
    lines: dict[BaseKey | StandardRef, list[tuple[date, Record]]] = defaultdict(list)
    for each in records:
        if not each.is_draft and each.published and each.ref.is_dated:
            line = _plain(each.ref) if _is_consolidated(each.ref) else each.ref.base_key
            if line != each.ref.base_key or not each.ref.amendments:
                lines[line].append((each.published.last, each))
    heirs: dict[StandardRef, StandardRef] = {}
    for dated in lines.values():
        dated.sort(key=lambda pair: pair[0])
        for (day, older), (next_day, newer) in pairwise(dated):
            if older.status is Status.SUPERSEDED and day < next_day:
                heirs[older.ref] = newer.ref
    for each in records:
        if each.status is Status.SUPERSEDED:
            heir = heirs.get(each.ref) or heirs.get(_plain(each.ref))
            if heir is not None:
                yield each.ref, heir


def _inferred_revisions(records: list[Record]) -> Iterator[tuple[StandardRef, StandardRef]]:
    """Each draft with the latest edition of its document."""
    latest: dict[BaseKey, tuple[date, StandardRef]] = {}
    drafts = [each for each in records if each.status is Status.DRAFT and not each.ref.amendments]
    if not drafts:
        return
    for each in records:
        if not each.is_draft and each.published and each.ref.is_dated and not each.ref.amendments:
            found = (each.published.last, each.ref)
            latest[each.ref.base_key] = max(found, latest.get(each.ref.base_key, found))
    for each in drafts:
        edition = latest.get(each.ref.base_key)
        if edition is not None:
            yield edition[1], each.ref


def _plain(ref: StandardRef) -> StandardRef:
    """The edition under amendments."""
    return replace(ref, amendments=(), variant="")


def _is_consolidated(ref: StandardRef) -> bool:
    return bool(ref.amendments) and ref.amendments[-1].consolidated


def _finished_drafts(records: Iterable[Record]) -> Iterator[tuple[StandardRef, StandardRef]]:
    """Drafts, each with the first published edition that it can have become.

    A draft carries the number of the edition that it will be; an amendment's draft the number of the amendment.
    """
    lines: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for each in records:
        if not each.is_draft and each.ref.is_dated:
            lines[project_of(each.ref)].append(each)
    for line in lines.values():
        line.sort(key=lambda each: each.published.last if each.published else date.max)
    for draft in records:
        if draft.status is Status.DRAFT:
            for each in lines.get(project_of(draft.ref), ()):
                if draft.ref.amendments or _is_edition_of(each, draft):
                    yield draft.ref, each.ref
                    break


def _is_shell(ref: StandardRef) -> bool:
    """Whether it has neither stage nor year: the shell of a project, which stays in ISO's data once it is published."""
    last = ref.amendments[-1] if ref.amendments else None
    if last is None:
        return not ref.stage and not ref.is_dated
    return not last.stage and not last.year and last.kind not in DRAFT_AMENDMENTS


def _is_edition_of(published: Record, draft: Record) -> bool:
    """Whether a published edition is not older than the draft, by year and, where both are numbered, by number.

    The number alone says little: each source counts by itself, and ISO restarts at 1 for some documents.
    """
    if draft.year and (published.ref.year or 0) < draft.year:
        return False
    if published.edition.isdecimal() and draft.edition.isdecimal():
        return int(published.edition) >= int(draft.edition)
    return bool(draft.year)


def project_of(ref: StandardRef) -> tuple[object, ...]:
    """Return what the drafts of one project and the document that they become have in common."""
    if not ref.amendments:
        return (ref.base_key,)
    return (ref.base_key, ref.year, *(_amendment(each) for each in ref.amendments))


def _amendment(amendment: Amendment) -> tuple[str, str]:
    number = amendment.number.partition(".")[0] if amendment.stage or amendment.kind in DRAFT_AMENDMENTS else ""
    return DRAFT_AMENDMENTS.get(amendment.kind, amendment.kind), number or amendment.number
