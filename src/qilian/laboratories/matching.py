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
        ``edition``, ``method``, ``accreditation``, ``region``, ``tier``, or the name of a limit of the line.
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
    asked = _Asked(
        references=tuple(_in_edition(reference, catalogue, on) for reference in accepted),
        requires=tuple(item.requires if requires is None else requires),
        values=values,
        labels=network.limit_labels,
        on=on,
        until=until or on,
        region=_prefix(region or ""),
        tiers=tiers,
        catalogue=catalogue,
        verdicts={},
    )
    capable: list[Capable] = []
    misses: dict[str, list[NearMiss]] = {}
    for line in _candidates(item, network):
        laboratory = network.laboratory(line.laboratory)
        reasons = list(_reasons(asked, laboratory, line))
        if not reasons:
            benches = tuple(bench for bench in laboratory.benches if bench.id in line.benches)
            capable.append(Capable(laboratory, line, benches, tuple(_unchecked(asked, line))))
        elif laboratory.id not in misses or len(reasons) < len(misses[laboratory.id]):
            misses[laboratory.id] = reasons
    able = {found.laboratory.id for found in capable}
    near = (reason for laboratory_id, reasons in misses.items() if laboratory_id not in able for reason in reasons)
    return Matches(item.id, tuple(capable), tuple(near))


@dataclass(frozen=True, slots=True)
class _Asked:
    references: tuple[StandardRef, ...]
    requires: tuple[Requirement, ...]
    values: Mapping[str, object]
    labels: Mapping[str, Text]
    on: date
    until: date
    region: str
    tiers: Collection[Tier] | None
    catalogue: Catalogue
    verdicts: dict[StandardRef, bool]

    def accepts(self, offered: StandardRef) -> bool:
        """Whether one of the references accepts the method of a line; judged once for each method."""
        if offered not in self.verdicts:
            self.verdicts[offered] = any(self.catalogue.accepts(each, offered, self.on) for each in self.references)
        return self.verdicts[offered]


def _in_edition(reference: StandardRef, catalogue: Catalogue, on: date) -> StandardRef:
    """Return the whole document in the edition of the date; as written where the catalogue does not know it."""
    edition = catalogue.resolve(reference, on)
    return edition.ref if edition else reference.without_clause


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


def _reasons(asked: _Asked, laboratory: Laboratory, line: ScopeLine) -> Iterator[NearMiss]:
    """Yield what speaks against a line; nothing if it holds."""
    if not asked.accepts(line.reference.without_clause):
        needed, offered = ", ".join(map(str, asked.references)), str(line.reference)
        same = any(line.reference.same_base(reference) for reference in asked.references)
        why = Text(f"采用 {offered}，要求 {needed}", f"tests by {offered}, {needed} is asked for")
        yield NearMiss(laboratory, line, "edition" if same else "method", needed, offered, why)
    for requirement in asked.requires:
        limit, value = line.limit(requirement.limit), _number(asked.values.get(requirement.parameter))
        if limit is not None and value is not None and not limit.holds(value):
            yield _exceeded(asked, laboratory, line, limit, value)
    yield from _unaccredited(asked, laboratory, line)
    if asked.region and not laboratory.region.startswith(asked.region):
        why = Text(
            f"位于 {laboratory.region}，不在 {asked.region}", f"lies in {laboratory.region}, not in {asked.region}"
        )
        yield NearMiss(laboratory, line, "region", asked.region, laboratory.region, why)
    if asked.tiers is not None and laboratory.tier not in asked.tiers:
        needed = ", ".join(asked.tiers)
        why = Text(f"层级为 {laboratory.tier}，要求 {needed}", f"of tier {laboratory.tier}, {needed} is asked for")
        yield NearMiss(laboratory, line, "tier", needed, laboratory.tier, why)


def _exceeded(asked: _Asked, laboratory: Laboratory, line: ScopeLine, limit: Limit, value: float) -> NearMiss:
    needed, offered, by = f"{value:g} {limit.unit}", str(limit), f"{limit.excess(value):g} {limit.unit}"
    label = asked.labels.get(limit.name, Text(limit.name, limit.name))
    why = Text(
        f"{label.zh}需要 {needed}，可做 {offered}，超出 {by}",
        f"{label.en}: {needed} needed, {offered} offered, outside by {by}",
    )
    return NearMiss(laboratory, line, limit.name, needed, offered, why)


def _unaccredited(asked: _Asked, laboratory: Laboratory, line: ScopeLine) -> Iterator[NearMiss]:
    needed = str(asked.on) if asked.on == asked.until else f"{asked.on}..{asked.until}"
    if not line.accredited:
        why = Text("该项目不在认可范围内", "the line lies outside the accredited scope")
        yield NearMiss(laboratory, line, "accreditation", needed, "-", why)
    elif not laboratory.accredited(asked.on, asked.until):
        offered = ", ".join(
            f"{held.scheme} {held.valid_from}..{held.valid_until}" for held in laboratory.accreditations
        )
        last = max((held.valid_until for held in laboratory.accreditations), default=None)
        days = (asked.until - last).days if last else 0
        why = Text(
            f"{needed} 不在认可有效期内（{offered or '无认可'}）" + (f"，已过 {days} 天" if days > 0 else ""),
            f"not accredited for {needed} ({offered or 'no accreditation'})"
            + (f", lapsed {days} days before its end" if days > 0 else ""),
        )
        yield NearMiss(laboratory, line, "accreditation", needed, offered or "-", why)


def _unchecked(asked: _Asked, line: ScopeLine) -> Iterator[Limit]:
    unknown = {need.limit: None for need in asked.requires if _number(asked.values.get(need.parameter)) is None}
    for name in unknown:
        limit = line.limit(name)
        if limit is not None:
            yield limit


def _prefix(region: str) -> str:
    """Return what the codes within a division begin with: two digits a level, ``330100`` is ``3301``."""
    while len(region) > 2 and region.endswith("00"):
        region = region[:-2]
    return region


def _number(value: object) -> float | None:
    """Return a number as such; anything else says nothing about a limit."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
