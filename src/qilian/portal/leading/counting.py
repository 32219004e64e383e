"""What is counted: where a supplier stands at the shared control points, and what help came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from qilian.chain import ControlPoint, Where
from qilian.laboratories import Laboratory
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.chain.reading import asked
from qilian.portal.leading.commands import points_of
from qilian.portal.leading.judging import Standing, Verdict, standing
from qilian.portal.leading.models import Bond, Help, Measurement, Requirement


@dataclass(frozen=True, slots=True)
class Shared:
    """A control point that both sides share.

    Attributes
    ----------
    requirement
        The version in force today; None without.
    coming
        Versions that begin later, the next one last.
    measurement
        The latest figure.
    standing
        How that figure stands against the requirement of its own day.
    laboratories
        Who can do one of the point's tests today, by the join of the map.
    """

    point: ControlPoint
    requirement: Requirement | None
    coming: tuple[Requirement, ...]
    measurement: Measurement | None
    standing: Standing
    laboratories: tuple[Laboratory, ...]


def shared(bond: Bond) -> list[Shared]:
    """Return the shared control points of a bond, with where the supplier stands."""
    today = timezone.localdate()
    versions: dict[str, list[Requirement]] = {}
    for each in bond.requirements.all():
        versions.setdefault(each.point, []).append(each)
    latest: dict[str, Measurement] = {}
    for figure in bond.measurements.all():
        latest.setdefault(figure.point, figure)
    able = asked(today, Where()).able
    found = []
    for point in points_of(bond):
        rows = versions.get(point.id, [])
        laboratories = {each.id: each for test in point.tests for each in able[test]}
        measurement = latest.get(point.id)
        found.append(
            Shared(
                point,
                in_force(rows, today),
                tuple(each for each in rows if each.starts > today),
                measurement,
                judged(measurement, rows),
                tuple(laboratories.values()),
            )
        )
    return found


def in_force(versions: Iterable[Requirement], on: date) -> Requirement | None:
    """Return the version of a point that holds on a day: the latest to begin, of one day the latest made."""
    begun = [each for each in versions if each.starts <= on]
    found = max(begun, key=lambda each: (each.starts, each.number), default=None)
    return None if found is None or found.is_lifted else found


def judged(measurement: Measurement | None, versions: Iterable[Requirement]) -> Standing:
    """Hold a figure against the requirement of its day; in another unit it cannot be told."""
    if measurement is None:
        return Standing.UNKNOWN
    required = in_force(versions, measurement.on)
    if required is None or required.unit != measurement.unit:
        return Standing.UNKNOWN
    return standing(measurement.figure, required.limits)


@dataclass(slots=True)
class Effects:
    """Help by what it came to; only what the supplier confirmed counts, the rest waits."""

    improved: int = 0
    not_improved: int = 0
    unknown: int = 0
    waiting: int = 0

    def add(self, row: Help) -> None:
        """Count one."""
        if row.state != "confirmed":
            self.waiting += row.state != "dropped"
            return
        match row.verdict:
            case Verdict.IMPROVED:
                self.improved += 1
            case Verdict.NOT_IMPROVED:
                self.not_improved += 1
            case Verdict.UNKNOWN:
                self.unknown += 1


def effects(rows: Iterable[Help]) -> Effects:
    """Count help by its effect."""
    found = Effects()
    for row in rows:
        found.add(row)
    return found


@dataclass(slots=True)
class Led:
    """A leader as its regulator sees it: counts, and the requirements that it opened."""

    leader: Organisation
    suppliers: int = 0
    effects: Effects = field(default_factory=Effects)
    opened: list[Requirement] = field(default_factory=list)


def by_leader(actor: Actor) -> list[Led]:
    """Return the leaders of a regulator's division with active bonds, those with the most improvements first."""
    found: dict[int, Led] = {}
    bonds = Bond.objects.counted_for(actor).filter(state__in=("active", "ended"))
    for bond in bonds.select_related("leader").prefetch_related("helps__requirement", "requirements"):
        led = found.setdefault(bond.leader_id, Led(bond.leader))
        led.suppliers += bond.state == "active"
        for row in bond.helps.all():
            led.effects.add(row)
        if bond.state == "active":
            led.opened += [each for each in _in_force(bond.requirements.all()) if each.is_open]
    return sorted(found.values(), key=lambda each: (-each.effects.improved, each.leader.name))


def _in_force(versions: Iterable[Requirement]) -> list[Requirement]:
    """Return what holds today of all points."""
    by_point: dict[str, list[Requirement]] = {}
    for each in versions:
        by_point.setdefault(each.point, []).append(each)
    found = (in_force(rows, timezone.localdate()) for rows in by_point.values())
    return [each for each in found if each is not None]
