"""A chain as data: what goes into what, from raw material to machine, who makes it, and where quality is controlled.

In come plain values (see ``reader.py`` for the files); out go frozen records. A :class:`Chain` is made whole by the
reader, which refuses what does not fit; here are only look-ups and the graph behind them.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from qilian.chain.errors import ChainError
from qilian.chain.priority import PRIORITY_NOTICE, Priority, action_priority, rank
from qilian.product import Confidence
from qilian.standards import StandardRef
from qilian.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qilian.chain.graph import Graph

Layer: TypeAlias = Literal["material", "part", "component", "assembly", "machine"]
LAYERS: tuple[Layer, ...] = ("material", "part", "component", "assembly", "machine")
LAYER_WORDS: Mapping[str, Text] = {
    "material": Text("材料", "material"),
    "part": Text("零件", "part"),
    "component": Text("部件", "component"),
    "assembly": Text("总成", "assembly"),
    "machine": Text("整机", "machine"),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A material, part or machine of the chain.

    Attributes
    ----------
    layer
        How far it is from raw material.
    system
        Id of the system that it belongs to (drive, sensing, power…).
    """

    id: str
    name: Text
    layer: Layer
    system: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Link:
    """``origin`` goes into ``target``."""

    origin: str
    target: str
    note: Text


@dataclass(frozen=True, slots=True)
class Maker:
    """Somebody who makes a node.

    Attributes
    ----------
    region
        Six-digit code of its administrative division, or a country's two letters.
    sample
        True for an invented maker; every output then says so.
    """

    node: str
    name: Text
    region: str
    sample: bool
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class FailureMode:
    """A way in which a characteristic can fail, rated from 1 to 10 (10 the worst) in each of three ways."""

    mode: Text
    effect: Text
    severity: int
    occurrence: int
    detection: int

    @property
    def priority(self) -> Priority:
        """The action priority by the handbook's table."""
        return action_priority(self.severity, self.occurrence, self.detection)


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A characteristic of a node that is controlled.

    Attributes
    ----------
    tests
        Ids of test items that measure it: on the node itself, or on the machine that it becomes part of. Empty where
        the pack has no test for it, which is a gap of its own.
    references
        Standards that speak of it.
    """

    id: str
    node: str
    characteristic: Text
    requirement: Text
    failures: tuple[FailureMode, ...]
    tests: tuple[str, ...]
    references: tuple[StandardRef, ...]
    source: str
    confidence: Confidence

    @property
    def priority(self) -> Priority:
        """The most urgent priority of its failure modes."""
        return min((failure.priority for failure in self.failures), key=rank)


@dataclass(frozen=True)
class Chain:
    """All nodes with their links, makers and control points.

    Attributes
    ----------
    notice
        What a reader must know before relying on it: which figures are assumptions, which makers are invented.
    systems
        The systems in words, by id, in the order in which they are shown.
    """

    notice: Text
    systems: Mapping[str, Text]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    makers: tuple[Maker, ...]
    points: tuple[ControlPoint, ...]

    @property
    def notices(self) -> tuple[Text, ...]:
        """What every answer that shows a priority has to say."""
        return (self.notice, PRIORITY_NOTICE)

    def node(self, node: str) -> Node:
        """Return the node with that id.

        Raises
        ------
        ChainError
            If there is none.
        """
        return self.nodes[self.place(node)]

    def find(self, name: str) -> Node:
        """Return the node called ``name``: its id, or its name in either language.

        Raises
        ------
        ChainError
            If there is none; the error names the nearest one.
        """
        key = " ".join(name.split()).casefold()
        if key in self._by_name:
            return self._by_name[key]
        near = difflib.get_close_matches(key, self._by_name, n=1, cutoff=0.4)
        mend = f"did you mean {self._by_name[near[0]].name.zh} ({self._by_name[near[0]].id})?" if near else ""
        raise ChainError(f"{name}: no such node of the chain", mend=mend or "see nodes.csv of the pack's chain")

    def place(self, node: str) -> int:
        """Return the place of a node among ``nodes``, which is its number in the graph; errors as :meth:`node`."""
        if node not in self._places:
            raise ChainError(f"{node}: no such node of the chain", mend="see nodes.csv of the pack's chain")
        return self._places[node]

    def points_of(self, node: str) -> tuple[ControlPoint, ...]:
        """Return the control points of a node."""
        return self._points.get(node, ())

    def makers_of(self, node: str) -> tuple[Maker, ...]:
        """Return the known makers of a node."""
        return self._makers.get(node, ())

    @cached_property
    def graph(self) -> "Graph":
        """The links as a graph whose nodes are numbered by their place."""
        from qilian.chain.graph import Graph  # brings numpy, which reading alone does without

        ends = [(self._places[link.origin], self._places[link.target]) for link in self.links]
        return Graph.of(len(self.nodes), [origin for origin, _ in ends], [target for _, target in ends])

    @cached_property
    def urgency(self) -> "NDArray[np.int8]":
        """The rank of the most urgent priority at each node, by its place."""
        import numpy as np

        ranks = np.full(len(self.nodes), rank(None), np.int8)
        for node, points in self._points.items():
            ranks[self._places[node]] = min(rank(point.priority) for point in points)
        return ranks

    @cached_property
    def _places(self) -> dict[str, int]:
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _by_name(self) -> dict[str, Node]:
        names: dict[str, Node] = {}
        for name in ("id", "zh", "en"):
            for node in self.nodes:
                word = node.id if name == "id" else node.name.zh if name == "zh" else node.name.en
                names.setdefault(word.casefold(), node)
        return names

    @cached_property
    def _points(self) -> dict[str, tuple[ControlPoint, ...]]:
        found: dict[str, list[ControlPoint]] = {}
        for point in self.points:
            found.setdefault(point.node, []).append(point)
        return {node: tuple(points) for node, points in found.items()}

    @cached_property
    def _makers(self) -> dict[str, tuple[Maker, ...]]:
        found: dict[str, list[Maker]] = {}
        for maker in self.makers:
            found.setdefault(maker.node, []).append(maker)
        return {node: tuple(makers) for node, makers in found.items()}
