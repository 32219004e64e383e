"""The loops behind rank intervals, compiled: scores of a block of draws, their ranks, each firm's extreme ranks.

Arrays come in, arrays are filled. Every sum is taken in the order of the indicators, in single precision, without
fused or reordered operations, and chance comes from whole numbers; so two machines fill the same bits.
"""

import numpy as np
import numpy.typing as npt

from qilian.compiling import compiled

Single = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint32]
Ranks = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]

TILE = 1024
"""Firms that are scored together, so that their figures stay in the cache for all draws of a block."""

_DIGITS = 12
_BUCKETS = 1 << _DIGITS
_TOP = np.float32((1 << 2 * _DIGITS) - 1)
_ZERO = np.float32(0)
_ONE = np.float32(1)
_MIDDLE = np.int32(65535)
_NOISE = np.float32(6**0.5 / 65536)
"""Makes the sum of two 16-bit numbers, less their mean, a triangular error of standard deviation one."""


@compiled
def score_draws(
    place: Single,
    spread: Single,
    second: Places,
    second_place: Single,
    second_spread: Single,
    weights: Single,
    firm_keys: Hashes,
    column_keys: Hashes,
    gap_from: Places,
    gap_column: Places,
    shared: bool,
    topsis: bool,
    first: int,
    last: int,
    scores: Single,
) -> None:
    """Fill ``scores[draw, first:last]``.

    Parameters
    ----------
    place, spread
        Indicators × firms: the ramp of each figure, and its uncertainty.
    second
        By indicator, the row of its other ramp in ``second_place``, or -1.
    weights, column_keys
        Draws × indicators.
    gap_from, gap_column
        The missing figures of firm ``i`` are those of ``gap_column[gap_from[i]:gap_from[i + 1]]``.
    shared
        Whether the other indicators share the weight of a missing one; otherwise it counts as its ramp says.
    """
    worth = np.empty(TILE, np.float32)
    near = np.empty(TILE, np.float32)
    far = np.empty(TILE, np.float32)
    for start in range(first, last, TILE):
        size = min(TILE, last - start)
        for draw in range(weights.shape[0]):
            near[:] = _ZERO
            far[:] = _ZERO
            for column in range(place.shape[0]):
                key = column_keys[draw, column]
                other = second[column]
                for i in range(size):
                    mixed = np.uint32(firm_keys[start + i] + key)
                    mixed = np.uint32(mixed ^ (mixed >> np.uint32(16)))
                    mixed = np.uint32(mixed * np.uint32(0x7FEB352D))
                    mixed = np.uint32(mixed ^ (mixed >> np.uint32(15)))
                    mixed = np.uint32(mixed * np.uint32(0x846CA68B))
                    mixed = np.uint32(mixed ^ (mixed >> np.uint32(16)))
                    both = np.int32(mixed & np.uint32(0xFFFF)) + np.int32(mixed >> np.uint32(16))
                    error = np.float32(np.int32(both - _MIDDLE)) * _NOISE
                    moved = np.float32(place[column, start + i] + np.float32(spread[column, start + i] * error))
                    if other >= 0:
                        down = np.float32(second_spread[other, start + i] * error)
                        moved = min(moved, np.float32(second_place[other, start + i] - down))
                    worth[i] = min(max(moved, _ZERO), _ONE)
                weight = weights[draw, column]
                if topsis:
                    for i in range(size):
                        good = np.float32(weight * worth[i])
                        bad = np.float32(weight * np.float32(_ONE - worth[i]))
                        near[i] = np.float32(near[i] + np.float32(good * good))
                        far[i] = np.float32(far[i] + np.float32(bad * bad))
                else:
                    for i in range(size):
                        near[i] = np.float32(near[i] + np.float32(weight * worth[i]))
            for i in range(size):
                firm = start + i
                if topsis:
                    if shared:
                        for gap in range(gap_from[firm], gap_from[firm + 1]):
                            lost = weights[draw, gap_column[gap]]
                            far[i] = np.float32(far[i] - np.float32(lost * lost))
                    good = np.float32(np.sqrt(near[i]))
                    bad = np.float32(np.sqrt(max(far[i], _ZERO)))
                    total = np.float32(good + bad)
                    scores[draw, firm] = np.float32(good / total) if total > _ZERO else _ZERO
                    continue
                score = near[i]
                if shared and gap_from[firm] < gap_from[firm + 1]:
                    left = _ONE
                    for gap in range(gap_from[firm], gap_from[firm + 1]):
                        left = np.float32(left - weights[draw, gap_column[gap]])
                    score = np.float32(score / left) if left > _ZERO else _ZERO
                scores[draw, firm] = score


@compiled
def rank_draws(scores: Single, first: int, last: int, ranks: Ranks) -> None:
    """Fill ``ranks[first:last]``: one more than the firms with a higher score, told apart in 24 bits (radix sort)."""
    firms = scores.shape[1]
    keys = np.empty(firms, np.int32)
    by_low = np.empty(firms, np.int32)
    ordered = np.empty(firms, np.int32)
    for draw in range(first, last):
        low = np.zeros(_BUCKETS + 1, np.int64)
        high = np.zeros(_BUCKETS + 1, np.int64)
        for firm in range(firms):
            # From the top: the highest score has the smallest key.
            key = np.int32(_TOP - np.float32(min(max(scores[draw, firm], _ZERO), _ONE) * _TOP))
            keys[firm] = key
            low[(key & (_BUCKETS - 1)) + 1] += 1
            high[(key >> _DIGITS) + 1] += 1
        for bucket in range(_BUCKETS):
            low[bucket + 1] += low[bucket]
            high[bucket + 1] += high[bucket]
        for firm in range(firms):
            digit = keys[firm] & (_BUCKETS - 1)
            by_low[low[digit]] = firm
            low[digit] += 1
        for index in range(firms):
            firm = by_low[index]
            digit = keys[firm] >> _DIGITS
            ordered[high[digit]] = firm
            high[digit] += 1
        rank, before = 0, -1
        for index in range(firms):
            firm = ordered[index]
            if keys[firm] != before:
                rank, before = index + 1, keys[firm]
            ranks[draw, firm] = rank


@compiled
def keep_extremes(ranks: Ranks, first: int, last: int, best: Ranks, worst: Ranks) -> None:
    """Keep the smallest ranks of each firm in ``best[firm]`` and the largest, negated, in ``worst[firm]``.

    Both are heaps with the largest number on top, filled with large numbers at first; so ``best[firm, 0]`` is the
    k-th smallest rank of all draws that were shown, where k is the width of the heap.
    """
    for draw in range(ranks.shape[0]):
        for firm in range(first, last):
            rank = ranks[draw, firm]
            if rank < best[firm, 0]:
                _replace_top(best, firm, rank)
            if -rank < worst[firm, 0]:
                _replace_top(worst, firm, -rank)


@compiled
def _replace_top(heaps: Ranks, row: int, number: int) -> None:
    size = heaps.shape[1]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heaps[row, child + 1] > heaps[row, child]:
            child += 1
        if heaps[row, child] <= number:
            break
        heaps[row, place] = heaps[row, child]
        place = child
    heaps[row, place] = number
