"""Which edition of a document stood on a date: publication, end, successors, and the edition that a reference means.

In come editions and relations; out go the answers that everything else in the catalogue is built on. An edition is
unknown to the world until it is published; an end that the source does not give is inferred from the successor.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from qilian.standards.editions import Edition, Relation, RelationKind, Status, When
from qilian.standards.reference import BaseKey, StandardRef

EditionKey: TypeAlias = tuple[BaseKey, str, str, tuple[object, ...]]
_DAY = timedelta(days=1)


class Standing:
    """Editions and their relations, from one source of one date; see :class:`~qilian.standards.Catalogue`."""

    def __init__(self, editions: Iterable[Edition], relations: Iterable[Relation], source: str, dated: date) -> None:
        self.source = source
        self.dated = dated
        self.editions: tuple[Edition, ...] = tuple(editions)
        self.relations: tuple[Relation, ...] = tuple(relations)
        self._by_key: dict[EditionKey, Edition] = {}
        self._by_number: dict[tuple[BaseKey, str], Edition] = {}
        self._by_base: dict[BaseKey, list[Edition]] = defaultdict(list)
        self._forward: dict[tuple[RelationKind, EditionKey], list[Relation]] = defaultdict(list)
        self._backward: dict[tuple[RelationKind, EditionKey], list[Relation]] = defaultdict(list)
        for edition in self.editions:
            self._by_key.setdefault(key_of(edition.ref), edition)
            if not edition.ref.amendments:
                self._by_base[edition.ref.base_key].append(edition)
                if edition.edition and not edition.ref.stage:
                    self._by_number.setdefault((edition.ref.base_key, f"Ed.{edition.edition}"), edition)
        for relation in self.relations:
            subject, object_ = key_of(relation.subject), key_of(relation.object)
            if subject != object_:
                self._forward[relation.kind, subject].append(relation)
                self._backward[relation.kind, object_].append(relation)
                if relation.kind is RelationKind.ADOPTS and relation.object.amendments:
                    plain = key_of(replace(relation.object, amendments=(), variant=""))
                    self._backward[relation.kind, plain].append(relation)

    def resolve(self, ref: StandardRef, on: date) -> Edition | None:
        """Return the edition that a reference means on a date.

        A dated reference means its edition, once that is published. An undated one means the edition that is current on
        the date: the one in force, else the latest published one, else one whose status the source does not give.

        Returns
        -------
        Edition | None
            None if the catalogue has no such edition, or the world did not know it on the date.
        """
        if ref.is_dated or ref.stage:
            edition = self._find(ref)
            return edition if edition and self._is_known(edition, on) else None
        known = self._published(ref, on)
        current = [each for each in known if self.status(each, on) is Status.CURRENT]
        in_force = [each for each in current if self._is_in_force(each, on)]
        unsaid = [each for each in known if each.status is Status.UNKNOWN]
        candidates = in_force or current or unsaid
        return candidates[-1] if candidates else None

    def status(self, edition: Edition, on: date) -> Status:
        """Return the standing of an edition on a date."""
        if not self._is_known(edition, on):
            return Status.UNKNOWN
        end = self._end(edition)
        if end is None:  # the source gives no end and no dated successor: its own word stands
            return edition.status
        if on < end[0]:
            return Status.DRAFT if edition.ref.stage or edition.status is Status.DRAFT else Status.CURRENT
        if edition.status is Status.SUPERSEDED or not edition.in_force_until or self._successors(edition.ref):
            return Status.SUPERSEDED
        return Status.WITHDRAWN

    # -- finding editions ----------------------------------------------------------------------------------------------

    def _find(self, ref: StandardRef) -> Edition | None:
        """Return the edition of a dated reference; an amendment that is not listed does not hide its base."""
        edition = self._by_key.get(key_of(ref)) or self._by_number.get((ref.base_key, ref.edition))
        if edition is None and ref.amendments:
            edition = self._by_key.get(key_of(replace(ref, amendments=(), variant="")))
        if edition is None and ref.stage and (ref.year or ref.iteration):
            edition = self._by_key.get(key_of(replace(ref, year=None, month=None, iteration="")))
        return edition

    def _published(self, ref: StandardRef, on: date) -> list[Edition]:
        """Return the editions of a document that the world knew on a date, oldest first."""
        known = [each for each in self._by_base.get(ref.base_key, ()) if self._is_known(each, on)]
        published = [each for each in known if not each.ref.stage] or known
        return sorted(published, key=lambda each: (self._known_day(each) or date.min, each.ref))

    def _known_day(self, edition: Edition) -> date | None:
        """Return the day by which the edition was surely published: at the latest the day of its source."""
        published = edition.published
        if published is None or published.precision == "day":
            return published.last if published else None
        applied = [edition.in_force_from, *(each.day for each in edition.milestones)]
        last = min([published.last, edition.source_seen or self.dated, *(day for day in applied if day)])
        return max(last, published.first)

    def _is_known(self, edition: Edition, on: date) -> bool:
        day = self._known_day(edition)
        return day is None or day <= on

    def _is_known_ref(self, ref: StandardRef, on: date) -> bool:
        edition = self._find(ref)
        if edition is not None:
            return self._is_known(edition, on)
        return ref.year is None or ref.year <= on.year

    def _is_in_force(self, edition: Edition, on: date) -> bool:
        start, end = edition.in_force_from, edition.in_force_until
        return (start is None or start <= on) and (end is None or on <= end)

    def _dated(self, ref: StandardRef, on: date) -> StandardRef:
        edition = None if ref.is_dated or ref.stage else self.resolve(ref, on)
        return replace(edition.ref if edition else ref, clause="")

    # -- what follows what ---------------------------------------------------------------------------------------------

    def _successors(self, ref: StandardRef) -> tuple[StandardRef, ...]:
        return tuple(
            dict.fromkeys(each.subject for each in self._backward.get((RelationKind.REPLACES, key_of(ref)), ()))
        )

    def _end(self, edition: Edition) -> tuple[date, When] | None:
        """Return the first day on which the edition no longer stands: given, or inferred from its successor."""
        if edition.in_force_until is not None:
            day = edition.in_force_until + _DAY
            return day, When.on(day)
        starts = [start for each in self._successors(edition.ref) if (start := self._start(each)) is not None]
        if not starts and edition.status in (Status.SUPERSEDED, Status.WITHDRAWN):
            starts = [start for each in self._later_editions(edition) if (start := self._start(each.ref)) is not None]
        if not starts:
            return None
        day, when = min(starts, key=lambda start: start[0])
        return day, replace(when, inferred=True)

    def _start(self, ref: StandardRef) -> tuple[date, When] | None:
        """Return the day from which a document takes its predecessor's place."""
        edition = self._find(ref)
        if edition is None:
            return (When(ref.year).last, When(ref.year)) if ref.year else None
        if edition.status is Status.DRAFT and not ref.stage:
            return None
        if edition.in_force_from is not None:
            return edition.in_force_from, When.on(edition.in_force_from)
        day = self._known_day(edition)
        return (day, edition.published) if day and edition.published else None

    def _later_editions(self, edition: Edition) -> Iterator[Edition]:
        """Editions of the same document that were published later: heirs that the source does not name."""
        mine = self._known_day(edition)
        for each in self._by_base.get(edition.ref.base_key, ()):
            theirs = self._known_day(each)
            if mine and theirs and theirs > mine and not each.ref.stage:
                yield each

    def _announced(self, edition: Edition, on: date) -> bool:
        """Whether the end of an edition was known on a date: its successor was out, or it has none."""
        successors = self._successors(edition.ref)
        return not successors or any(self._is_known_ref(each, on) for each in successors)


def key_of(ref: StandardRef) -> EditionKey:
    """Key of one edition: by version, else by year, else by its number; clause and month do not count."""
    when = ref.version or (str(ref.year) if ref.year else "")
    amendments: tuple[object, ...] = ()
    if ref.amendments:
        amendments = tuple((each.kind, each.number, each.consolidated) for each in ref.amendments)
    stage = f"{ref.stage}{ref.iteration}"
    edition = "" if when else ref.edition
    return ref.base_key, f"{when}{edition}", stage, amendments
