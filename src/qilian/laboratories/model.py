"""Who can test what: laboratories with their benches, accreditations and scope lines, together a network.

In come plain values (see ``reader.py`` for the files); out go frozen records that refuse what contradicts itself,
and a network that finds the scope lines of a test without looking at all the others.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, TypeAlias

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.geography import Geography
from qilian.standards import StandardRef
from qilian.text import Text

Tier = Literal["province", "city", "district"]
TIERS: tuple[Tier, ...] = ("province", "city", "district")
Hours: TypeAlias = tuple[int, int]
Busy: TypeAlias = tuple[datetime, datetime]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ZH_DAYS = "一二三四五六日"
_OPENING = re.compile(r"(?P<first>[A-Z][a-z]{2})(-(?P<last>[A-Z][a-z]{2}))? (?P<start>\d{1,2})-(?P<end>\d{1,2})")


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A recognition of competence (CNAS, CMA, CQC…) with its days of validity, both included."""

    scheme: str
    number: str
    valid_from: date
    valid_until: date

    def __post_init__(self) -> None:
        if self.valid_until < self.valid_from:
            raise LaboratoryError(f"{self.number}: valid until {self.valid_until}, before it starts")

    def covers(self, first: date, last: date) -> bool:
        """Return whether it is valid from ``first`` to ``last``, both included."""
        return self.valid_from <= first and last <= self.valid_until


@dataclass(frozen=True, slots=True)
class Limit:
    """A range that a scope line holds for, both ends included; an absent end is open.

    Attributes
    ----------
    name
        The limit's name, which a test item binds to a product parameter (``payload`` to ``payload.rated``).
    unit
        The unit of both ends: the one that the vocabulary gives the parameter in.
    """

    name: str
    low: float | None
    high: float | None
    unit: str

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise LaboratoryError(f"{self.name}: a limit without ends", mend="write low..high")
        if self.low is not None and self.high is not None and self.high < self.low:
            raise LaboratoryError(f"{self.name}: {self.low:g} is above {self.high:g}", mend="swap the two")

    def holds(self, value: float) -> bool:
        """Return whether ``value``, in the limit's unit, lies in the range."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def excess(self, value: float) -> float:
        """Return by how much ``value`` lies outside the range, 0 inside."""
        under = 0.0 if self.low is None else self.low - value
        over = 0.0 if self.high is None else value - self.high
        return max(under, over, 0.0)

    def __str__(self) -> str:
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        return f"{low}..{high} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The staffed hours of a normal week.

    Attributes
    ----------
    week
        Seven days, Monday first; each the ``(start, end)`` hours of that day, in order, not touching.
    """

    week: tuple[tuple[Hours, ...], ...]

    def __post_init__(self) -> None:
        if len(self.week) != len(_DAYS):
            raise LaboratoryError("opening hours need seven days", mend="write e.g. Mon-Fri 8-17")
        for day in self.week:
            edges = [hour for span in day for hour in span]
            if edges != sorted(set(edges)) or (edges and not 0 <= edges[0] <= edges[-1] <= 24):
                raise LaboratoryError("opening hours that overlap or leave the day", mend="write e.g. Mon-Fri 8-17")

    @classmethod
    def parse(cls, text: str) -> "OpeningHours":
        """Read ``Mon-Fri 8-17; Sat 8-12``: whole hours, English day names of three letters.

        Raises
        ------
        LaboratoryError
            If a part is not of that form.
        """
        week: list[list[Hours]] = [[] for _ in _DAYS]
        for part in text.split(";"):
            found = _OPENING.fullmatch(part.strip())
            if not found or found["first"] not in _DAYS or (found["last"] or "Mon") not in _DAYS:
                raise LaboratoryError(f"{text!r}: not opening hours", mend="write e.g. Mon-Fri 8-17; Sat 8-12")
            first = _DAYS.index(found["first"])
            last = _DAYS.index(found["last"]) if found["last"] else first
            for day in range(first, last + 1):
                week[day].append((int(found["start"]), int(found["end"])))
        return cls(tuple(tuple(sorted(day)) for day in week))

    def __str__(self) -> str:
        """Write the hours as :meth:`parse` reads them, days with the same hours together."""
        return "; ".join(
            f"{'-'.join(_DAYS[day] for day in dict.fromkeys(days))} {start}-{end}"
            for days, (start, end) in self._spans()
        )

    @property
    def words(self) -> Text:
        """The hours as people read them: ``周一至周五 8:00–17:00``, ``Mon–Fri 8:00–17:00``."""
        zh, en = [], []
        for days, (start, end) in self._spans():
            hours = f"{start}:00–{end}:00"
            zh.append(f"{'至'.join(f'周{_ZH_DAYS[day]}' for day in dict.fromkeys(days))} {hours}")
            en.append(f"{'–'.join(_DAYS[day] for day in dict.fromkeys(days))} {hours}")
        return Text("；".join(zh), "; ".join(en))

    def _spans(self) -> Iterator[tuple[tuple[int, int], Hours]]:
        """Yield first and last of days with the same hours, with each of these hours."""
        first = 0
        for day in range(1, len(_DAYS) + 1):
            if day == len(_DAYS) or self.week[day] != self.week[first]:
                yield from (((first, day - 1), hours) for hours in self.week[first])
                first = day

    @property
    def longest_hours(self) -> int:
        """The longest staffed stretch of a day: an attended test has to fit into it."""
        return max((end - start for day in self.week for start, end in day), default=0)


@dataclass(frozen=True, slots=True)
class Bench:
    """A test place that takes one test at a time.

    Attributes
    ----------
    busy
        ``(from, until)`` in local time: slots already booked.
    """

    id: str
    laboratory: str
    name: Text
    opens: OpeningHours
    busy: tuple[Busy, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One line of a laboratory's scope: the object, the parameter and the method that it can test by, within limits.

    Attributes
    ----------
    row
        The line's id in the network, which proves a match.
    benches
        Ids of the benches that do it.
    reference
        The method as the scope cites it, usually dated.
    clause
        Clause of the method, empty for the whole of it.
    test
        Id of the test item, where the line was mapped to one.
    hours
        Hours that the specimen occupies the bench.
    price
        Yuan.
    accredited
        Whether the line lies in the accredited scope.
    """

    row: str
    laboratory: str
    benches: tuple[str, ...]
    object: Text
    parameter: Text
    reference: StandardRef
    clause: str
    test: str | None
    limits: tuple[Limit, ...]
    hours: int
    price: int
    accredited: bool

    def __post_init__(self) -> None:
        if self.hours < 1 or self.price < 0 or not self.benches:
            raise LaboratoryError(f"{self.row}: needs a bench, at least one hour and a price of 0 or more")

    def limit(self, name: str) -> Limit | None:
        """Return the limit called ``name``, None where the line has no such limit."""
        return next((limit for limit in self.limits if limit.name == name), None)


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A laboratory of one of the three tiers.

    Attributes
    ----------
    region
        Six-digit code of its administrative division (GB/T 2260).
    city
        Id of its city in the geography.
    district
        Its district in words, empty where it serves the whole city.
    """

    id: str
    name: Text
    tier: Tier
    region: str
    city: str
    district: Text
    accreditations: tuple[Accreditation, ...]
    benches: tuple[Bench, ...]
    lines: tuple[ScopeLine, ...]

    def __post_init__(self) -> None:
        if self.tier not in TIERS:
            raise LaboratoryError(f"{self.id}: tier {self.tier!r}", mend=f"write one of {', '.join(TIERS)}")
        if not re.fullmatch(r"\d{6}", self.region):
            raise LaboratoryError(f"{self.id}: region {self.region!r}", mend="write the six-digit code")

    def accredited(self, first: date, last: date | None = None) -> bool:
        """Return whether one accreditation is valid from ``first`` to ``last`` (both included; one day if absent)."""
        return any(held.covers(first, last or first) for held in self.accreditations)

    def bench(self, bench: str) -> Bench:
        """Return the bench with that id.

        Raises
        ------
        LaboratoryError
            If the laboratory has no such bench.
        """
        for own in self.benches:
            if own.id == bench:
                return own
        raise LaboratoryError(f"{self.id} has no bench {bench}")


@dataclass(frozen=True)
class Network:
    """Laboratories that take each other's samples, and the geography they lie in.

    Attributes
    ----------
    sample
        True for an invented network; every output then shows ``notice``.
    notice
        What a reader must know before relying on it.
    limit_labels
        The limits of the scope lines in words, by name.
    """

    laboratories: tuple[Laboratory, ...]
    geography: Geography
    sample: bool
    notice: Text
    limit_labels: Mapping[str, Text]

    def __post_init__(self) -> None:
        known = {city.id for city in self.geography.cities}
        for laboratory in self.laboratories:
            if laboratory.city not in known:
                raise LaboratoryError(
                    f"{laboratory.id}: unknown city {laboratory.city}", mend="add it to geography.yaml"
                )
        if len(self._by_id) != len(self.laboratories):
            raise LaboratoryError("two laboratories with one id", mend="rename one")
        if self.sample and not self.notice:
            raise LaboratoryError("a sample network without a notice", mend="say in notice that it is invented")

    def laboratory(self, laboratory: str) -> Laboratory:
        """Return the laboratory with that id.

        Raises
        ------
        LaboratoryError
            If there is none.
        """
        if laboratory not in self._by_id:
            raise LaboratoryError(f"no laboratory {laboratory} in the network")
        return self._by_id[laboratory]

    @cached_property
    def lines_by_test(self) -> Mapping[str, tuple[ScopeLine, ...]]:
        """Scope lines mapped to a test item, by its id."""
        found: dict[str, list[ScopeLine]] = {}
        for line in self._lines():
            if line.test is not None:
                found.setdefault(line.test, []).append(line)
        return {test: tuple(lines) for test, lines in found.items()}

    @cached_property
    def unmapped_by_standard(self) -> Mapping[tuple[str, ...], tuple[ScopeLine, ...]]:
        """Scope lines not mapped to any test item, by the ``base_key`` of their standard."""
        found: dict[tuple[str, ...], list[ScopeLine]] = {}
        for line in self._lines():
            if line.test is None:
                found.setdefault(line.reference.base_key, []).append(line)
        return {standard: tuple(lines) for standard, lines in found.items()}

    @cached_property
    def _by_id(self) -> dict[str, Laboratory]:
        return {laboratory.id: laboratory for laboratory in self.laboratories}

    def _lines(self) -> list[ScopeLine]:
        return [line for laboratory in self.laboratories for line in laboratory.lines]
