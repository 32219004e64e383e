"""Up and down the chain: what may have caused a field problem, and what a defective batch reaches.

In come a chain and a node; out come other nodes, ranked, each with its reason. Which ways a batch really took is not
known here: a share of ways says how much of what could have gone into a product passes a node, not how likely it
failed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, overload

from qilian.chain.errors import ChainError
from qilian.chain.model import Chain, ControlPoint, Node
from qilian.chain.priority import PRIORITY_WORDS, Priority, rank
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.chain.kernels import Numbers

Answer = TypeVar("Answer")
_MEASURED = 10
"""What the failed test measures is so much more urgent than anything else."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A node upstream of a field problem.

    Attributes
    ----------
    priority
        The most urgent action priority of its control points that the failed test measures, or of all where none does;
        None where it has no points.
    shown
        Its control points that the failed test measures; empty where no test was named.
    share
        The share of all ways from raw material to the problem that pass it.
    distance
        The fewest links to the problem.
    route
        Nodes on a shortest way, from it to the problem.
    """

    node: Node
    priority: Priority | None
    shown: tuple[ControlPoint, ...]
    share: float
    distance: int
    route: tuple[Node, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class Reached:
    """A node downstream of a defective one.

    Attributes
    ----------
    share
        The share of all ways from raw material into it that pass the defective node.
    distance, route
        As of a :class:`Suspect`, from the defective node to it.
    """

    node: Node
    share: float
    distance: int
    route: tuple[Node, ...]
    reason: Text


class Answers(Sequence[Answer]):
    """Ranked answers, sorted and put into words only as far as they are looked at: of a million, few ever are.

    Parameters
    ----------
    groups
        Numbers of the answers; each group comes before the next one.
    sort
        Sorts the numbers of a group.
    say
        Makes the answer of a number.
    """

    def __init__(
        self, groups: "Iterable[Numbers]", sort: "Callable[[Numbers], Numbers]", say: Callable[[int], Answer]
    ) -> None:
        self._groups = [group for group in groups if len(group)]
        self._sorted = [False] * len(self._groups)
        self._sort = sort
        self._say = say

    def __len__(self) -> int:
        return sum(map(len, self._groups))

    @overload
    def __getitem__(self, index: int) -> Answer: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Answer, ...]: ...

    def __getitem__(self, index: int | slice) -> Answer | tuple[Answer, ...]:
        if isinstance(index, slice):
            return tuple(self._say(self._number(place)) for place in range(*index.indices(len(self))))
        place = range(len(self))[index]  # refuses what lies beyond, and counts from the end
        return self._say(self._number(place))

    def _number(self, place: int) -> int:
        for turn, group in enumerate(self._groups):
            if place < len(group):
                if not self._sorted[turn]:
                    self._groups[turn], self._sorted[turn] = self._sort(group), True
                return int(self._groups[turn][place])
            place -= len(group)
        raise IndexError(place)


def suspects(chain: Chain, node: str, test: str | None = None) -> Answers[Suspect]:
    """Return what lies upstream of a field problem, the most suspect first.

    Nodes with a control point that the failed test measures come first; then the action priority decides, then the
    share of ways, then the distance.

    Parameters
    ----------
    node
        Where the problem was seen.
    test
        Id of the test that showed it, where one did.

    Raises
    ------
    ChainError
        If the chain has no such node, or no control point names the test.
    """
    import numpy as np  # late, as in Chain.graph

    showing = [point for point in chain.points if test in point.tests]
    if test is not None and not showing:
        raise ChainError(f"{test}: no control point of the chain names this test", mend="name one that a point has")
    start = chain.place(node)
    found, distance = chain.graph.trace(start, upstream=True)
    shares = chain.graph.shares_into(start, found)
    urgency = chain.urgency[found]
    measured = {point.node for point in showing}
    for number in np.flatnonzero(np.isin(found, [chain.place(each) for each in measured])).tolist():
        ranks = (
            rank(point.priority) for point in chain.points_of(chain.nodes[found[number]].id) if test in point.tests
        )
        urgency[number] = min(ranks) - _MEASURED  # before all others

    def say(number: int) -> Suspect:
        place = int(found[number])
        each = chain.nodes[place]
        points = chain.points_of(each.id)
        shown = tuple(point for point in points if test in point.tests)
        worst = min(shown or points, key=lambda point: rank(point.priority), default=None)
        route = tuple(chain.nodes[step] for step in chain.graph.route(distance, place, upstream=True))
        share = float(shares[number])
        priority = worst.priority if worst else None
        reason = _why_suspect(worst, share, route)
        return Suspect(each, priority, shown, share, int(distance[place]), route, reason)

    def sort(group: "Numbers") -> "Numbers":
        return group[np.lexsort((distance[found[group]], -shares[group]))]

    others = np.arange(1, len(found), dtype=np.int32)
    return Answers((others[urgency[1:] == each] for each in np.unique(urgency[1:])), sort, say)


def reached(chain: Chain, node: str) -> Answers[Reached]:
    """Return what a defective batch of ``node`` reaches, nearest first, and the most dependent first among these.

    Raises
    ------
    ChainError
        If the chain has no such node.
    """
    import numpy as np

    start = chain.place(node)
    found, distance = chain.graph.trace(start, upstream=False)
    shares = chain.graph.shares_from(start, found)

    def say(number: int) -> Reached:
        place = int(found[number])
        back = chain.graph.route(distance, place, upstream=False)
        route = tuple(chain.nodes[step] for step in reversed(back))
        share = float(shares[number])
        zh, en = _ways(route)
        reason = Text(f"{zh}；占其来料路径的 {share:.1%}", f"{en}; {share:.1%} of the ways into it")
        return Reached(chain.nodes[place], share, int(distance[place]), route, reason)

    others = np.arange(1, len(found), dtype=np.int32)
    steps = np.flatnonzero(np.diff(distance[found])) + 1  # the trace is sorted by distance already
    groups = np.split(others, steps[steps > 1] - 1)
    return Answers(groups, lambda group: group[np.argsort(-shares[group], kind="stable")], say)


def _why_suspect(worst: ControlPoint | None, share: float, route: Sequence[Node]) -> Text:
    """Say why: the most urgent failure of its most urgent point with that failure's priority, and the way."""
    ways_zh, ways_en = _ways(route)
    zh, en = [f"占路径的 {share:.1%}", ways_zh], [f"{share:.1%} of the ways", ways_en]
    words = PRIORITY_WORDS[worst.priority if worst else None]
    zh.insert(0, f"措施优先级{words.zh}")
    en.insert(0, f"action priority {words.en}")
    if worst is not None:
        failure = min(worst.failures, key=lambda each: rank(each.priority))
        zh.insert(0, f"{worst.characteristic.zh}：{failure.mode.zh}")
        en.insert(0, f"{worst.characteristic.en}: {failure.mode.en}")
    return Text("；".join(zh), "; ".join(en))


def _ways(route: Sequence[Node]) -> tuple[str, str]:
    return " → ".join(node.name.zh for node in route), " → ".join(node.name.en for node in route)
