"""How well laboratories cover the control points of a chain, where they do not, and what each node hangs on.

In come a chain and a :class:`Capacity`; out go figures for each node and city, gaps and critical nodes, each with
reasons. A point is covered as far as its tests can be done: by half where one of two can. A point without a test is not
covered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qilian.chain.capacity import Capacity, Where, nearest
from qilian.chain.model import Chain, ControlPoint, Node
from qilian.chain.priority import PRIORITIES, Priority, rank
from qilian.compliance import TestItem
from qilian.laboratories import City, Laboratory
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A control point that cannot be tested whole.

    Attributes
    ----------
    missing
        Its tests that no laboratory that counts can do; empty where the pack has no test for the point.
    elsewhere
        For each missing test: the nearest laboratory that does not count but can do it, with its kilometres from the
        place asked about (None where no place was), or None where nobody in the network can.
    """

    point: ControlPoint
    node: Node
    missing: tuple[TestItem, ...]
    elsewhere: tuple[tuple[Laboratory, int | None] | None, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class NodeCoverage:
    """A node's points: how many, how many can be tested whole, and the figure from 0 to 1 (None: no points)."""

    node: Node
    points: int
    whole: int
    figure: float | None
    laboratories: tuple[Laboratory, ...]


@dataclass(frozen=True, slots=True)
class CityCoverage:
    """What the laboratories of one city alone would cover."""

    city: City
    laboratories: int
    figure: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the whole chain, of each node and by each city's laboratories.

    Attributes
    ----------
    figure
        The mean over all control points.
    by_priority
        The same over the points of each action priority; None where there are none.
    """

    figure: float
    by_priority: tuple[tuple[Priority, int, float | None], ...]
    nodes: tuple[NodeCoverage, ...]
    cities: tuple[CityCoverage, ...]


@dataclass(frozen=True, slots=True)
class Critical:
    """How much hangs on a node: three figures that are never mixed into one.

    Attributes
    ----------
    share
        Share of all ways from a source to a machine that pass it.
    makers, invented
        Known makers, and how many of these are invented samples.
    laboratories
        Laboratories that can do a test of one of its points; None where it has no points.
    """

    node: Node
    share: float
    makers: int
    invented: int
    laboratories: int | None
    reason: Text


def coverage(chain: Chain, capacity: Capacity) -> Coverage:
    """Return how well the laboratories that count cover the chain."""
    by_priority = []
    for priority in PRIORITIES:
        points = [point for point in chain.points if point.priority == priority]
        by_priority.append((priority, len(points), _mean(points, capacity)))
    by_city: dict[str, list[Laboratory]] = {}
    for laboratory in capacity.network.laboratories:
        if capacity.where.takes(laboratory, capacity.network):
            by_city.setdefault(laboratory.city, []).append(laboratory)
    cities = [
        CityCoverage(city, len(by_city[city.id]), _mean(chain.points, _of_city(capacity, city)) or 0.0)
        for city in capacity.network.geography.cities
        if city.id in by_city
    ]
    return Coverage(
        figure=_mean(chain.points, capacity) or 0.0,
        by_priority=tuple(by_priority),
        nodes=tuple(_of_node(chain, node, capacity) for node in chain.nodes),
        cities=tuple(sorted(cities, key=lambda each: -each.figure)),
    )


def gaps(chain: Chain, capacity: Capacity) -> tuple[Gap, ...]:
    """Return the control points that the laboratories that count cannot test whole, the most urgent first."""
    found = []
    for point in chain.points:
        missing = tuple(capacity.tests[test] for test in point.tests if not capacity.able[test])
        if missing or not point.tests:
            elsewhere = tuple(_elsewhere(test.id, capacity) for test in missing)
            node = chain.node(point.node)
            found.append(Gap(point, node, missing, elsewhere, _why(missing, elsewhere, capacity.where)))
    return tuple(sorted(found, key=lambda gap: (rank(gap.point.priority), chain.place(gap.node.id))))


def criticality(chain: Chain, capacity: Capacity) -> tuple[Critical, ...]:
    """Return how much hangs on each node, the largest share of ways first."""
    shares = chain.graph.path_shares()
    found = []
    for place, node in enumerate(chain.nodes):
        makers = chain.makers_of(node.id)
        invented = sum(maker.sample for maker in makers)
        points = chain.points_of(node.id)
        laboratories = len(_laboratories(points, capacity)) if points else None
        share = float(shares[place])
        zh = f"{share:.1%} 的路径经过；已知制造商 {len(makers)} 家（其中示例 {invented} 家）"
        en = f"{share:.1%} of the ways pass it; {len(makers)} known makers ({invented} of them samples)"
        if laboratories is not None:
            zh += f"；可检实验室 {laboratories} 家"
            en += f"; {laboratories} laboratories can test it"
        found.append(Critical(node, share, len(makers), invented, laboratories, Text(zh, en)))
    return tuple(sorted(found, key=lambda each: -each.share))


def figure(point: ControlPoint, capacity: Capacity) -> float:
    """Return how far one control point is covered, from 0 to 1."""
    if not point.tests:
        return 0.0
    return sum(bool(capacity.able[test]) for test in point.tests) / len(point.tests)


def _of_node(chain: Chain, node: Node, capacity: Capacity) -> NodeCoverage:
    points = chain.points_of(node.id)
    whole = sum(figure(point, capacity) == 1 for point in points)
    return NodeCoverage(node, len(points), whole, _mean(points, capacity), _laboratories(points, capacity))


def _of_city(capacity: Capacity, city: City) -> Capacity:
    able = {test: tuple(each for each in found if each.city == city.id) for test, found in capacity.able.items()}
    return replace(capacity, able=able)


def _laboratories(points: Iterable[ControlPoint], capacity: Capacity) -> tuple[Laboratory, ...]:
    able = (each for point in points for test in point.tests for each in capacity.able[test])
    return tuple({laboratory.id: laboratory for laboratory in able}.values())


def _mean(points: Iterable[ControlPoint], capacity: Capacity) -> float | None:
    figures = [figure(point, capacity) for point in points]
    return sum(figures) / len(figures) if figures else None


def _elsewhere(test: str, capacity: Capacity) -> tuple[Laboratory, int | None] | None:
    found = capacity.anywhere(test)
    near = nearest(found, capacity.where.place, capacity.network)
    return near or ((found[0], None) if found else None)


def _why(
    missing: tuple[TestItem, ...], elsewhere: tuple[tuple[Laboratory, int | None] | None, ...], where: Where
) -> Text:
    if not missing:
        return Text("资源包没有测它的试验", "the pack has no test that measures it")
    zh, en = [], []
    for test, other in zip(missing, elsewhere, strict=True):
        if other is None:
            zh.append(f"{test.name.zh}（{test.id}）：整个网络没有实验室能做")
            en.append(f"{test.name.en} ({test.id}): no laboratory of the network can do it")
            continue
        laboratory, km = other
        away = (f"，{km} 公里", f", {km} km") if km is not None else ("", "")
        zh.append(f"{test.name.zh}（{test.id}）：{where.words.zh}没有；{laboratory.name.zh}能做{away[0]}")
        en.append(f"{test.name.en} ({test.id}): nobody{where.words.en}; {laboratory.name.en} can{away[1]}")
    return Text("；".join(zh), "; ".join(en))
