"""The catalogue: what it says of a reference on a date, what is equivalent to it, and what changes between two dates.

In come editions and relations, as one dated source gives them; out go answers *as of a date*, in words of both
languages. Which edition stood on a date is the business of :mod:`qilian.standards.standing`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

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
from qilian.standards.records import project_of
from qilian.standards.reference import StandardRef
from qilian.standards.standing import EditionKey, Standing, key_of
from qilian.text import Text

_DAY = timedelta(days=1)
_DRAFTS = (
    "PWI", "NP", "NWIP", "AWI", "WD", "CD", "FCD", "PDAM", "CDV", "DIS", "D", "DAM", "DCOR", "FDIS", "FDAM", "FDCOR",
    "PRF",
)  # fmt: skip
_DEGREES_BY_STRENGTH = (
    Degree.IDENTICAL, Degree.EQUIVALENT, Degree.MODIFIED, Degree.NOT_EQUIVALENT, Degree.UNSPECIFIED
)  # fmt: skip
_CONFIDENCES_BY_STRENGTH: tuple[Confidence, ...] = ("verified", "secondary", "unverified")


class Catalogue(Standing):
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

    # -- the questions -------------------------------------------------------------------------------------------------

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
            replaces=self._replaced(edition, on),
            replaced_by=tuple(each for each in self._successors(edition.ref) if self._is_known_ref(each, on)),
            under_revision_by=self._drafts(edition, status, on),
            amended_by=self._objects(RelationKind.AMENDED_BY, edition, on),
            equivalents=self.equivalents(ref, on),
            timeline=self._timeline(edition, on),
        )

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
        for relation in self._forward.get((RelationKind.ADOPTS, key_of(own)), ()):
            self._add(found, own, relation, relation.object, None, on)
            for sibling in self._backward.get((RelationKind.ADOPTS, key_of(relation.object)), ()):
                self._add(found, own, sibling, sibling.subject, relation, on)
        for each in asked:
            for relation in self._backward.get((RelationKind.ADOPTS, key_of(each)), ()):
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

    def relations_of(self, ref: StandardRef, on: date) -> tuple[Relation, ...]:
        """Return the relations that an edition is in, on either side, as far as the world knew the other on a date.

        Drafts that were finished or abandoned by the date are left out, unless they are asked for.
        """
        own = key_of(ref)
        found = [each for kind in RelationKind for each in self._forward.get((kind, own), ())]
        found += [each for kind in RelationKind for each in self._backward.get((kind, own), ())]
        return tuple(
            dict.fromkeys(
                each for each in found if self._counts(each.object if key_of(each.subject) == own else each.subject, on)
            )
        )

    # -- neighbours ----------------------------------------------------------------------------------------------------

    def _objects(self, kind: RelationKind, edition: Edition, on: date) -> tuple[StandardRef, ...]:
        relations = self._forward.get((kind, key_of(edition.ref)), ())
        return tuple(dict.fromkeys(each.object for each in relations if self._is_known_ref(each.object, on)))

    def _replaced(self, edition: Edition, on: date) -> tuple[StandardRef, ...]:
        """What an edition replaced: editions, or for a draft earlier drafts; those that led to an edition are not."""
        replaced = self._objects(RelationKind.REPLACES, edition, on)
        return replaced if self._is_draft(edition.ref) else tuple(each for each in replaced if not self._is_draft(each))

    def _drafts(self, edition: Edition, status: Status, on: date) -> tuple[StandardRef, ...]:
        """The revisions and amendments of an edition that are under way on a date, the furthest draft of each.

        A draft that is only named, and of which the catalogue says nothing, is under way from the day of the source on.
        """
        found: dict[tuple[object, ...], StandardRef] = {}
        named_from = edition.source_seen or self.dated
        for ref in self._objects(RelationKind.UNDER_REVISION_BY, edition, on):
            draft = self._by_key.get(key_of(ref))
            if self.status(draft, on) is Status.DRAFT if draft else status is Status.CURRENT and on >= named_from:
                project = project_of(ref)
                found[project] = max(found.get(project, ref), ref, key=_progress)
        return tuple(found.values())

    def _counts(self, other: StandardRef, on: date) -> bool:
        """Whether a neighbour was known on a date, and is no draft of the past."""
        if not self._is_known_ref(other, on):
            return False
        edition = self._by_key.get(key_of(other))
        return edition is None or not self._is_draft(other) or self.status(edition, on) is Status.DRAFT

    def _is_draft(self, ref: StandardRef) -> bool:
        edition = self._by_key.get(key_of(ref))
        return ref.is_draft or (edition is not None and edition.status is Status.DRAFT)

    def _story(self, ref: StandardRef) -> Iterator[Edition]:
        """The editions that a reference may mean, their direct successors and the revisions under way."""
        if ref.is_dated or ref.stage:
            edition = self._find(ref)
            own = [edition] if edition else []
        else:
            own = list(self._by_base.get(ref.base_key, ()))
        yield from own
        for edition in own:
            revisions = self._forward.get((RelationKind.UNDER_REVISION_BY, key_of(edition.ref)), ())
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
        key = key_of(other)
        edition = self._find(other)
        if key == key_of(own) or key in found or not self._is_known_ref(other, on):
            return
        adopter = other is relation.subject
        if adopter and edition and self.status(edition, on) in (Status.SUPERSEDED, Status.WITHDRAWN):
            return
        degree, confidence = relation.degree or Degree.UNSPECIFIED, relation.confidence
        if over is not None:
            degree = max(degree, over.degree or Degree.UNSPECIFIED, key=_DEGREES_BY_STRENGTH.index)
            confidence = max(confidence, over.confidence, key=_CONFIDENCES_BY_STRENGTH.index)
        lag, current = self._lag(relation.object, on)
        lag_now, newest = self._lag(relation.object, max(on, self.dated))
        remark = _adoption_remark(relation, lag, current)
        if lag_now != lag and newest:
            remark = Text(
                f"{remark.zh}（{self.dated} 的目录：{newest}，落后 {lag_now} 版）",
                f"{remark.en} (by {self.dated}: {newest}, {_editions(lag_now)})",
            )
        found[key] = Equivalent(other, degree, over.object if over else None, lag, lag_now, confidence, remark)

    def _lag(self, adopted: StandardRef, on: date) -> tuple[int | None, StandardRef | None]:
        """Count the editions that followed the adopted one by a date; None for an undated adoption."""
        if not adopted.is_dated and not adopted.stage:
            edition = self.resolve(adopted, on)
            return None, edition.ref if edition else None
        lag, seen = 0, adopted
        visited = {key_of(adopted)}
        while True:
            here = self._find(seen)
            heirs = [
                each
                for each in self._successors(here.ref if here else seen)
                if self._is_known_ref(each, on) and key_of(each) not in visited
            ]
            heirs.sort(key=lambda each: not each.same_base(adopted))
            if not heirs:
                return lag, seen if lag else None
            seen, lag = heirs[0], lag + 1
            visited.add(key_of(seen))

    def _identical(self, ref: StandardRef) -> list[tuple[StandardRef, Confidence]]:
        """The edition itself and what it adopts identically."""
        identical: list[tuple[StandardRef, Confidence]] = [(ref, "verified")]
        identical.extend(
            (relation.object, relation.confidence)
            for relation in self._forward.get((RelationKind.ADOPTS, key_of(ref)), ())
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

    def _timeline(self, edition: Edition, on: date) -> tuple[Change, ...]:
        """The dates of its editions, of what came before and after them, and of its amendments, as known on a date.

        Of drafts those under way.
        """
        own = self._by_base.get(edition.ref.base_key, ())
        editions = {key_of(each.ref): each for each in own}
        related = [*self._objects(RelationKind.AMENDED_BY, edition, on)]
        for each in (*own, edition):
            related += [*self._successors(each.ref), *self._objects(RelationKind.REPLACES, each, on)]
        for ref in related:
            other = self._find(ref)
            if other is not None:
                editions[key_of(other.ref)] = other
        if not self._is_draft(edition.ref):
            drafts = [key for key, each in editions.items() if self._is_draft(each.ref)]
            for key in drafts:
                if self.status(editions[key], on) is not Status.DRAFT:
                    del editions[key]
        editions[key_of(edition.ref)] = edition
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


def _progress(draft: StandardRef) -> tuple[int, str]:
    """Order the drafts of one project by stage and round; the shell of a project, which names no stage, comes first."""
    last = draft.amendments[-1] if draft.amendments else None
    stage = draft.stage if last is None else last.stage or last.kind
    return _DRAFTS.index(stage) if stage in _DRAFTS else -1, last.number if last else draft.iteration


def _same_edition(first: StandardRef, second: StandardRef) -> bool:
    """Whether both are one edition, amendments aside."""
    return key_of(first)[:3] == key_of(second)[:3]


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
        en += f"; the current edition is {current}, {_editions(lag)}"
    elif lag is None:
        zh, en = f"{zh}，所采用的版本无记录", f"{en}; which edition is not recorded"
    return Text(zh, en)


def _editions(lag: int | None) -> str:
    return f"{lag} edition{'' if lag == 1 else 's'} later"
