"""The neighbourhood of a standard as a graph: what it replaced, what amends, adopts and revises it, up to some steps.

In come a reference and a date; out go nodes (editions, nearest first) and edges between them, to be drawn or listed.
"""

from dataclasses import dataclass
from datetime import date

from qilian.portal.library.looking_up import catalogue_around
from qilian.standards import Catalogue, Relation, StandardRef, Status
from qilian.text import Text

MOST_NODES = 150


@dataclass(frozen=True, slots=True)
class Node:
    """An edition in the graph.

    Attributes
    ----------
    status
        On the date; unknown where no source holds the document.
    distance
        Steps from the edition that was asked for.
    """

    reference: StandardRef
    title: Text
    status: Status
    distance: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Editions around one, the nearest first, and the relations between them.

    Attributes
    ----------
    left_off
        How many further editions were found and left off, the farthest ones.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Relation, ...]
    left_off: int


def graph(ref: StandardRef, on: date, table: Catalogue | None = None, steps: int = 2, most: int = MOST_NODES) -> Graph:
    """Return the editions around one as of a date, and the relations between them.

    Parameters
    ----------
    ref
        Dated, or undated for the edition that was current on the date.
    table
        The catalogue of a content pack; None to ask the library alone.
    steps
        How many relations away an edition may be.
    most
        How many editions to return at most.

    Returns
    -------
    Graph
        Without nodes if neither library nor table knows the edition on the date.
    """
    catalogue = catalogue_around([ref], table)
    start = catalogue.resolve(ref, on)
    if start is None:
        return Graph((), (), 0)
    distances = {start.ref: 0}
    edges: dict[Relation, None] = {}
    frontier = [start.ref]
    for distance in range(1, steps + 1):
        if distance > 1:
            catalogue = catalogue_around(distances, table)
        ring: list[StandardRef] = []
        for here in frontier:
            for relation in catalogue.relations_of(here, on):
                edges[relation] = None
                for other in (relation.subject, relation.object):
                    if other not in distances:
                        distances[other] = distance
                        ring.append(other)
        frontier = ring
    kept = sorted(distances, key=lambda each: (distances[each], each))[:most]
    nodes = [_node(each, distances[each], catalogue, on) for each in kept]
    inside = set(kept)
    return Graph(
        tuple(nodes),
        tuple(each for each in edges if each.subject in inside and each.object in inside),
        len(distances) - len(kept),
    )


def _node(ref: StandardRef, distance: int, catalogue: Catalogue, on: date) -> Node:
    edition = catalogue.resolve(ref, on)
    if edition is None:
        return Node(ref, Text("", ""), Status.UNKNOWN, distance)
    return Node(ref, edition.title, catalogue.status(edition, on), distance)
