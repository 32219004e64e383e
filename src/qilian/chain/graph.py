"""The links of a chain as a compact graph: who lies upstream or downstream of a node, and the share of ways through it.

In come numbers of nodes; out go arrays. A node's neighbours lie together in one array for each direction (compressed
sparse rows), 8 bytes a link in all. Ways are counted exactly, in whole numbers, up to :data:`EXACT_LINKS` links, and in
floating point with the scale kept apart beyond. Large graphs run compiled, small ones do without the compiler.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from qilian.chain import kernels
from qilian.chain.errors import ChainError
from qilian.chain.kernels import Floats, Numbers, Offsets

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
        return self._shares(self.up.ends, self.down.ends)

    def shares_into(self, node: int) -> Floats:
        """Return, for each other node, the share of all ways from a source to ``node`` that pass it."""
        only = np.zeros(self.size, np.bool_)
        only[node] = True
        return self._shares(self.up.ends, only)

    def shares_from(self, node: int) -> Floats:
        """Return, for each other node, the share of the ways into it from a source that pass ``node``."""
        only = np.zeros(self.size, np.bool_)
        only[node] = True
        if len(self.down.targets) <= EXACT_LINKS:
            every, here = self._exact(self.up, self.up.ends), self._exact(self.up, only)
            return np.array([here[place] * every[node] / every[place] for place in range(self.size)])
        every_m, every_e = self._scaled(self.up, self.up.ends)
        here_m, here_e = self._scaled(self.up, only)
        with np.errstate(under="ignore"):
            shares: Floats = np.ldexp(here_m * every_m[node] / every_m, here_e + every_e[node] - every_e)
        return shares

    def _shares(self, starts: NDArray[np.bool_], ends: NDArray[np.bool_]) -> Floats:
        """Return the share of the ways from ``starts`` to ``ends`` that pass each node."""
        if len(self.down.targets) <= EXACT_LINKS:
            before, after = self._exact(self.up, starts), self._exact(self.down, ends)
            total = sum(before[place] for place in np.flatnonzero(ends))
            return np.array([one * other / total for one, other in zip(before, after, strict=True)])
        before_m, before_e = self._scaled(self.up, starts)
        after_m, after_e = self._scaled(self.down, ends)
        top = int(before_e[ends].max())
        total_m = float(np.ldexp(before_m[ends], before_e[ends] - top).sum())
        with np.errstate(under="ignore"):
            shares: Floats = np.ldexp(before_m * after_m / total_m, before_e + after_e - top)
        return shares

    def _exact(self, rows: Rows, ends: NDArray[np.bool_]) -> list[int]:
        """Return in how many ways each node leads to one of ``ends``."""
        count = [int(end) for end in ends]
        for node in self._backwards(rows):
            count[node] += sum(count[target] for target in rows.of_node(node))
        return count

    def _scaled(self, rows: Rows, ends: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int64]]:
        return self._run(kernels.ways)(rows.offsets, rows.targets, self._backwards(rows), ends)

    def _backwards(self, rows: Rows) -> Numbers:
        """Return all nodes so that each comes after those that it links to in ``rows``."""
        return np.ascontiguousarray(self.order[::-1]) if rows is self.down else self.order

    def _run(self, kernel: Function) -> Function:
        return _compiled(kernel) if len(self.down.targets) > COMPILED_LINKS else kernel


@cache
def _compiled(kernel: Function) -> Function:
    """Compile a walk at its first use, and keep the result on disk."""
    wrap = cast("Callable[[Function], Function]", import_module("numba").njit(cache=True, nogil=True))
    return wrap(kernel)
