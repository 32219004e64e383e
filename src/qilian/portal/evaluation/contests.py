"""Freezes contests, corrects them after appeals, and replays them: what pages and programs both call."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from qilian.content import load_systems
from qilian.evaluation import (
    Appeal,
    Difference,
    Drawing,
    EvaluationError,
    Figures,
    IndicatorSystem,
    contest_hash,
    contest_text,
    correct,
    difference,
    figures_from,
    freeze,
    replay_bytes,
)
from qilian.evaluation import Contest as FrozenContest
from qilian.portal import options
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation.models import Contest, Figure
from qilian.portal.history.recording import record, writing
from qilian.portal.site.uploads import Upload

MAX_BYTES = 2 * 1024 * 1024
MOST_ROWS = 3000
"""Firms that are scored while somebody waits; larger tables are for the command line."""


@cache
def systems() -> dict[str, IndicatorSystem]:
    """Return the indicator systems of the portal's content pack, read once by each process."""
    return load_systems(options.PACK.text())


def freeze_table(actor: Actor, upload: Upload, system: IndicatorSystem, title: str, period: str, on: date) -> Contest:
    """Score a table and keep the contest.

    Raises
    ------
    QilianError
        If the table cannot be scored; nothing is kept then.
    """
    figures = figures_from(upload.content, upload.name, system)
    if len(figures.ids) > MOST_ROWS:
        what = f"{len(figures.ids)} rows, at most {MOST_ROWS} are scored here"
        raise EvaluationError(what, where=upload.name, mend="use qilian evaluation freeze")
    return freeze_figures(actor, figures, system, title, period, on)


def freeze_kept(actor: Actor, system: IndicatorSystem, title: str, period: str, on: date) -> Contest:
    """Score the figures that are kept of the division's firms and keep the contest; firms without any are left out.

    Raises
    ------
    QilianError
        If no firm has a figure, or they cannot be scored; nothing is kept then.
    """
    return freeze_figures(actor, kept_figures(actor, system, period), system, title, period, on)


def kept_figures(actor: Actor, system: IndicatorSystem, period: str) -> Figures:
    """Return the current figures of the firms that an actor sees, their subjects' keys as ids.

    Raises
    ------
    EvaluationError
        If there is none, or there are too many firms.
    """
    rows = Figure.objects.visible_to(actor).current().filter(system=system.id, period=period, value__isnull=False)
    firms: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for row in rows.filter(organisation__isnull=False).select_related("organisation").order_by("organisation"):
        assert row.organisation is not None
        assert row.value is not None
        firms.setdefault(row.subject, {})[row.indicator] = row.value
        names[row.subject] = row.organisation.name
    if not 0 < len(firms) <= MOST_ROWS:
        what = f"{len(firms)} firms have figures of {system.id} for {period}"
        raise EvaluationError(what, mend=f"give figures, or a table of at most {MOST_ROWS} firms")
    values = [[given.get(name, float("nan")) for name in system.ids] for given in firms.values()]
    return Figures(tuple(firms), tuple(names.values()), system.ids, np.array(values))


def freeze_figures(
    actor: Actor, figures: Figures, system: IndicatorSystem, title: str, period: str, on: date
) -> Contest:
    """Score figures and keep the contest; errors as in :func:`freeze_table`."""
    return _keep(actor, freeze(title, period, on, figures, system, Drawing()), title, None)


def correct_by_appeal(actor: Actor, row: Contest, appeal: Appeal, on: date) -> Contest:
    """Keep the contest that takes the place of another after an appeal, whatever came of it.

    Raises
    ------
    QilianError
        If the appeal fits no figure of the contest, or the contest was corrected already.
    """
    return _keep(actor, correct(opened(row), row.sha256, [appeal], on), row.title, row)


def opened(row: Contest) -> FrozenContest:
    """Return the contest that a row keeps, computed from its file."""
    return replayed(row).contest


@dataclass(frozen=True, slots=True)
class Replayed:
    """A row's contest computed again, and whether the same bytes came out."""

    contest: FrozenContest
    same: bool


def replayed(row: Contest) -> Replayed:
    """Compute a contest again from the file that is kept."""
    found = replay_bytes(row.content.encode(), Path(f"{row.pk}.json"))
    return Replayed(found.contest, found.intact and found.same and contest_hash(found.contest) == row.sha256)


def what_changed(row: Contest, now: FrozenContest) -> Difference | None:
    """Return how a contest differs from the one that it corrects; None for a first one."""
    return difference(opened(row.corrects), now) if row.corrects else None


def _keep(actor: Actor, contest: FrozenContest, title: str, corrects: Contest | None) -> Contest:
    if actor.organisation is None:
        raise PermissionError("no organisation to freeze a contest for")
    with writing():
        if corrects is not None and Contest.objects.filter(corrects=corrects).exists():
            raise EvaluationError("corrected already", mend="appeal against the latest one")
        row = Contest.objects.create(
            organisation=corrects.organisation if corrects else actor.organisation,
            title=title,
            period=contest.period,
            system=contest.system.id,
            sha256=contest_hash(contest),
            content=contest_text(contest),
            corrects=corrects,
            frozen_by=actor.user,
        )
        record(actor, "correct" if corrects else "freeze", row, data={"sha256": row.sha256})
    return row
