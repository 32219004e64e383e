"""What a new test bench at a place would improve most.

In come a chain, a capacity and a place; out go kinds of bench, the best first. A kind is one that the network has
somewhere already: what a bench does is read from the scope lines that name it and hold on the day, since each of a
line's benches does the line's test alone. A new one is taken to be accredited for the same. A kind that adds no test
that a better one does not add is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from qilian.chain.capacity import Capacity
from qilian.chain.coverage import figure
from qilian.chain.model import Chain, ControlPoint
from qilian.laboratories import Bench, City, Laboratory
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Gain:
    """What one more bench of a kind would do for those who ask for laboratories that count.

    Attributes
    ----------
    model, owner
        A bench of that kind, and the laboratory that has it.
    adds
        Tests that nobody who counts can do without it.
    better
        Control points that it makes better covered, the most urgent first as they stand in the chain.
    gain
        By how much the chain's coverage grows, from 0 to 1.
    urgent
        How many of the points are of high action priority.
    """

    model: Bench
    owner: Laboratory
    adds: tuple[str, ...]
    better: tuple[ControlPoint, ...]
    gain: float
    urgent: int
    reason: Text


def best_bench(chain: Chain, capacity: Capacity, place: City) -> tuple[Gain, ...]:
    """Return the kinds of bench that would improve coverage if a laboratory at ``place`` had one, the best first.

    Parameters
    ----------
    capacity
        Says who counts: within some kilometres of the place, or of a tier. A new bench at the place counts always.
    """
    found = []
    for tests, (laboratory, bench) in _kinds(capacity).items():
        adds = tuple(sorted(test for test in tests if not capacity.able[test]))
        if not adds:
            continue
        after = capacity.joined(laboratory, adds)
        better = [(point, figure(point, after) - figure(point, capacity)) for point in chain.points]
        better = [(point, gain) for point, gain in better if gain > 0]
        points = tuple(point for point, _ in better)
        gain = sum(gain for _, gain in better) / len(chain.points)
        urgent = sum(point.priority == "H" for point in points)
        reason = Text(
            f"{place.name.zh}增设“{bench.name.zh}”一类台位：新增 {len(adds)} 项试验，{len(points)} 个控制点改善"
            f"（高优先级 {urgent} 个），覆盖率提高 {gain:.1%}",
            f"a bench like {bench.name.en} at {place.name.en}: {len(adds)} more tests, {len(points)} control points "
            f"better covered ({urgent} of high priority), coverage up by {gain:.1%}",
        )
        found.append(Gain(bench, laboratory, adds, points, gain, urgent, reason))
    kinds: list[Gain] = []
    for each in sorted(found, key=lambda each: (-each.gain, -each.urgent, each.model.id)):
        if not any(set(each.adds) <= set(better.adds) for better in kinds):
            kinds.append(each)
    return tuple(kinds)


def _kinds(capacity: Capacity) -> dict[frozenset[str], tuple[Laboratory, Bench]]:
    """Return the first bench of each kind: those that do the same tests of the chain are one kind."""
    kinds: dict[frozenset[str], tuple[Laboratory, Bench]] = {}
    for laboratory, bench, tests in _benches(capacity):
        kinds.setdefault(tests, (laboratory, bench))
    return kinds


def _benches(capacity: Capacity) -> Iterator[tuple[Laboratory, Bench, frozenset[str]]]:
    does: dict[tuple[str, str], set[str]] = {}
    for test, proofs in capacity.proofs.items():
        for proof in proofs:
            for bench in proof.benches:
                does.setdefault((proof.laboratory.id, bench.id), set()).add(test)
    for laboratory in capacity.network.laboratories:
        for bench in laboratory.benches:
            if tests := does.get((laboratory.id, bench.id)):
                yield laboratory, bench, frozenset(tests)
