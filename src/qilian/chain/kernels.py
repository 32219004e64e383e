"""Walks over a graph in compressed rows, as plain loops over arrays; :mod:`qilian.chain.graph` compiles them where a
graph is large and runs them as they are where it is small.

A graph is two arrays: the neighbours of node ``n`` are ``targets[offsets[n]:offsets[n + 1]]``.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int32]
Offsets: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


def trace(offsets: Offsets, targets: Numbers, start: int) -> tuple[Numbers, Numbers]:
    """Return the nodes that ``start`` leads to, nearest first and itself included, and all distances (-1: none)."""
    distance = np.full(len(offsets) - 1, -1, np.int32)
    queue = np.empty(len(offsets) - 1, np.int32)
    queue[0] = start
    distance[start] = 0
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for link in range(offsets[node], offsets[node + 1]):
            target = targets[link]
            if distance[target] < 0:
                distance[target] = distance[node] + 1
                queue[tail] = target
                tail += 1
    return queue[:tail], distance


def order(offsets: Offsets, targets: Numbers) -> Numbers:
    """Return the nodes so that every link leads onwards; fewer than all where there is a cycle (Kahn's method)."""
    size = len(offsets) - 1
    waiting = np.zeros(size, np.int32)
    for link in range(len(targets)):
        waiting[targets[link]] += 1
    queue = np.empty(size, np.int32)
    tail = 0
    for node in range(size):
        if waiting[node] == 0:
            queue[tail] = node
            tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for link in range(offsets[node], offsets[node + 1]):
            target = targets[link]
            waiting[target] -= 1
            if waiting[target] == 0:
                queue[tail] = target
                tail += 1
    return queue[:tail]


def ways(offsets: Offsets, targets: Numbers, backwards: Numbers, ends: NDArray[np.bool_]) -> Floats:
    """Return in how many ways each node leads to one of ``ends``; infinite where no float is large enough.

    Parameters
    ----------
    backwards
        Nodes so that each comes after all that it links to; the others are not counted.
    """
    count = np.zeros(len(offsets) - 1, np.float64)
    for place in range(len(backwards)):
        node = backwards[place]
        total = 1.0 if ends[node] else 0.0
        for link in range(offsets[node], offsets[node + 1]):
            total += count[targets[link]]
        count[node] = total
    return count


def scaled_ways(
    offsets: Offsets, targets: Numbers, backwards: Numbers, ends: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the same as ``mantissa * 2 ** exponent``, for graphs so deep that the numbers grow beyond any float."""
    size = len(offsets) - 1
    mantissa = np.zeros(size, np.float64)
    exponent = np.zeros(size, np.int64)
    for place in range(len(backwards)):
        node = backwards[place]
        top = -1
        for link in range(offsets[node], offsets[node + 1]):
            if mantissa[targets[link]] > 0 and exponent[targets[link]] > top:
                top = exponent[targets[link]]
        top = max(top, 0)
        total = math.ldexp(1.0, int(max(-top, -1100))) if ends[node] else 0.0
        for link in range(offsets[node], offsets[node + 1]):
            target = targets[link]
            if mantissa[target] > 0:
                total += math.ldexp(mantissa[target], int(max(exponent[target] - top, -1100)))
        if total > 0:
            mantissa[node], more = math.frexp(total)
            exponent[node] = top + more
    return mantissa, exponent
