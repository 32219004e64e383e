"""A division's dashboard: targets with alerts, divisions below, the latest ranking of its firms, what moved it."""

from collections.abc import Iterable
from dataclasses import dataclass

from qilian.evaluation import Contest as FrozenContest
from qilian.evaluation import EvaluationError, IndicatorSystem, Move, Standing, State, moves, period_end
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation import contests, courses, subjects
from qilian.portal.evaluation.courses import Line
from qilian.portal.evaluation.models import Contest, Figure
from qilian.portal.evaluation.subjects import Subject

_ORDER = (State.BEHIND, State.UNSURE, State.UNKNOWN, State.ON_COURSE, State.REACHED)
_MOVERS = 5
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Below:
    """A division right below, how many of its targets it misses, and of how many."""

    subject: Subject
    behind: int
    known: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The latest contest's standings of the division's firms, and what moved those that moved most."""

    row: Contest
    frozen: FrozenContest
    standings: tuple[Standing, ...]
    before: Contest | None
    movers: tuple[Move, ...]


def system_of(subject: Subject) -> IndicatorSystem | None:
    """Return the first system that measures divisions of a level."""
    return next((each for each in contests.systems().values() if subject.fits(each)), None)


def rows_of(subject: Subject, system: IndicatorSystem) -> list[Figure]:
    """Return the current figures of a subject."""
    return list(Figure.objects.current().filter(subject=subject.key, system=system.id))


def alerts_first(lines: Iterable[Line]) -> list[Line]:
    """Return the lines, those that miss their target first; those without a target last."""
    return sorted(lines, key=lambda line: _ORDER.index(line.course.state) if line.course else len(_ORDER))


def below(subject: Subject, period: str) -> list[Below]:
    """Return the divisions right below that have figures, those that miss most targets first."""
    level = {"country": "province", "province": "city", "city": "district"}.get(subject.level)
    rows = Figure.objects.current().filter(organisation=None, region__startswith=regions.prefix(subject.region))
    found: dict[str, list[Figure]] = {}
    for row in rows:
        if regions.level(row.region) == level:
            found.setdefault(row.region, []).append(row)
    lines = []
    for code, figures in found.items():
        about = subjects.of_region(code)
        if (system := system_of(about)) is not None:
            own = courses.lines_of(about, system, period, [row for row in figures if row.system == system.id])
            states = [line.course.state for line in own if line.course and line.course.state is not State.UNKNOWN]
            lines.append(Below(about, states.count(State.BEHIND), len(states)))
    return sorted(lines, key=lambda each: (-each.behind, each.subject.region))


def ranking(actor: Actor, subject: Subject) -> Ranking | None:
    """Return the latest ranking that the actor sees with firms of the division; None where there is none."""
    for row in Contest.objects.visible_to(actor).filter(corrected_by=None)[:_MOVERS]:
        frozen = contests.opened(row)
        firms = {f"firm:{number}" for number in subjects.firms_in(actor, subject.region).values_list("pk", flat=True)}
        standings = tuple(each for each in frozen.scores.ranked if each.id in firms)
        if standings:
            before = previous(actor, row)
            found = what_moved(before, frozen) if before else ()
            movers = sorted(
                (each for each in found if each.id in firms), key=lambda each: -abs(each.after - each.before)
            )
            return Ranking(row, frozen, standings, before, tuple(movers[:_MOVERS]))
    return None


def previous(actor: Actor, row: Contest) -> Contest | None:
    """Return the latest contest of an earlier period by the same division and system."""
    rows = Contest.objects.visible_to(actor).filter(
        corrected_by=None, system=row.system, organisation=row.organisation_id
    )
    earlier = [each for each in rows if period_end(each.period) < period_end(row.period)]
    return max(earlier, key=lambda each: period_end(each.period), default=None)


def what_moved(before: Contest, now: FrozenContest) -> tuple[Move, ...]:
    """Return what moved the scores since an earlier contest; nothing where scores cannot be taken apart."""
    try:
        return moves(contests.opened(before).scores, now.scores)
    except EvaluationError:
        return ()


def largest_parts(move: Move) -> list[tuple[str, float]]:
    """Return the indicators that moved a score most, with the points that each added."""
    parts = sorted(move.parts, key=lambda part: -abs(part.total))
    return [(part.indicator, float(part.total)) for part in parts[:_PARTS] if part.total]


def picture(standings: Iterable[Standing], unit: str) -> dict[str, object]:
    """Return standings as the values of their picture: rank, and the ends of its interval."""
    rows = list(standings)
    return {
        "names": [each.name for each in rows],
        "ranks": [each.rank for each in rows],
        "ends": [[each.best_rank, each.worst_rank] for each in rows],
        "scores": [round(float(each.score), 2) for each in rows],
        "unit": unit,
    }
