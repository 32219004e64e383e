"""The hard limits of a match: the one place that decides whether an edition, a range, an accreditation, a place or a
tier holds.

In come what is asked for and what a scope line or its laboratory offers; out comes one :class:`Shortfall` for each
limit that does not hold, with the difference. Networks (``matching.py``) and national scopes (``scopes/``) both decide
here. A hard limit is a filter: it never makes or changes a score.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from qilian.laboratories.model import Accreditation, Limit
from qilian.standards import Catalogue, StandardRef
from qilian.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One hard limit that does not hold.

    Attributes
    ----------
    limit
        ``edition``, ``method``, ``accreditation``, ``region``, ``tier``, or the name of a limit of the line.
    needed, offered
        What was asked for and what the line or laboratory gives.
    by
        The reason in words, with the difference.
    """

    limit: str
    needed: str
    offered: str
    by: Text


class Offering(Protocol):
    """What a laboratory is judged by; an empty region or tier is not known, and so meets no demand for one."""

    @property
    def region(self) -> str: ...

    @property
    def tier(self) -> str: ...

    @property
    def accreditations(self) -> tuple[Accreditation, ...]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What a laboratory has to be, whatever it tests.

    Attributes
    ----------
    on, until
        One accreditation has to be valid from ``on`` to ``until`` (the one day if absent); without ``on`` none has to.
    region
        Code of an administrative division, or its beginning: ``33``, ``3301``, ``330100``; anywhere if empty.
    tiers
        Tiers that may serve; all if None.
    takes_unverified
        Whether a laboratory of which no accreditation is known passes: that is unknown, which is not lapsed.
    """

    on: date | None = None
    until: date | None = None
    region: str = ""
    tiers: tuple[str, ...] | None = None
    takes_unverified: bool = False

    @classmethod
    def asked(
        cls,
        on: date | None = None,
        until: date | None = None,
        region: str = "",
        tiers: Collection[str] | None = None,
        *,
        takes_unverified: bool = False,
    ) -> "Standing":
        """Return the demand with the region cut to what the codes within it begin with."""
        return cls(on, until, region_prefix(region), None if tiers is None else tuple(tiers), takes_unverified)

    def takes_region(self, region: str) -> bool:
        """Return whether the region is the one asked for, or lies in it."""
        return region.startswith(self.region)

    def takes_tier(self, tier: str) -> bool:
        """Return whether a laboratory of the tier may serve."""
        return self.tiers is None or tier in self.tiers

    def takes_accreditations(self, accreditations: Iterable[Accreditation]) -> bool:
        """Return whether one of them is valid on all the days asked for."""
        on, known = self.on, tuple(accreditations)
        if on is None or (self.takes_unverified and not known):
            return True
        return any(held.covers(on, self.until or on) for held in known)

    def takes_days(self, begins: "Days", ends: "Days") -> "Flags":
        """Return the same for many single accreditations, given by the ordinals of their first and last days."""
        first, last = self.on or date.max, self.until or self.on or date.min
        flags: Flags = (begins <= first.toordinal()) & (ends >= last.toordinal())
        return flags

    def shortfalls(self, laboratory: Offering) -> Iterator[Shortfall]:
        """Yield what the laboratory is not."""
        if self.on is not None and not self.takes_accreditations(laboratory.accreditations):
            yield _lapsed(self.on, self.until or self.on, laboratory.accreditations)
        if not self.takes_region(laboratory.region):
            here = laboratory.region
            why = Text(
                f"位于 {here or '未知地区'}，不在 {self.region}",
                f"lies in {here or 'an unknown region'}, not in {self.region}",
            )
            yield Shortfall("region", self.region, here or "-", why)
        if not self.takes_tier(laboratory.tier):
            needed, tier = ", ".join(self.tiers or ()), laboratory.tier
            why = Text(f"层级为 {tier or '未知'}，要求 {needed}", f"of tier {tier or 'unknown'}, {needed} is asked for")
            yield Shortfall("tier", needed, tier or "-", why)


@dataclass(frozen=True)
class Methods:
    """The standards that are accepted as the method, as of a date.

    Parameters
    ----------
    references
        Each in the edition that is meant, without clause; none accepts every method.
    catalogue
        Knows transitions and identical adoptions.
    """

    references: tuple[StandardRef, ...]
    catalogue: Catalogue
    on: date
    _verdicts: dict[StandardRef, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def asked(cls, references: Iterable[StandardRef], catalogue: Catalogue, on: date) -> "Methods":
        """Return the methods with each undated reference in the edition of the date, where the catalogue knows it."""

        def in_edition(reference: StandardRef) -> StandardRef:
            edition = catalogue.resolve(reference, on)
            return edition.ref if edition else reference.without_clause

        return cls(tuple(in_edition(reference) for reference in references), catalogue, on)

    def accept(self, offered: StandardRef) -> bool:
        """Return whether the method of a line is accepted; each is judged once."""
        offered = offered.without_clause
        if offered not in self._verdicts:
            self._verdicts[offered] = not self.references or any(self._meets(each, offered) for each in self.references)
        return self._verdicts[offered]

    def _meets(self, asked: StandardRef, offered: StandardRef) -> bool:
        """Whether the catalogue accepts it; where nobody asked for an edition and none is known, every one does."""
        any_edition = not (asked.is_dated or offered.stage or asked.stage) and asked.same_base(offered)
        return any_edition or bool(self.catalogue.accepts(asked, offered, self.on))

    def shortfalls(self, offered: Iterable[StandardRef]) -> Iterator[Shortfall]:
        """Yield the shortfall of a line that cites ``offered``, none of which is accepted."""
        cited = tuple(offered)
        if not self.references or any(self.accept(each) for each in cited):
            return
        needed, given = ", ".join(map(str, self.references)), ", ".join(map(str, cited))
        same = any(each.same_base(reference) for each in cited for reference in self.references)
        why = Text(f"采用 {given}，要求 {needed}", f"tests by {given}, {needed} is asked for")
        yield Shortfall("edition" if same else "method", needed, given, why)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a quantity a line has to hold: all of ``low..high``, in the unit of the line's limit."""

    limit: Limit
    low: float
    high: float
    label: Text


def shortfalls(
    methods: Methods | None,
    standing: Standing,
    laboratory: Offering,
    references: Iterable[StandardRef],
    ranges: Iterable[Asked],
    *,
    covered: bool = True,
) -> Iterator[Shortfall]:
    """Yield every hard limit that a line of a laboratory does not hold; nothing where the line proves the test.

    Parameters
    ----------
    references, ranges
        What the line cites, and its limits with what is asked of each.
    covered
        Whether the accreditation covers the line.
    """
    yield from line_shortfalls(methods, references, ranges)
    if not covered and standing.on is not None:
        yield outside_scope(days(standing.on, standing.until))
    for short in standing.shortfalls(laboratory):
        if covered or short.limit != "accreditation":
            yield short


def line_shortfalls(
    methods: Methods | None, references: Iterable[StandardRef], ranges: Iterable[Asked]
) -> Iterator[Shortfall]:
    """Yield what speaks against a line, whichever laboratory holds it: the editions that it cites and its limits."""
    if methods is not None:
        yield from methods.shortfalls(references)
    for asked in ranges:
        yield from out_of_range(asked.limit, asked.low, asked.high, asked.label)


def out_of_range(limit: Limit, low: float, high: float, label: Text) -> Iterator[Shortfall]:
    """Yield the shortfall where ``limit`` does not hold all of ``low..high``, given in the limit's unit."""
    if limit.holds(low) and limit.holds(high):
        return
    asked = f"{low:g}" if low == high else f"{low:g}..{high:g}"
    needed, offered = f"{asked} {limit.unit}", str(limit)
    by = f"{max(limit.excess(low), limit.excess(high)):g} {limit.unit}"
    why = Text(
        f"{label.zh}需要 {needed}，可做 {offered}，超出 {by}",
        f"{label.en}: {needed} needed, {offered} offered, outside by {by}",
    )
    yield Shortfall(limit.name, needed, offered, why)


def outside_scope(needed: str) -> Shortfall:
    """Return the shortfall of a line that the accreditation does not cover."""
    why = Text("该项目不在认可范围内", "the line lies outside the accredited scope")
    return Shortfall("accreditation", needed, "-", why)


def days(on: date, until: date | None = None) -> str:
    """Return one day, or the first and the last, as they are written in a shortfall."""
    return str(on) if until is None or on == until else f"{on}..{until}"


def region_prefix(region: str) -> str:
    """Return what the codes within a division begin with: two digits a level, ``330100`` is ``3301``."""
    while len(region) > 2 and region.endswith("00"):
        region = region[:-2]
    return region


def _lapsed(on: date, until: date, accreditations: tuple[Accreditation, ...]) -> Shortfall:
    needed = days(on, until)
    offered = ", ".join(f"{held.scheme} {held.valid_from}..{held.valid_until}".strip() for held in accreditations)
    last = max((held.valid_until for held in accreditations), default=None)
    over = (until - last).days if last else 0
    why = Text(
        f"{needed} 不在认可有效期内（{offered or '无认可记录'}）" + (f"，已过 {over} 天" if over > 0 else ""),
        f"not accredited for {needed} ({offered or 'no accreditation on record'})"
        + (f", lapsed {over} days before its end" if over > 0 else ""),
    )
    return Shortfall("accreditation", needed, offered or "-", why)
