"""The links of a chain as a compact graph: who lies upstream or downstream of a node, and the share of ways through it.

In come numbers of nodes; out go arrays. A node's neighbours lie together in one array for each direction (compressed
sparse rows), 8 bytes a link in all. Ways are counted exactly, in whole numbers, up to :data:`EXACT_LINKS` links, and in
floating point with the scale kept apart beyond. Large graphs run compiled, small ones do without the compiler.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qilian.chain import kernels
from qilian.chain.errors import ChainError
from qilian.chain.kernels import Floats, Numbers, Offsets
from qilian.compiling import compiled

EXACT_LINKS = 20_000
COMPILED_LINKS = 20_000

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rows:
    """The links of one direction: the neighbours of node ``n`` are ``targets[offsets[n]:offsets[n + 1]]``."""

    offsets: Offsets
    targets: Numbers

    @classmethod
    def of(cls, size: int, origins: Numbers, targets: Numbers) -> "Rows":
        """Sort links into rows."""
        offsets = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(origins, minlength=size), out=offsets[1:])
        return cls(offsets, targets[np.argsort(origins, kind="stable")])

    def of_node(self, node: int) -> Numbers:
        """Return the neighbours of one node."""
        return self.targets[self.offsets[node] : self.offsets[node + 1]]

    @property
    def ends(self) -> NDArray[np.bool_]:
        """The nodes without neighbours."""
        ends: NDArray[np.bool_] = np.diff(self.offsets) == 0
        return ends


@dataclass(frozen=True)
class Graph:
    """Nodes numbered from 0, and the links between them in both directions."""

    size: int
    down: Rows
    up: Rows

    @classmethod
    def of(cls, size: int, origins: Sequence[int] | Numbers, targets: Sequence[int] | Numbers) -> "Graph":
        """Make the graph of the links ``origins[i]`` to ``targets[i]``.

        Raises
        ------
        ChainError
            If they contain a cycle.
        """
        into, out = np.asarray(targets, np.int32), np.asarray(origins, np.int32)
        made = cls(size, Rows.of(size, out, into), Rows.of(size, into, out))
        if len(made.order) < size:
            raise ChainError("the links contain a cycle", mend="take out the link that is not true")
        return made

    @cached_property
    def order(self) -> Numbers:
        """All nodes so that every link leads onwards."""
        return self._run(kernels.order)(self.down.offsets, self.down.targets)

    def trace(self, start: int, *, upstream: bool) -> tuple[Numbers, Numbers]:
        """Return the nodes up- or downstream of ``start``, nearest first and itself included, and all distances."""
        rows = self.up if upstream else self.down
        return self._run(kernels.trace)(rows.offsets, rows.targets, start)

    def route(self, distance: Numbers, node: int, *, upstream: bool) -> list[int]:
        """Return a shortest route from ``node`` back to the start that ``distance`` was traced from, both included."""
        rows = self.down if upstream else self.up
        walked = [node]
        while distance[walked[-1]] > 0:
            nearer = (other for other in rows.of_node(walked[-1]) if distance[other] == distance[walked[-1]] - 1)
            walked.append(int(next(nearer)))
        return walked

    def path_shares(self) -> Floats:
        """Return, for each node, the share of all ways from a source to a sink that pass it."""
        return self._path_shares

    def link_shares(self) -> Floats:
        """Return, for each link in the order of ``down``, the share of all ways from a source to a sink along it."""
        origins, targets = np.repeat(np.arange(self.size), np.diff(self.down.offsets)), self.down.targets
        # Of the ways that pass a node, a link takes the part that its target still has before it.
        if len(targets) <= EXACT_LINKS:
            after = self._exact(self.down, self.down.ends)
            part = np.array([after[b] / after[a] for a, b in zip(origins.tolist(), targets.tolist(), strict=True)])
        else:
            mantissa, exponent = self._scaled(self.down, self.down.ends)
            part = np.ldexp(mantissa[targets] / mantissa[origins], exponent[targets] - exponent[origins])
        shares: Floats = self.path_shares()[origins] * part
        return shares

    @cached_property
    def _path_shares(self) -> Floats:
        return self._shares(self.down.ends)

    def shares_into(self, node: int, among: Numbers) -> Floats:
        """Return, for each node of ``among``, the share of all ways from a source to ``node`` that pass it.

        Parameters
        ----------
        among
            What a trace upstream of ``node`` gave, itself included.
        """
        if len(self.down.targets) <= EXACT_LINKS:
            before, after = self._whole_ways_in, self._exact(self.down, self._only(node))
            return np.array([before[place] * after[place] / before[node] for place in among.tolist()])
        before_m, before_e = self._scaled_ways_in
        after_m, after_e = self._scaled(self.down, self._only(node), self._in_order(among)[::-1])
        with np.errstate(under="ignore"):
            shares: Floats = np.ldexp(
                before_m[among] / before_m[node] * after_m[among], before_e[among] + after_e[among] - before_e[node]
            )
        return shares

    def shares_from(self, node: int, among: Numbers) -> Floats:
        """Return, for each node of ``among``, the share of the ways into it from a source that pass ``node``.

        Parameters
        ----------
        among
            What a trace downstream of ``node`` gave, itself included.
        """
        if len(self.down.targets) <= EXACT_LINKS:
            every, here = self._whole_ways_in, self._exact(self.up, self._only(node))
            return np.array([here[place] * every[node] / every[place] for place in among.tolist()])
        every_m, every_e = self._scaled_ways_in
        here_m, here_e = self._scaled(self.up, self._only(node), self._in_order(among))
        with np.errstate(under="ignore"):
            shares: Floats = np.ldexp(
                every_m[node] / every_m[among] * here_m[among], here_e[among] + every_e[node] - every_e[among]
            )
        return shares

    def _only(self, node: int) -> NDArray[np.bool_]:
        only = np.zeros(self.size, np.bool_)
        only[node] = True
        return only

    def _in_order(self, among: Numbers) -> Numbers:
        """Return some nodes so that every link between them leads onwards."""
        if len(among) < self.size // 32:
            return among[np.argsort(self._rank[among])]
        member = np.zeros(self.size, np.bool_)  # sorting many costs more than looking at all
        member[among] = True
        return self.order[member[self.order]]

    @cached_property
    def _rank(self) -> Numbers:
        """The place of each node in ``order``."""
        rank = np.empty(self.size, np.int32)
        rank[self.order] = np.arange(self.size, dtype=np.int32)
        return rank

    def _shares(self, ends: NDArray[np.bool_]) -> Floats:
        """Return the share of the ways from a source to ``ends`` that pass each node."""
        if len(self.down.targets) <= EXACT_LINKS:
            before, after = self._whole_ways_in, self._exact(self.down, ends)
            total = sum(before[place] for place in np.flatnonzero(ends))
            return np.array([one * other / total for one, other in zip(before, after, strict=True)])
        before_m, before_e = self._scaled_ways_in
        after_m, after_e = self._scaled(self.down, ends)
        top = int(before_e[ends].max())
        total_m = float(np.ldexp(before_m[ends], before_e[ends] - top).sum())
        with np.errstate(under="ignore"):
            shares: Floats = np.ldexp(before_m / total_m * after_m, before_e + after_e - top)
        return shares

    @cached_property
    def _whole_ways_in(self) -> list[int]:
        """In how many ways each node is come to from a source, the same for every question."""
        return self._exact(self.up, self.up.ends)

    @cached_property
    def _scaled_ways_in(self) -> tuple[Floats, NDArray[np.int64]]:
        return self._scaled(self.up, self.up.ends)

    def _exact(self, rows: Rows, ends: NDArray[np.bool_]) -> list[int]:
        """Return in how many ways each node leads to one of ``ends``."""
        count = [int(end) for end in ends]
        for node in self._backwards(rows):
            count[node] += sum(count[target] for target in rows.of_node(node))
        return count

    def _scaled(
        self, rows: Rows, ends: NDArray[np.bool_], backwards: Numbers | None = None
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Return the same as ``mantissa * 2 ** exponent``, of the nodes of ``backwards`` or of all."""
        nodes = self._backwards(rows) if backwards is None else np.ascontiguousarray(backwards)
        with np.errstate(over="ignore"):
            counts = self._run(kernels.ways)(rows.offsets, rows.targets, nodes, ends)
        if np.isfinite(counts).all():
            return counts, np.zeros(self.size, np.int64)
        return self._run(kernels.scaled_ways)(rows.offsets, rows.targets, nodes, ends)

    def _backwards(self, rows: Rows) -> Numbers:
        """Return all nodes so that each comes after those that it links to in ``rows``."""
        return np.ascontiguousarray(self.order[::-1]) if rows is self.down else self.order

    def _run(self, kernel: Function) -> Function:
        return _compiled(kernel) if len(self.down.targets) > COMPILED_LINKS else kernel


_compiled = cache(compiled)
