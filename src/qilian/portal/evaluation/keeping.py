"""Keeps figures: typed in, imported or computed; what stood there before stays as history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from qilian.evaluation import Indicator, IndicatorSystem, write_figure
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation.computing import CannotTell, Record, Scope, compute, is_computed
from qilian.portal.evaluation.models import Figure, FigureTable, Origin
from qilian.portal.evaluation.subjects import Subject
from qilian.portal.history.recording import Happened, record_all, writing
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that somebody gives.

    Attributes
    ----------
    value
        NaN: there is none.
    line
        Where it stands in a table, 0 outside of one.
    """

    subject: Subject
    system: IndicatorSystem
    indicator: Indicator
    period: str
    value: float
    source: str
    on: date
    line: int = 0
    records: tuple[Record, ...] = ()
    words: Text = Text("", "")  # noqa: RUF009 - a frozen value

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What there is one current figure of."""
        return self.subject.key, self.system.id, self.indicator.id, self.period


def keep(
    actor: Actor, given: Sequence[Given], origin: Origin, *, table: FigureTable | None = None, is_sample: bool = False
) -> list[Figure]:
    """Keep figures, all or none; one that says what stands there already is passed over.

    That the actor answers for the subjects is the caller's matter.
    """
    with writing():
        standing = {
            (row.subject, row.system, row.indicator, row.period): row
            for row in Figure.objects.current().filter(subject__in={each.subject.key for each in given})
        }
        news = [each for each in given if not _same(standing.get(each.key), each, origin)]
        Figure.objects.filter(pk__in=[standing[each.key].pk for each in news if each.key in standing]).update(
            is_current=False
        )
        rows = Figure.objects.bulk_create(_row(each, origin, actor, table, is_sample=is_sample) for each in news)
        if rows:
            record_all(actor, "give", [_happened(row, standing) for row in rows])
    return rows


def compute_all(actor: Actor, subject: Subject, system: IndicatorSystem, period: str) -> tuple[int, dict[str, Text]]:
    """Compute all that the portal can of a subject's system; return how many figures are new, and why others are not.

    Returns
    -------
    int
        Figures that are other than before, or that were not there.
    dict
        By indicator, why it cannot be told.
    """
    found, reasons = [], {}
    for indicator in system.indicators:
        if is_computed(indicator):
            try:
                made = compute(indicator, Scope(subject, period))
            except CannotTell as refusal:
                reasons[indicator.id] = refusal.words
                continue
            on = Scope(subject, period).last_day
            source = indicator.source.computation
            found.append(
                Given(
                    subject, system, indicator, period, made.value, source, on, records=made.records, words=made.words
                )
            )
    return len(keep(actor, found, Origin.COMPUTED)), reasons


def _same(row: Figure | None, given: Given, origin: Origin) -> bool:
    if row is None:
        return given.value != given.value  # nothing where nothing stood
    value = None if given.value != given.value else given.value
    records = [[each.kind, each.number, each.gave] for each in given.records]
    return (row.value, row.source, row.on, row.origin, row.records) == (value, given.source, given.on, origin, records)


def _row(given: Given, origin: Origin, actor: Actor, table: FigureTable | None, *, is_sample: bool) -> Figure:
    return Figure(
        subject=given.subject.key,
        region=given.subject.region,
        organisation=given.subject.firm,
        system=given.system.id,
        indicator=given.indicator.id,
        period=given.period,
        value=None if given.value != given.value else given.value,
        origin=origin,
        source=given.source,
        on=given.on,
        table=table,
        line=given.line or None,
        records=[[each.kind, each.number, each.gave] for each in given.records],
        zh=given.words.zh,
        en=given.words.en,
        is_sample=is_sample,
        given_by=actor.user,
        given=timezone.now(),
    )


def _happened(row: Figure, standing: dict[tuple[str, str, str, str], Figure]) -> Happened:
    before = standing.get((row.subject, row.system, row.indicator, row.period))
    said = {"of": str(row), "value": _written(row.value), "was": _written(before.value) if before else None}
    return Happened(row, data={**said, "origin": row.origin})


def _written(value: float | None) -> str | None:
    return None if value is None else write_figure(value)
