"""Up and down the chain: what may have caused a field problem, and what a defective batch reaches.

In come a chain and a node; out come other nodes, ranked, each with its reason. Which ways a batch really took is not
known here: a share of ways says how much of what could have gone into a product passes a node, not how likely it
failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qilian.chain.errors import ChainError
from qilian.chain.model import Chain, ControlPoint, Node
from qilian.chain.priority import PRIORITY_WORDS, Priority, rank
from qilian.text import Text


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


def suspects(chain: Chain, node: str, test: str | None = None) -> tuple[Suspect, ...]:
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
    if test is not None and all(test not in point.tests for point in chain.points):
        raise ChainError(f"{test}: no control point of the chain names this test", mend="name one that a point has")
    start = chain.place(node)
    found, distance = chain.graph.trace(start, upstream=True)
    shares = chain.graph.shares_into(start)
    made = []
    for place in found[1:].tolist():
        each = chain.nodes[place]
        points = chain.points_of(each.id)
        shown = tuple(point for point in points if test in point.tests)
        worst = min(shown or points, key=lambda point: rank(point.priority), default=None)
        route = tuple(chain.nodes[step] for step in chain.graph.route(distance, place, upstream=True))
        share = float(shares[place])
        reason = _why_suspect(worst, share, route)
        priority = worst.priority if worst else None
        made.append(Suspect(each, priority, shown, share, int(distance[place]), route, reason))
    return tuple(sorted(made, key=lambda each: (not each.shown, rank(each.priority), -each.share, each.distance)))


def reached(chain: Chain, node: str) -> tuple[Reached, ...]:
    """Return what a defective batch of ``node`` reaches, nearest first, and the most dependent first among these.

    Raises
    ------
    ChainError
        If the chain has no such node.
    """
    start = chain.place(node)
    found, distance = chain.graph.trace(start, upstream=False)
    shares = chain.graph.shares_from(start)
    made = []
    for place in found[1:].tolist():
        back = chain.graph.route(distance, place, upstream=False)
        route = tuple(chain.nodes[step] for step in reversed(back))
        share = float(shares[place])
        zh, en = _ways(route)
        reason = Text(f"{zh}；占其来料路径的 {share:.1%}", f"{en}; {share:.1%} of the ways into it")
        made.append(Reached(chain.nodes[place], share, int(distance[place]), route, reason))
    return tuple(sorted(made, key=lambda each: (each.distance, -each.share)))


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
