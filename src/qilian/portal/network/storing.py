"""Keeps a network in the database, and makes the engine's network from what is kept.

In goes a :class:`qilian.laboratories.Network` read from files; out comes the same with what laboratories changed since,
and with the slots that are taken now. While nothing is kept, plans use the content pack's own sample network.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, IntegerField, Max, Value
from django.utils import timezone

from qilian import laboratories as engine
from qilian.laboratories.model import Busy
from qilian.portal.errors import PortalError
from qilian.portal.network.models import Bench, Laboratory, Line, Purpose, Slot
from qilian.portal.rulebook.reading import pack
from qilian.standards import StandardRef
from qilian.text import Text

NOTHING = Text("", "")
_CODE = re.compile(r"(?!(?:own|match)\Z)[-a-zA-Z0-9_]{1,64}")
"""Ids that can stand in an address; two words lead to other pages."""


@transaction.atomic
def keep(network: engine.Network) -> int:
    """Keep the laboratories of a network that are not kept yet; those that are stay as they were changed here.

    Returns
    -------
    int
        How many laboratories were added.

    Raises
    ------
    PortalError
        If sample data and real ones would mix, or the content pack does not know a city or a limit of the network.
    """
    kept = set(Laboratory.objects.values_list("code", flat=True))
    if Laboratory.objects.exclude(is_sample=network.sample).exists():
        raise PortalError(
            "sample laboratories and real ones do not mix",
            where="the database",
            mend="import into an installation that was not filled with the demo",
        )
    added = [each for each in network.laboratories if each.id not in kept]
    _check(added)
    rows = {each.id: _laboratory(each, network.sample) for each in added}
    Laboratory.objects.bulk_create(rows.values())
    owned = [(rows[each.id], bench) for each in added for bench in each.benches]
    benches = [_bench(row, bench) for row, bench in owned]
    Bench.objects.bulk_create(benches)
    Line.objects.bulk_create((_line(rows[each.id], line) for each in added for line in each.lines), batch_size=500)
    Slot.objects.bulk_create(
        Slot(bench=row, start=_aware(start), end=_aware(end), purpose=Purpose.ELSEWHERE)
        for row, (_, bench) in zip(benches, owned, strict=True)
        for start, end in _joined(bench.busy)
    )
    return len(added)


def _check(added: Iterable[engine.Laboratory]) -> None:
    """Raise if a laboratory could not be kept, or not be planned with by the content pack."""
    known, limits = {city.id for city in pack().network.geography.cities}, pack().network.limit_labels
    benches = set(Bench.objects.values_list("code", flat=True))
    rows = set(Line.objects.values_list("row", flat=True))
    for each in added:
        if not _CODE.fullmatch(each.id):
            raise PortalError(f"{each.id}: not an id", mend="write at most 64 letters, digits, - and _")
        if each.city not in known:
            raise PortalError(
                f"{each.id}: the content pack has no city {each.city}", mend="add it to its geography.yaml"
            )
        if taken := benches & {bench.id for bench in each.benches} or rows & {line.row for line in each.lines}:
            raise PortalError(f"{each.id}: {min(taken)} is kept already, of another laboratory", mend="rename it")
        for line in each.lines:
            for limit in line.limits:
                if limit.name not in limits:
                    raise PortalError(
                        f"{line.row}: the content pack has no limit {limit.name}",
                        mend=f"write one of {', '.join(limits)}",
                    )


def stored(*, since: datetime | None = None, without: Collection[int] = ()) -> engine.Network | None:
    """Return the network that is kept, None if none is; geography and limits are those of the content pack's network.

    Parameters
    ----------
    since
        Give the benches their slots that end after that moment; None: leave slots out, which is quicker.
    without
        Numbers of slots to leave out.
    """
    found = _without_slots(state())
    if found is None or since is None:
        return found
    busy: dict[str, list[Busy]] = {}
    slots = Slot.objects.filter(end__gt=since).exclude(pk__in=without).values_list("bench__code", "start", "end")
    for bench, start, end in slots.order_by("start"):
        busy.setdefault(bench, []).append((_local(start), _local(end)))
    return replace(found, laboratories=tuple(_with_slots(each, busy) for each in found.laboratories))


State = tuple[tuple[object, ...], ...]


def state() -> State:
    """Return what changes whenever a laboratory, bench or line does: how many there are, and the last change."""
    with connection.cursor() as cursor:
        cursor.execute(*_asking_for_state())
        return tuple(sorted(cursor.fetchall()))


@cache
def _asking_for_state() -> tuple[str, tuple[Any, ...]]:
    """Compile the question once: nearly every page asks it, and putting it into words costs more than the answer."""
    first, *others = (
        model._default_manager.order_by()
        .values(kind=Value(number, IntegerField()))
        .annotate(count=Count("pk"), last=Max("changed"))
        .values_list("kind", "count", "last")
        for number, model in enumerate((Laboratory, Bench, Line))
    )
    sql, parameters = first.union(*others, all=True).query.sql_with_params()
    return sql, tuple(parameters)


@lru_cache(maxsize=2)
def _without_slots(of: State) -> engine.Network | None:
    if not of or not of[0][1]:
        return None
    sample = pack().network
    benches: dict[int, list[engine.Bench]] = {}
    for bench in Bench.objects.filter(is_open=True).select_related("laboratory"):
        opens = engine.OpeningHours.parse(bench.opens)
        made = engine.Bench(bench.code, bench.laboratory.code, bench.title, opens)
        benches.setdefault(bench.laboratory_id, []).append(made)
    open_benches = {bench.id for own in benches.values() for bench in own}
    lines: dict[int, list[engine.ScopeLine]] = {}
    for line in Line.objects.select_related("laboratory"):
        on = tuple(code for code in line.benches if code in open_benches)
        if on:
            lines.setdefault(line.laboratory_id, []).append(_made_line(line, on))
    rows = list(Laboratory.objects.all())
    made_all = tuple(_made(row, benches.get(row.pk, ()), lines.get(row.pk, ())) for row in rows)
    is_sample = any(row.is_sample for row in rows)
    return replace(sample, laboratories=made_all, sample=is_sample, notice=sample.notice if is_sample else NOTHING)


def _with_slots(laboratory: engine.Laboratory, busy: dict[str, list[Busy]]) -> engine.Laboratory:
    benches = tuple(replace(each, busy=tuple(busy.get(each.id, ()))) for each in laboratory.benches)
    return replace(laboratory, benches=benches)


def _laboratory(made: engine.Laboratory, is_sample: bool) -> Laboratory:
    return Laboratory(
        code=made.id,
        name=made.name.zh,
        name_en=made.name.en,
        tier=made.tier,
        region=made.region,
        city=made.city,
        district=made.district.zh,
        district_en=made.district.en,
        accreditations=[
            {
                "scheme": each.scheme,
                "number": each.number,
                "valid_from": each.valid_from.isoformat(),
                "valid_until": each.valid_until.isoformat(),
            }
            for each in made.accreditations
        ],
        is_sample=is_sample,
    )


def _made(row: Laboratory, benches: Iterable[engine.Bench], lines: Iterable[engine.ScopeLine]) -> engine.Laboratory:
    return engine.Laboratory(
        id=row.code,
        name=row.title,
        tier=row.tier,  # type: ignore[arg-type]  # the engine refuses any other
        region=row.region,
        city=row.city,
        district=Text(row.district, row.district_en or row.district),
        accreditations=tuple(
            engine.Accreditation(
                each["scheme"],
                each["number"],
                date.fromisoformat(each["valid_from"]),
                date.fromisoformat(each["valid_until"]),
            )
            for each in row.accreditations
        ),
        benches=tuple(benches),
        lines=tuple(lines),
    )


def _bench(laboratory: Laboratory, made: engine.Bench) -> Bench:
    return Bench(laboratory=laboratory, code=made.id, name=made.name.zh, name_en=made.name.en, opens=str(made.opens))


def _line(laboratory: Laboratory, made: engine.ScopeLine) -> Line:
    return Line(
        laboratory=laboratory,
        row=made.row,
        benches=list(made.benches),
        object=made.object.zh,
        object_en=made.object.en,
        parameter=made.parameter.zh,
        parameter_en=made.parameter.en,
        reference=str(made.reference),
        clause=made.clause,
        test=made.test or "",
        limits=[[each.name, each.low, each.high, each.unit] for each in made.limits],
        hours=made.hours,
        price=made.price,
        accredited=made.accredited,
    )


def _made_line(row: Line, benches: tuple[str, ...]) -> engine.ScopeLine:
    return engine.ScopeLine(
        row=row.row,
        laboratory=row.laboratory.code,
        benches=benches,
        object=Text(row.object, row.object_en or row.object),
        parameter=Text(row.parameter, row.parameter_en or row.parameter),
        reference=StandardRef.parse_or_named(row.reference),
        clause=row.clause,
        test=row.test or None,
        limits=tuple(engine.Limit(*each) for each in row.limits),
        hours=row.hours,
        price=row.price,
        accredited=row.accredited,
    )


def _joined(busy: Iterable[Busy]) -> list[Busy]:
    """Join bookings that overlap: a network's file may say the same twice."""
    found: list[Busy] = []
    for start, end in sorted(busy):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _aware(moment: datetime) -> datetime:
    return timezone.make_aware(moment)


def _local(moment: datetime) -> datetime:
    return timezone.make_naive(moment)
