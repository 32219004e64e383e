"""Computed from booked paths that came to their last report: how long they took."""

import statistics
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from qilian.laboratories import working_days
from qilian.portal.booking.models import Path, SampleUnit
from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation
from qilian.portal.history.models import Entry
from qilian.text import Text


@computation("bookings.path_days")
def path_days(scope: Scope) -> Found:
    """Median calendar days from the first sample's leaving (its coming in, where nobody said so) to the last report."""
    found = [
        (path, (reported.date() - sent.date()).days)
        for path, reported in _finished(scope)
        if (sent := _sent(path)) is not None
    ]
    return _median(
        found,
        Text(
            "从样品寄出到最后一份报告的自然日中位数", "median calendar days from sending the samples to the last report"
        ),
    )


@computation("bookings.report_days")
def report_days(scope: Scope) -> Found:
    """Median working days from the confirmed booking to the last report."""
    found = [
        (path, working_days.between(_day(booked), _day(reported)))
        for path, reported in _finished(scope)
        if (booked := _happened("booking.path", [path.pk], ("confirm",))) is not None
    ]
    return _median(
        found, Text("从确认预约到最后一份报告的工作日中位数", "median working days from the booking to the last report")
    )


def _finished(scope: Scope) -> Iterator[tuple[Path, datetime]]:
    """Yield the paths whose last report was issued in the period, and when."""
    rows = Path.objects.filter(organisation__in=scope.firms, state="done")
    last = dict(rows.order_by().annotate(last=Max("appointments__report__issued")).values_list("pk", "last"))
    for path in rows.order_by("pk"):
        if (reported := last[path.pk]) and scope.begins <= reported < scope.ends:
            yield path, timezone.localtime(reported)


def _sent(path: Path) -> datetime | None:
    units = list(SampleUnit.objects.filter(path=path).values_list("pk", flat=True))
    found = _happened("booking.sampleunit", units, ("ship", "receive"))
    return timezone.localtime(found) if found else None


def _happened(kind: str, numbers: list[int], events: tuple[str, ...]) -> datetime | None:
    """Return when the first of some events happened to any of these rows."""
    rows = Entry.objects.filter(kind=kind, subject__in=[str(each) for each in numbers], event__in=events)
    return rows.order_by("number").values_list("at", flat=True).first()


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _median(found: list[tuple[Path, int]], words: Text) -> Found:
    if not found:
        raise CannotTell(Text("本周期内没有出齐报告的检测路径", "no path came to its last report in the period"))
    count = len(found)
    return Found(
        float(statistics.median(days for _, days in found)),
        tuple(Record("path", path.pk, str(days)) for path, days in found),
        Text(f"{words.zh}，共 {count} 条路径", f"{words.en}, over {count} path{'s' if count > 1 else ''}"),
    )
