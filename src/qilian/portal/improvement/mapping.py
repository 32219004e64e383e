"""What the app asks the chain's map: names of nodes, what lies around one, and what it reaches downstream."""

from dataclasses import dataclass
from functools import cache

from qilian.chain import Node
from qilian.portal.chain.reading import chain, find
from qilian.portal.rulebook.reading import pack
from qilian.text import Text


def name_of_node(name: str) -> Text:
    """Return a node's name, or its id where the pack does not know it (any more)."""
    found = find(name)
    return found.name if found else Text(name, name)


def name_of_test(name: str) -> Text:
    """Return the name of a test item, or its id where the pack does not know it (any more)."""
    found = pack().tests.get(name)
    return found.name if found else Text(name, name)


def nodes_by_system() -> list[tuple[Text, list[Node]]]:
    """Return all nodes in the order of the map, under the names of their systems."""
    found = chain()
    if found is None:
        return []
    return [(name, [each for each in found.nodes if each.system == system]) for system, name in found.systems.items()]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fault at a node gets to.

    Attributes
    ----------
    nodes
        Everything downstream, nearest first, the node itself left out.
    machines
        The whole machines among them.
    of_machines
        How many whole machines the chain has.
    """

    nodes: tuple[Node, ...]
    machines: tuple[Node, ...]
    of_machines: int


def reach(name: str) -> Reach | None:
    """Return what lies downstream of a node; None where the map does not know it."""
    found = chain()
    if found is None or find(name) is None:
        return None
    order, _distance = found.graph.trace(found.place(name), upstream=False)
    below = tuple(found.nodes[place] for place in order.tolist()[1:])
    machines = tuple(each for each in below if each.layer == "machine")
    return Reach(below, machines, sum(each.layer == "machine" for each in found.nodes))


@cache
def steps_between(one: str, other: str) -> int | None:
    """Return how many links lie between two nodes of which one goes into the other; None where neither does."""
    found = chain()
    if found is None or find(one) is None or find(other) is None:
        return None
    start, end = found.place(one), found.place(other)
    for upstream in (False, True):
        distance = int(found.graph.trace(start, upstream=upstream)[1][end])
        if distance >= 0:
            return distance
    return None
