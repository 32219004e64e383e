"""The catalogue: which edition of which document stood on a date, what replaced it, and what is equivalent to it.

In come editions and relations, as one dated source gives them; out go answers *as of a date*. An edition is unknown to
the world until it is published; an end that the source does not give is inferred from the successor and marked so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from qilian.standards.editions import (
    Change,
    Confidence,
    Degree,
    Edition,
    Entry,
    Equivalent,
    MethodMatch,
    Relation,
    RelationKind,
    Status,
    When,
)
from qilian.standards.reference import BaseKey, StandardRef
from qilian.text import Text

EditionKey: TypeAlias = tuple[BaseKey, str, str, tuple[object, ...]]
_DAY = timedelta(days=1)
_DEGREES_BY_STRENGTH = (
    Degree.IDENTICAL, Degree.EQUIVALENT, Degree.MODIFIED, Degree.NOT_EQUIVALENT, Degree.UNSPECIFIED
)  # fmt: skip
_CONFIDENCES_BY_STRENGTH: tuple[Confidence, ...] = ("verified", "secondary", "unverified")


class Catalogue:
    """Editions and their relations, from one source of one date.

    Parameters
    ----------
    editions
        One for each edition; the order does not matter, the first of two with one reference counts.
    relations
        May name editions that are not in the catalogue, form cycles, or point at themselves: none does harm.
    source, dated
        Where the data come from and the day on which they were true.
    """

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
            self._by_key.setdefault(_key(edition.ref), edition)
            if not edition.ref.amendments:
                self._by_base[edition.ref.base_key].append(edition)
                if edition.edition and not edition.ref.stage:
                    self._by_number.setdefault((edition.ref.base_key, f"Ed.{edition.edition}"), edition)
        for relation in self.relations:
            subject, object_ = _key(relation.subject), _key(relation.object)
            if subject != object_:
                self._forward[relation.kind, subject].append(relation)
                self._backward[relation.kind, object_].append(relation)
                if relation.kind is RelationKind.ADOPTS and relation.object.amendments:
                    plain = _key(replace(relation.object, amendments=(), variant=""))
                    self._backward[relation.kind, plain].append(relation)

    # -- the questions -------------------------------------------------------------------------------------------------

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

    def show(self, ref: StandardRef, on: date) -> Entry:
        """Return all that the catalogue says of a reference on a date."""
        edition = self.resolve(ref, on)
        if edition is None and not (ref.is_dated or ref.stage):  # no current edition: show the last one
            known = self._published(ref, on)
            edition = known[-1] if known else None
        if edition is None:
            return Entry(ref, on, Status.UNKNOWN, None, False, self._why_unknown(ref))
        status = self.status(edition, on)
        return Entry(
            ref,
            on,
            status,
            edition,
            status is Status.CURRENT and self._is_in_force(edition, on),
            self._standing(edition, status, on),
            replaces=self._objects(RelationKind.REPLACES, edition, on),
            replaced_by=tuple(each for each in self._successors(edition.ref) if self._is_known_ref(each, on)),
            under_revision_by=self._objects(RelationKind.UNDER_REVISION_BY, edition, on),
            amended_by=self._objects(RelationKind.AMENDED_BY, edition, on),
            equivalents=self.equivalents(ref, on),
            timeline=self._timeline(edition, on),
        )

    def status(self, edition: Edition, on: date) -> Status:
        """Return the standing of an edition on a date."""
        if not self._is_known(edition, on):
            return Status.UNKNOWN
        end = self._end(edition)
        if end is None:  # the source gives no end and no dated successor: its own word stands
            return edition.status
        if on < end[0]:
            return Status.DRAFT if edition.ref.stage or edition.status is Status.DRAFT else Status.CURRENT
        return Status.SUPERSEDED if self._successors(edition.ref) or not edition.in_force_until else Status.WITHDRAWN

    def equivalents(self, ref: StandardRef, on: date) -> tuple[Equivalent, ...]:
        """Return the documents tied to a reference by adoption, in both directions and over a common adopted edition.

        An undated reference also gets the documents that adopt its other editions. The lag says how many editions the
        adopted document has moved on by the date. Superseded and unpublished documents are left out.
        """
        edition = self.resolve(ref, on)
        own = edition.ref if edition else ref.without_clause
        asked = [own]
        if not ref.is_dated:
            asked += [each.ref for each in self._by_base.get(ref.base_key, ()) if each.ref != own]
            asked.append(ref.undated)
        found: dict[EditionKey, Equivalent] = {}
        for relation in self._forward.get((RelationKind.ADOPTS, _key(own)), ()):
            self._add(found, own, relation, relation.object, None, on)
            for sibling in self._backward.get((RelationKind.ADOPTS, _key(relation.object)), ()):
                self._add(found, own, sibling, sibling.subject, relation, on)
        for each in asked:
            for relation in self._backward.get((RelationKind.ADOPTS, _key(each)), ()):
                self._add(found, own, relation, relation.subject, None, on)
        return tuple(found.values())

    def accepts(self, asked: StandardRef, offered: StandardRef, on: date) -> MethodMatch:
        """Say whether a test by ``offered`` is a test by ``asked``: the same edition, or an identical adoption of it.

        An undated reference stands for its current edition on the date. A clause that is asked for must be the clause
        offered, or the whole document must be offered: identical adoptions share their clause numbers. Amendments that
        are asked for must be in what is offered.
        """
        if offered.clause and offered.clause != asked.clause:
            why = f"clause {asked.clause or 'any'} is asked for, {offered.clause} is offered"
            return MethodMatch(False, Text(f"要求的条款为{asked.clause or '全部'}，提供的为 {offered.clause}", why))
        mine, theirs = self._dated(asked, on), self._dated(offered, on)
        if _includes(theirs, mine):
            same = Text(f"同一版本 {mine}", f"the same edition, {mine}")
            return MethodMatch(True, same, Degree.IDENTICAL)
        for first, first_confidence in self._identical(mine):
            for second, second_confidence in self._identical(theirs):
                if _includes(second, first):
                    because = Text(
                        f"{theirs} 与 {mine} 等同（IDT，{first}）", f"{theirs} and {mine} are identical (IDT, {first})"
                    )
                    confidence = max(first_confidence, second_confidence, key=_CONFIDENCES_BY_STRENGTH.index)
                    return MethodMatch(True, because, Degree.IDENTICAL, confidence)
        other = Text(
            f"{theirs} 与 {mine} 不是同一版本，也未见等同采用", f"{theirs} is neither {mine} nor recorded as identical"
        )
        return MethodMatch(False, other)

    def same_method(self, first: StandardRef, second: StandardRef, on: date) -> bool:
        """Whether one test can serve both references: one of them accepts the other."""
        return bool(self.accepts(first, second, on)) or bool(self.accepts(second, first, on))

    def changes(
        self, refs: Iterable[StandardRef], after: date, until: date, known_on: date | None = None
    ) -> tuple[Change, ...]:
        """Return what happens to documents after a day and up to another: publications, starts and ends.

        Parameters
        ----------
        refs
            Dated or undated; a document's successors belong to its story.
        after, until
            The window: ``after < date <= until``.
        known_on
            Leave out editions that the world did not know on this day.
        """
        found: dict[Change, None] = {}
        for ref in refs:
            for edition in self._story(ref):
                if known_on is None or self._is_known(edition, known_on):
                    for change in self._dates(edition, known_on):
                        if after < change.date <= until:
                            found[change] = None
        return tuple(sorted(found, key=lambda change: (change.date, change.reference, change.what.en)))

    # -- finding editions ----------------------------------------------------------------------------------------------

    def _find(self, ref: StandardRef) -> Edition | None:
        """Return the edition of a dated reference; an amendment that is not listed does not hide its base."""
        edition = self._by_key.get(_key(ref)) or self._by_number.get((ref.base_key, ref.edition))
        if edition is None and ref.amendments:
            edition = self._by_key.get(_key(replace(ref, amendments=(), variant="")))
        if edition is None and ref.stage and (ref.year or ref.iteration):
            edition = self._by_key.get(_key(replace(ref, year=None, month=None, iteration="")))
        return edition

    def _published(self, ref: StandardRef, on: date) -> list[Edition]:
        """Return the editions of a document that the world knew on a date, oldest first."""
        known = [each for each in self._by_base.get(ref.base_key, ()) if self._is_known(each, on)]
        published = [each for each in known if not each.ref.stage] or known
        return sorted(published, key=lambda each: (self._known_day(each) or date.min, each.ref))

    def _known_day(self, edition: Edition) -> date | None:
        """Return the day by which the edition was surely published: at the latest the day of the source."""
        published = edition.published
        if published is None or published.precision == "day":
            return published.last if published else None
        applied = [edition.in_force_from, *(each.day for each in edition.milestones)]
        last = min([published.last, self.dated, *(day for day in applied if day)])
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
        return tuple(dict.fromkeys(each.subject for each in self._backward.get((RelationKind.REPLACES, _key(ref)), ())))

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

    def _objects(self, kind: RelationKind, edition: Edition, on: date) -> tuple[StandardRef, ...]:
        relations = self._forward.get((kind, _key(edition.ref)), ())
        return tuple(dict.fromkeys(each.object for each in relations if self._is_known_ref(each.object, on)))

    def _story(self, ref: StandardRef) -> Iterator[Edition]:
        """The editions that a reference may mean, their direct successors and the revisions under way."""
        if ref.is_dated or ref.stage:
            edition = self._find(ref)
            own = [edition] if edition else []
        else:
            own = list(self._by_base.get(ref.base_key, ()))
        yield from own
        for edition in own:
            revisions = self._forward.get((RelationKind.UNDER_REVISION_BY, _key(edition.ref)), ())
            for successor in (*self._successors(edition.ref), *(each.object for each in revisions)):
                heir = self._find(successor)
                if heir is not None and heir not in own:
                    yield heir

    # -- adoption ------------------------------------------------------------------------------------------------------

    def _add(
        self,
        found: dict[EditionKey, Equivalent],
        own: StandardRef,
        relation: Relation,
        other: StandardRef,
        over: Relation | None,
        on: date,
    ) -> None:
        key = _key(other)
        edition = self._find(other)
        if key == _key(own) or key in found or not self._is_known_ref(other, on):
            return
        adopter = other is relation.subject
        if adopter and edition and self.status(edition, on) in (Status.SUPERSEDED, Status.WITHDRAWN):
            return
        degree, confidence = relation.degree or Degree.UNSPECIFIED, relation.confidence
        if over is not None:
            degree = max(degree, over.degree or Degree.UNSPECIFIED, key=_DEGREES_BY_STRENGTH.index)
            confidence = max(confidence, over.confidence, key=_CONFIDENCES_BY_STRENGTH.index)
        lag, current = self._lag(relation.object, on)
        remark = _adoption_remark(relation, lag, current)
        found[key] = Equivalent(other, degree, over.object if over else None, lag, confidence, remark)

    def _lag(self, adopted: StandardRef, on: date) -> tuple[int | None, StandardRef | None]:
        """Count the editions that followed the adopted one by a date; None for an undated adoption."""
        if not adopted.is_dated and not adopted.stage:
            edition = self.resolve(adopted, on)
            return None, edition.ref if edition else None
        lag, seen = 0, adopted
        visited = {_key(adopted)}
        while True:
            here = self._find(seen)
            heirs = [
                each
                for each in self._successors(here.ref if here else seen)
                if self._is_known_ref(each, on) and _key(each) not in visited
            ]
            heirs.sort(key=lambda each: not each.same_base(adopted))
            if not heirs:
                return lag, seen if lag else None
            seen, lag = heirs[0], lag + 1
            visited.add(_key(seen))

    def _identical(self, ref: StandardRef) -> list[tuple[StandardRef, Confidence]]:
        """The edition itself and what it adopts identically."""
        identical: list[tuple[StandardRef, Confidence]] = [(ref, "verified")]
        identical.extend(
            (relation.object, relation.confidence)
            for relation in self._forward.get((RelationKind.ADOPTS, _key(ref)), ())
            if relation.degree is Degree.IDENTICAL and relation.object.is_dated
        )
        return identical

    # -- words ---------------------------------------------------------------------------------------------------------

    def _why_unknown(self, ref: StandardRef) -> Text:
        listed = self._find(ref) or (not ref.is_dated and self._by_base.get(ref.base_key))
        if listed:
            return Text("该日尚未发布", "not published on this date")
        day = self.dated.isoformat()
        return Text(f"{day} 的目录中没有", f"not in the catalogue of {day}")

    def _standing(self, edition: Edition, status: Status, on: date) -> Text:
        end = self._end(edition)
        start = edition.in_force_from
        if status is Status.CURRENT and start is not None and on < start:
            return Text(f"已发布，{start} 起适用", f"published, not yet applicable: applies from {start}")
        if status in (Status.SUPERSEDED, Status.WITHDRAWN):
            zh, en = ("被代替", "superseded") if status is Status.SUPERSEDED else ("废止", "withdrawn")
            if end is None:
                return Text(f"已{zh}（日期无记录）", f"{en} (the source gives no date)")
            when = end[1]
            return Text(
                f"{when} 起{zh}" + ("（推定）" if when.inferred else ""),
                f"{en} since {when}" + (" (inferred from the successor)" if when.inferred else ""),
            )
        if status is Status.CURRENT and end is not None and self._announced(edition, on):
            last = end[0] - _DAY
            return Text(f"现行，有效至 {last}", f"current until {last}")
        if status is Status.UNKNOWN:
            return Text("来源未给出状态", "the source does not give its status")
        return Text("草案", "draft") if status is Status.DRAFT else Text("现行", "current")

    def _announced(self, edition: Edition, on: date) -> bool:
        """Whether the end of an edition was known on a date: its successor was out, or it has none."""
        successors = self._successors(edition.ref)
        return not successors or any(self._is_known_ref(each, on) for each in successors)

    def _timeline(self, edition: Edition, on: date) -> tuple[Change, ...]:
        """The dates of the document's editions and of their successors, as known on a date."""
        editions = {_key(each.ref): each for each in self._by_base.get(edition.ref.base_key, ())}
        editions[_key(edition.ref)] = edition
        related = [*self._successors(edition.ref), *self._objects(RelationKind.REPLACES, edition, on)]
        for ref in related:
            other = self._find(ref)
            if other is not None:
                editions[_key(other.ref)] = other
        known = [each for each in editions.values() if self._is_known(each, on)]
        found = dict.fromkeys(change for each in known for change in self._dates(each, on))
        return tuple(sorted(found, key=lambda change: (change.date, change.reference, change.what.en)))

    def _dates(self, edition: Edition, known_on: date | None) -> Iterator[Change]:
        """Everything dated that the catalogue knows of an edition; ends only as far as they were announced."""
        ref = edition.ref
        day = self._known_day(edition)
        if day is not None and edition.published is not None:
            what = (
                Text("发布", "published")
                if edition.status is not Status.DRAFT
                else Text("进入该阶段", "reached its stage")
            )
            yield Change(day, what, ref, edition.published)
        start = edition.in_force_from
        if start is not None:
            yield Change(start, Text("开始适用", "applies from this day"), ref, When.on(start))
        for milestone in edition.milestones:
            yield Change(milestone.day, milestone.what, ref, When.on(milestone.day))
        end = self._end(edition)
        if end is not None and (known_on is None or self._announced(edition, known_on)):
            heirs = "、".join(map(str, self._successors(ref)))
            if heirs:
                heirs_en = heirs.replace("、", ", ")
                what = Text(f"被 {heirs} 代替", f"no longer current: replaced by {heirs_en}")
            else:
                what = Text("不再有效", "no longer in force")
            yield Change(end[0], what, ref, end[1])


def _key(ref: StandardRef) -> EditionKey:
    """Key of one edition: by version, else by year, else by its number; clause and month do not count."""
    when = ref.version or (str(ref.year) if ref.year else "")
    amendments: tuple[object, ...] = ()
    if ref.amendments:
        amendments = tuple((each.kind, each.number, each.consolidated) for each in ref.amendments)
    stage = f"{ref.stage}{ref.iteration}"
    edition = "" if when else ref.edition
    return ref.base_key, f"{when}{edition}", stage, amendments


def _same_edition(first: StandardRef, second: StandardRef) -> bool:
    """Whether both are one edition, amendments aside."""
    return _key(first)[:3] == _key(second)[:3]


def _includes(offered: StandardRef, asked: StandardRef) -> bool:
    """Whether what is offered is the asked edition with at least the asked amendments."""
    if not _same_edition(offered, asked):
        return False
    mine = {(each.kind, each.number) for each in asked.amendments}
    return mine <= {(each.kind, each.number) for each in offered.amendments}


def _adoption_remark(relation: Relation, lag: int | None, current: StandardRef | None) -> Text:
    adopted = relation.object
    degree = relation.degree or Degree.UNSPECIFIED
    word = "" if degree is Degree.UNSPECIFIED else f" ({degree.value})"
    zh, en = f"{relation.subject} 采用 {adopted}{word}", f"{relation.subject} adopts {adopted}{word}"
    if lag:
        zh += f"，现行版本为 {current}，落后 {lag} 版"
        en += f"; the current edition is {current}, {lag} edition{'s' if lag > 1 else ''} later"
    elif lag is None:
        zh, en = f"{zh}，所采用的版本无记录", f"{en}; which edition is not recorded"
    return Text(zh, en)
