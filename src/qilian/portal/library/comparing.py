"""What changed: between two days, as the catalogue tells it, and between two imports, as the imports found it.

In go a window of days or of imports; out go dated changes. A day of replacement that no source gives is inferred from
the successor and marked so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Q

from qilian.portal.library.errors import LibraryError
from qilian.portal.library.looking_up import catalogue_around
from qilian.portal.library.models import Document, Event, Import
from qilian.portal.library.rows import base_of, unpack
from qilian.standards import Catalogue, Change, StandardRef, When
from qilian.standards.stages import stage_words
from qilian.text import Text

_REFS_A_CATALOGUE = 500
_WORDS = {
    Event.Kind.NEW: Text("新收录", "new in the source"),
    Event.Kind.PUBLISHED: Text("发布", "published"),
    Event.Kind.STAGE: Text("阶段变化", "stage moved"),
    Event.Kind.WITHDRAWN: Text("废止", "withdrawn"),
    Event.Kind.REPLACED: Text("代替", "replaced"),
    Event.Kind.GONE: Text("来源不再收录", "no longer in the source"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """A difference between a source's older and newer state, found by an import.

    Attributes
    ----------
    dated
        The day of the newer state: the change happened on it at the latest.
    kind
        ``new``, ``published``, ``stage``, ``withdrawn``, ``replaced`` or ``gone``.
    before, after
        Stages; for ``replaced``, the document that is replaced and the one that replaces it.
    """

    found_by: int
    source: str
    dated: date
    kind: str
    reference: StandardRef
    before: str
    after: str

    @property
    def what(self) -> Text:
        """The change in words."""
        kind = Event.Kind(self.kind)
        words = _WORDS[kind]
        if kind is Event.Kind.REPLACED:
            return Text(f"代替 {self.before}", f"replaces {self.before}")
        if kind is Event.Kind.NEW or not self.after:
            return words
        before, after = stage_words(self.before), stage_words(self.after)
        return Text(
            f"{words.zh}：{self.before} {before.zh} → {self.after} {after.zh}",
            f"{words.en}: {self.before} {before.en} → {self.after} {after.en}",
        )


def changes(after: date, until: date, table: Catalogue | None = None) -> tuple[Change, ...]:
    """Return what happened to documents after a day and up to another, the earliest first.

    Publications, starts and ends come from the records' dates; stages that moved, from the imports of that time.

    Parameters
    ----------
    table
        The catalogue of a content pack: only its documents are asked for. None asks for the whole library.
    """
    moved = _moved(after, until)
    if table is None:
        refs = [*_touched(after, until)]
    else:
        refs = list({base_of(each.ref): each.ref.undated for each in table.editions}.values())
        bases = {base_of(ref) for ref in refs}
        moved = [each for each in moved if base_of(each.reference) in bases]
    found: dict[Change, None] = dict.fromkeys(moved)
    queue = iter(refs)
    while some := list(islice(queue, _REFS_A_CATALOGUE)):
        catalogue = catalogue_around(some, table)
        near = {ref.base_key for ref in some}
        amendments = [e.ref for e in catalogue.editions if e.ref.amendments and e.ref.base_key in near]
        found |= dict.fromkeys(catalogue.changes([*some, *amendments], after, until))
    return tuple(sorted(found, key=lambda each: (each.date, each.reference, each.what.en)))


def imports() -> tuple[Import, ...]:
    """Return the finished imports, the oldest first."""
    return tuple(Import.objects.filter(finished__isnull=False).select_related("source").order_by("id"))


def moves(after_import: int, until_import: int | None = None, table: Catalogue | None = None) -> tuple[Move, ...]:
    """Return what the imports after one and up to another found, in the order in which they found it.

    The first import of a source finds nothing: there was no state before it to compare with.

    Parameters
    ----------
    after_import, until_import
        Numbers of imports (:func:`imports`), 0 for the time before the first one; without an end, up to the last one.
    table
        The catalogue of a content pack: only its documents are told. None tells of the whole library.

    Raises
    ------
    LibraryError
        If there is no such import, or the second comes before the first.
    """
    known = {run.pk for run in imports()}
    for number in (after_import, until_import):
        if number and number not in known:
            raise LibraryError(f"{number}: no such import", mend="`qilian standards imports` lists them")
    found_by = Q(found_by__gt=after_import)
    if until_import is not None:
        if until_import < after_import:
            raise LibraryError(f"import {until_import} came before import {after_import}", mend="swap them")
        found_by &= Q(found_by__lte=until_import)
    bases = {base_of(each.ref) for each in table.editions} if table else None
    return tuple(move for move in _moves(found_by) if bases is None or base_of(move.reference) in bases)


def _moves(found_by: Q) -> Iterable[Move]:
    events = Event.objects.filter(found_by, found_by__finished__isnull=False).order_by("found_by", "id")
    for event in events.select_related("document", "found_by__source").iterator(chunk_size=2_000):
        run = event.found_by
        ref = unpack(event.document.ref)
        yield Move(run.id, run.source.name, run.dated, event.kind, ref, event.before, event.after)


def _moved(after: date, until: date) -> list[Change]:
    """The stages that moved, dated by the import that found it."""
    stages = Q(kind=Event.Kind.STAGE, found_by__dated__gt=after, found_by__dated__lte=until)
    return [Change(each.dated, each.what, each.reference, When.on(each.dated)) for each in _moves(stages)]


def _touched(after: date, until: date) -> Iterable[StandardRef]:
    """One undated reference for each document that was published or withdrawn in the window, or may have been."""
    in_window = Q(published__gte=date(after.year, 1, 1), published__lte=until)  # the first day of an inexact date
    for name in ("in_force_from", "withdrawn"):
        in_window |= Q(**{f"{name}__gt": after, f"{name}__lte": until})
    refs = Document.objects.live().filter(in_window).order_by("id").values_list("base", "ref")
    return {base: unpack(ref).undated for base, ref in refs.iterator(chunk_size=5_000)}.values()
