"""Which laboratories can do a test: those with a scope line that holds, and why the others fall out.

In come a test item, the references that are accepted for it, the product's values, a network and a date; out go
:class:`Matches`. Every condition is hard: the edition (or an identical adoption of it), each limit against the known
value, accreditation of line and laboratory on the date, region and tier. A value that is unknown decides nothing: the
line stays, and the limit is listed as unchecked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qilian.compliance import Requirement, TestItem
from qilian.laboratories.holding import Asked, Methods, Standing, shortfalls
from qilian.laboratories.model import Bench, Laboratory, Limit, Network, ScopeLine, Tier
from qilian.standards import Catalogue, StandardRef
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Capable:
    """A scope line that proves that its laboratory can do the test.

    Attributes
    ----------
    benches
        The laboratory's benches that the line names.
    unchecked
        Limits that could not be checked, because the product's value is unknown.
    """

    laboratory: Laboratory
    line: ScopeLine
    benches: tuple[Bench, ...]
    unchecked: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One reason why a scope line that names the test does not hold.

    Attributes
    ----------
    limit
        ``edition``, ``method``, ``accreditation``, ``region``, ``tier``, or the name of a limit of the line; in a plan
        also ``recognition``.
    needed, offered
        What was asked for and what the line or laboratory gives.
    by
        The reason in words, with the difference.
    """

    laboratory: Laboratory
    line: ScopeLine
    limit: str
    needed: str
    offered: str
    by: Text


@dataclass(frozen=True, slots=True)
class Matches:
    """What a network can do for one test.

    Attributes
    ----------
    capable
        One entry for each scope line that holds, in the network's order.
    near_misses
        For each laboratory without such a line: all reasons against its best line.
    """

    test: str
    capable: tuple[Capable, ...]
    near_misses: tuple[NearMiss, ...]

    @property
    def laboratories(self) -> tuple[Laboratory, ...]:
        """The capable laboratories, each once."""
        return tuple({found.laboratory.id: found.laboratory for found in self.capable}.values())


def match(
    item: TestItem,
    references: Iterable[StandardRef],
    values: Mapping[str, object],
    network: Network,
    on: date,
    *,
    catalogue: Catalogue,
    region: str | None = None,
    tiers: Collection[Tier] | None = None,
    until: date | None = None,
    requires: Iterable[Requirement] | None = None,
) -> Matches:
    """Match one test to the network.

    Parameters
    ----------
    references
        The standards accepted for the test; the item's own methods if empty. An undated one means its current edition.
    values
        What is known of the product, by parameter id, in the vocabulary's units.
    on, until
        Accreditation has to be valid from ``on`` to ``until`` (on the one day if absent).
    region
        Code of an administrative division, or its beginning: ``33``, ``3301``, ``330100``.
    tiers
        Tiers that may serve; all if absent.
    requires
        Limits that have to hold; the item's own if absent.
    """
    accepted = tuple(references) or tuple(method.reference for method in item.methods)
    asked = _Demand(
        methods=Methods.asked(accepted, catalogue, on),
        standing=Standing.asked(on, until or on, region or "", tiers),
        requires=tuple(item.requires if requires is None else requires),
        values=values,
        labels=network.limit_labels,
    )
    capable: list[Capable] = []
    misses: dict[str, list[NearMiss]] = {}
    for line in _candidates(item, network):
        laboratory = network.laboratory(line.laboratory)
        reasons = [
            NearMiss(laboratory, line, short.limit, short.needed, short.offered, short.by)
            for short in shortfalls(
                asked.methods,
                asked.standing,
                laboratory,
                (line.reference,),
                _ranges(asked, line),
                covered=line.accredited,
            )
        ]
        if not reasons:
            benches = tuple(bench for bench in laboratory.benches if bench.id in line.benches)
            capable.append(Capable(laboratory, line, benches, tuple(_unchecked(asked, line))))
        elif laboratory.id not in misses or len(reasons) < len(misses[laboratory.id]):
            misses[laboratory.id] = reasons
    able = {found.laboratory.id for found in capable}
    near = (reason for laboratory_id, reasons in misses.items() if laboratory_id not in able for reason in reasons)
    return Matches(item.id, tuple(capable), tuple(near))


@dataclass(frozen=True, slots=True)
class _Demand:
    methods: Methods
    standing: Standing
    requires: tuple[Requirement, ...]
    values: Mapping[str, object]
    labels: Mapping[str, Text]


def _candidates(item: TestItem, network: Network) -> Iterator[ScopeLine]:
    """Lines mapped to the item, and unmapped lines whose standard and clause are those of one of its methods."""
    yield from network.lines_by_test.get(item.id, ())
    if network.unmapped_by_standard:
        seen: set[str] = set()
        for method in item.methods:
            for line in network.unmapped_by_standard.get(method.reference.base_key, ()):
                if line.row not in seen and _covers(line.clause, method.clause):
                    seen.add(line.row)
                    yield line


def _covers(offered: str, asked: str) -> bool:
    """Whether clause ``offered`` of a scope holds the one asked for: the same, one above it, or the whole document."""
    return offered in ("", asked) or asked.startswith(f"{offered}.")


def _ranges(asked: _Demand, line: ScopeLine) -> Iterator[Asked]:
    """Yield the limits of a line that a known value of the product has to lie in."""
    for requirement in asked.requires:
        limit, value = line.limit(requirement.limit), _number(asked.values.get(requirement.parameter))
        if limit is not None and value is not None:
            yield Asked(limit, value, value, asked.labels.get(limit.name, Text(limit.name, limit.name)))


def _unchecked(asked: _Demand, line: ScopeLine) -> Iterator[Limit]:
    unknown = {need.limit: None for need in asked.requires if _number(asked.values.get(need.parameter)) is None}
    for name in unknown:
        limit = line.limit(name)
        if limit is not None:
            yield limit


def _number(value: object) -> float | None:
    """Return a number as such; anything else says nothing about a limit."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
