"""Answers about a reference on a date, from the library's records and a content pack's table together.

For a reference, the records of its document and of the documents around it are fetched and made into a small engine
:class:`~qilian.standards.Catalogue`, which answers. Of an edition that the library and the pack's table both have, the
library's statement counts; the table adds what the library lacks, and all that the library does not hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from qilian.portal.library.fetching import Found, Snapshot, fetch_naming, fetch_records, snapshots
from qilian.portal.library.rows import base_of
from qilian.standards import Catalogue, Degree, Edition, Entry, RelationKind, StandardRef, Status, When
from qilian.standards import Relation as EngineRelation
from qilian.standards.editions import Json
from qilian.standards.records import Record, RecordRelation, editions_and_relations
from qilian.standards.stages import stage_words
from qilian.text import Language, Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a reference on a date, and from which states of which sources.

    Attributes
    ----------
    entry
        The engine's answer.
    record
        The library's record of the edition that the entry shows, with its stage, committee and ICS codes; None if the
        library does not hold it.
    snapshots
        The states of the sources that were asked.
    """

    entry: Entry
    record: Record | None
    snapshots: tuple[Snapshot, ...]

    def as_json(self, language: Language = "en") -> dict[str, Json]:
        """Return the answer of ``standards show --json``."""
        record = self.record
        seen = self.entry.edition.source_seen if self.entry.edition else None
        return self.entry.as_json(language) | {
            "stage": record.stage or None if record else None,
            "stage_words": stage_words(record.stage).say(language) if record and record.stage else None,
            "stage_seen": seen.isoformat() if record and seen else None,
            "committee": record.committee or None if record else None,
            "ics": list(record.ics) if record else [],
            "snapshots": [
                {
                    "source": each.source,
                    "dated": each.dated.isoformat(),
                    "documents": each.documents,
                    "updating_to": each.updating_to.isoformat() if each.updating_to else None,
                }
                for each in self.snapshots
            ],
        }


def look_up(ref: StandardRef, on: date, table: Catalogue | None = None) -> Answer:
    """Return all that the library and a pack's table say of a reference on a date.

    Parameters
    ----------
    table
        The catalogue of a content pack; None to ask the library alone.
    """
    around = _around([ref], table)
    entry = around.catalogue.show(ref, on)
    return Answer(entry, around.record_of(entry.edition) if entry.edition else None, tuple(around.held))


def show(ref: StandardRef, on: date, table: Catalogue | None = None) -> Entry:
    """Return the engine's part of :func:`look_up`."""
    return look_up(ref, on, table).entry


def catalogue_around(refs: Iterable[StandardRef], table: Catalogue | None = None) -> Catalogue:
    """Return a catalogue of the documents of some references and of those related to them, directly or by adoption.

    Its ``source`` names the snapshots that it was made of; without any and without a table it is empty.
    """
    return _around(refs, table).catalogue


@dataclass(frozen=True, slots=True)
class _Around:
    """A catalogue, the records in it, and the states of the sources that they come from."""

    catalogue: Catalogue
    found: list[Found]
    held: list[Snapshot]

    def record_of(self, edition: Edition) -> Record | None:
        """Return the record that counts for an edition: the newest source's."""
        own = _same(edition.ref)
        same = {each.source_id: each for each in self.found if _same(each.ref) == own}
        return next((same[each.source_id].record for each in self.held if each.source_id in same), None)


def _around(refs: Iterable[StandardRef], table: Catalogue | None) -> _Around:
    near = {base_of(ref) for ref in refs}
    held = snapshots()
    by_document = _by_document(table) if table else None
    found = fetch_records(near)
    ring = {base for each in found for base in each.named} | fetch_naming(near)
    if by_document:
        ring |= by_document.around(near)
    ring -= near
    adopting = fetch_naming(ring, by_adoption=True)
    if by_document:
        adopting |= by_document.around(ring, (RelationKind.ADOPTS,))
    found += fetch_records((ring | adopting) - near)
    tabled = by_document.part(near | ring | adopting) if by_document else ([], [])
    return _Around(_merged(found, held, tabled, table), found, held)


def catalogue_for(table: Catalogue) -> Catalogue:
    """Return a pack's table with everything that the library holds of its documents: what a plan judges by.

    Returns
    -------
    Catalogue
        The table itself while the library is not filled; otherwise its ``source`` names the snapshots.
    """
    held = snapshots()
    if not held:
        return table
    named = [edition.ref for edition in table.editions]
    named += [ref for relation in table.relations for ref in (relation.subject, relation.object)]
    found = fetch_records({base_of(ref) for ref in named})
    return _merged(found, held, (table.editions, table.relations), table)


# -- the library and a pack's table together ---------------------------------------------------------------------------


class _Table:
    """A pack's table, by the documents that its rows are about."""

    def __init__(self, table: Catalogue) -> None:
        self._editions: dict[str, list[Edition]] = defaultdict(list)
        self._relations: dict[str, list[EngineRelation]] = defaultdict(list)
        for edition in table.editions:
            self._editions[base_of(edition.ref)].append(edition)
        for relation in table.relations:
            for base in {base_of(relation.subject), base_of(relation.object)}:
                self._relations[base].append(relation)

    def around(self, bases: Iterable[str], kinds: Iterable[RelationKind] = tuple(RelationKind)) -> set[str]:
        """Return the documents that have a relation to one of ``bases``."""
        relations = [each for base in bases for each in self._relations.get(base, ()) if each.kind in kinds]
        return {base_of(ref) for each in relations for ref in (each.subject, each.object)}

    def part(self, bases: Iterable[str]) -> tuple[list[Edition], list[EngineRelation]]:
        """Return the rows about some documents, in an order that does not depend on that of a set."""
        bases = sorted(bases)
        editions = [each for base in bases for each in self._editions.get(base, ())]
        return editions, list(dict.fromkeys(each for base in bases for each in self._relations.get(base, ())))


@lru_cache(maxsize=4)
def _by_document(table: Catalogue) -> _Table:
    return _Table(table)


def _merged(
    found: Iterable[Found],
    held: Sequence[Snapshot],
    tabled: tuple[Sequence[Edition], Sequence[EngineRelation]],
    table: Catalogue | None,
) -> Catalogue:
    """Put the statements together: the newest source's first, the pack's table last."""
    editions, relations = _stated(_united(found, held))
    editions = _with_table(editions, tabled[0])
    relations += tabled[1]
    relations.sort(key=lambda each: each.degree is Degree.UNSPECIFIED)  # a stated degree counts before an unstated one
    names = [str(snapshot) for snapshot in held]
    days = [snapshot.dated for snapshot in held]
    if table is not None:
        names.append(table.source)
        days.append(table.dated)
    return Catalogue(editions, relations, "; ".join(names), max(days, default=date.min))


def _united(found: Iterable[Found], held: Sequence[Snapshot]) -> dict[Snapshot, list[Record]]:
    """Keep one record of each document: the newest source's, with what the others say of its relations."""
    of_source: dict[int, list[Found]] = defaultdict(list)
    for each in found:
        of_source[each.source_id].append(each)
    first: dict[StandardRef, tuple[Snapshot, Found]] = {}
    more: dict[StandardRef, list[RecordRelation]] = defaultdict(list)
    for snapshot in held:
        for each in of_source.get(snapshot.source_id, ()):
            ref = _same(each.ref)
            if ref not in first:
                first[ref] = snapshot, each
            elif each.relations:
                more[ref] += each.relations
    kept: dict[Snapshot, list[Record]] = defaultdict(list)
    for ref, (snapshot, each) in first.items():
        kept[snapshot].append(each.record_with(more.get(ref, ())))
    return kept


def _stated(kept: dict[Snapshot, list[Record]]) -> tuple[list[Edition], list[EngineRelation]]:
    """Make editions and relations of all records at once, since one source's draft may be the other's edition.

    The engine takes one source and one day: those of the source with the most records, and the editions of the others
    get their own afterwards, also where the day stands in for a date that a draft does not have.
    """
    if not kept:
        return [], []
    main = max(kept, key=lambda each: len(kept[each]))
    others = {record.ref: each for each, records in kept.items() if each is not main for record in records}
    records = [record for some in kept.values() for record in some]
    editions, relations = editions_and_relations(records, str(main), main.dated)
    made = list(editions)
    seen = When.on(main.dated, inferred=True)
    for index, edition in enumerate(editions):
        source = others.get(edition.ref) if others else None
        if source:
            published = When.on(source.dated, inferred=True) if edition.published == seen else edition.published
            made[index] = replace(edition, source=str(source), source_seen=source.dated, published=published)
    return made, list(relations)


def _with_table(editions: list[Edition], tabled: Sequence[Edition]) -> list[Edition]:
    """Add a pack's table: of an edition that both have, it completes the library's."""
    if not tabled:
        return editions
    kept = {_same(edition.ref): edition for edition in editions}
    for edition in tabled:
        ours = kept.get(_same(edition.ref))
        kept[_same(edition.ref)] = _completed(ours, edition) if ours else edition
    return list(kept.values())


def _same(ref: StandardRef) -> StandardRef:
    """What the references of one edition have in common in all sources."""
    return replace(ref, month=None, clause="") if ref.month or ref.clause else ref


def _completed(ours: Edition, tabled: Edition) -> Edition:
    """Return the library's edition with what only the pack's table knows: Chinese title, days, steps, notes.

    A later table that says the edition has ended is believed: the library's snapshot could not know.
    """
    later = bool(tabled.source_seen and ours.source_seen and tabled.source_seen > ours.source_seen)
    ended = tabled.status in (Status.SUPERSEDED, Status.WITHDRAWN) and ours.status is Status.CURRENT
    published = ours.published
    if tabled.published and (
        published is None or published.first <= tabled.published.first <= tabled.published.last <= published.last
    ):
        published = tabled.published
    return replace(
        ours,
        title=Text(ours.title.zh or tabled.title.zh, ours.title.en or tabled.title.en),
        status=tabled.status if later and ended else ours.status,
        published=published,
        in_force_from=ours.in_force_from or tabled.in_force_from,
        in_force_until=ours.in_force_until or tabled.in_force_until,
        edition=ours.edition or tabled.edition,
        kind=tabled.kind or ours.kind,
        domain=tabled.domain,
        milestones=tabled.milestones,
        note=tabled.note,
    )
