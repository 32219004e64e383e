"""The inner loops of the exact search for one product, compiled: sets of tests that a unit can do, and share-outs.

Arrays come in, arrays are filled; what they hold is said in ``kernels_worth``. A set of tests is the bits of a number.
"""

import numpy as np

from qilian.routing.jit import compiled
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs


@compiled
def find(table: Ints, keys: Longs, key: int) -> int:
    """Return the place of a key in a hash table, or ``-1 - slot`` of where it would go."""
    mask = len(table) - 1
    mixed = np.int64(key) * np.int64(-7046029254386353131)
    slot = int((mixed ^ (mixed >> 29)) & mask)
    while True:
        place = int(table[slot])
        if place < 0:
            return -1 - slot
        if keys[place] == key:
            return place
        slot = (slot + 1) & mask


@compiled
def grow(
    finish: Hours,
    pairs_from: Longs,
    city_of: Ints,
    move: Ints,
    release: Ints,
    last: Ints,
    ends_unit: Flags,
    excluded_by: Longs,
    worth: Ints,
    least: int,
    most: Ints,
    first: Ints,
    home: int,
    allowed: int,
    deadline: int,
    beam: int,
    table: Ints,
    keys: Longs,
    arrival: Hours,
    gained: Ints,
    earliest: Ints,
) -> int:
    """Find all sets of tests that one unit can do, with the earliest hour per city, on the way to a worth of ``least``.

    A set whose worth and the most that can still be collected stay below ``least`` is left out. ``keys``, ``arrival``
    and ``gained`` are filled in order of size, ``earliest`` with the earliest finish of each test. With a ``beam``
    above 0 only so many sets of a size go on, those with the most worth to come. Returns how many sets there are, or
    -1 when they do not fit.
    """
    cities, size = move.shape[0], len(worth)
    too_late = deadline + 1
    table[:] = -1
    earliest[:] = too_late
    keys[0], gained[0], count = 0, 0, 1
    table[-1 - find(table, keys, 0)] = 0
    ready = np.empty(cities, np.int64)
    done, layer_until, hopeless = 0, 1, np.zeros(0, np.bool_)
    layer_from = 0
    while done < count:
        if done == layer_until:
            layer_from, layer_until = done, count
            hopeless = _beyond_beam(keys, arrival, gained, most, first, layer_from, layer_until, deadline, beam)
        if len(hopeless) and hopeless[done - layer_from]:
            done += 1
            continue
        tests = keys[done]
        if done == 0:
            for city in range(cities):
                ready[city] = move[home, city]
        else:
            ready[:] = too_late
            for here in range(cities):
                hour = np.int64(arrival[done, here])
                if hour < too_late:
                    for city in range(cities):
                        ready[city] = min(ready[city], hour + move[here, city])
        for test in range(size):
            bit = np.int64(1) << test
            if not allowed & bit or tests & (bit | excluded_by[test]):
                continue
            together = tests | bit
            gain = gained[done] + worth[test]
            place = -1
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                city = city_of[pair]
                hour = max(ready[city], release[test])
                if hour > deadline:
                    continue
                end = np.int64(finish[hour, pair])
                if end > last[test]:
                    continue
                rest = 0
                if not ends_unit[test]:
                    following = first[end, city, 0]
                    rest = most[end, city, 1 if following >= 0 and together >> following & 1 else 0]
                if gain + rest < least:
                    continue
                earliest[test] = min(earliest[test], end)
                if place < 0:
                    place = find(table, keys, together)
                    if place < 0:
                        if count >= len(keys):
                            return -1
                        table[-1 - place] = count
                        place = count
                        keys[place], gained[place] = together, gain
                        for there in range(cities):
                            arrival[place, there] = too_late
                        count += 1
                arrival[place, city] = min(end, np.int64(arrival[place, city]))
        done += 1
    return count


@compiled
def _beyond_beam(
    keys: Longs, arrival: Hours, gained: Ints, most: Ints, first: Ints, start: int, until: int, deadline: int, beam: int
) -> Flags:
    """Return which sets of a layer have less worth, with what can still come, than the best ``beam`` of them."""
    if beam <= 0 or until - start <= beam:
        return np.zeros(0, np.bool_)
    score = np.empty(until - start, np.int32)
    for place in range(start, until):
        best = 0
        for city in range(arrival.shape[1]):
            end = np.int64(arrival[place, city])
            if end <= deadline:
                following = first[end, city, 0]
                rank = 1 if following >= 0 and keys[place] >> following & 1 else 0
                best = max(best, most[end, city, rank])
        score[place - start] = gained[place] + best
    least: int = np.partition(score, len(score) - beam)[len(score) - beam]
    beyond: Flags = score < least
    return beyond


@compiled
def share_out(
    table: Ints,
    keys: Longs,
    hours: Longs,
    gained: Ints,
    groups: Longs,
    group_from: Longs,
    tests: int,
    units: int,
    most: int,
    spare: int,
    deadline: int,
    step_limit: int,
    found: Longs,
) -> int:
    """Find all ways to share ``tests`` among the units, each part a set that ends at ``hours`` up to the deadline.

    ``groups`` lists the places of sets by their first test. All parts together may lack ``spare`` of the ``most``
    worth of a part. Returns how many rows of ``found`` are filled, or -1 when there are more or it takes too long.
    """
    if units == 1:
        whole = find(table, keys, tests)
        if whole < 0 or hours[whole] > deadline:
            return 0
        found[0, 0] = tests
        return 1
    ways, steps, depth = 0, 0, 0
    rest, left = np.zeros(units, np.int64), np.zeros(units, np.int64)
    cursor, until, part = np.zeros(units, np.int64), np.zeros(units, np.int64), np.zeros(units, np.int64)
    rest[0], left[0], cursor[0], until[0] = tests, spare, group_from[0], group_from[1]
    while depth >= 0:
        if cursor[depth] >= until[depth]:
            depth -= 1
            continue
        place = groups[cursor[depth]]
        cursor[depth] += 1
        steps += 1
        if steps > step_limit:
            return -1
        lacking = most - gained[place]
        if keys[place] & ~rest[depth] or hours[place] > deadline or lacking > left[depth]:
            continue
        part[depth] = keys[place]
        others = rest[depth] ^ keys[place]
        if others and depth < units - 2:
            depth += 1
            rest[depth], left[depth] = others, left[depth - 1] - lacking
            lowest = 0
            while not others >> lowest & 1:
                lowest += 1
            cursor[depth], until[depth] = group_from[lowest], group_from[lowest + 1]
            continue
        last = find(table, keys, others)
        if last < 0 or hours[last] > deadline:
            continue
        if ways >= len(found):
            return -1
        found[ways] = 0
        found[ways, : depth + 1] = part[: depth + 1]
        found[ways, depth + 1] = others
        ways += 1
    return ways


@compiled
def trace(
    finish: Hours,
    start: Hours,
    pairs_from: Longs,
    city_of: Ints,
    move: Ints,
    release: Ints,
    last: Ints,
    excluded_by: Longs,
    home: int,
    deadline: int,
    tests: int,
    table: Ints,
    keys: Longs,
    arrival: Hours,
    order: Ints,
    city_at: Ints,
    begins: Ints,
    ends: Ints,
) -> int:
    """Follow the sets back from ``tests``: their order, and per test city, start and end. Returns how many."""
    cities = move.shape[0]
    place = find(table, keys, tests)
    if place < 0:
        return -1
    steps, city = 0, 0
    if tests:
        city = int(np.argmin(arrival[place]))
    while tests:
        hour = np.int64(arrival[place, city])
        found = False
        for test in range(len(excluded_by)):
            bit = np.int64(1) << test
            rest = int(tests ^ bit)
            if found or not tests & bit or rest & excluded_by[test] or hour > last[test]:
                continue
            source = find(table, keys, rest)
            if source < 0:
                continue
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                if city_of[pair] != city or found:
                    continue
                for here in range(cities):
                    if rest == 0:
                        if here > 0:
                            break
                        arrives = np.int64(move[home, city])
                    else:
                        if np.int64(arrival[source, here]) > deadline:
                            continue
                        arrives = np.int64(arrival[source, here]) + move[here, city]
                    arrives = max(arrives, release[test])
                    if arrives <= deadline and np.int64(finish[arrives, pair]) == hour:
                        order[steps], city_at[test] = test, city
                        begins[test], ends[test] = start[arrives, pair], hour
                        steps += 1
                        tests, place, city, found = rest, source, here, True
                        break
        if not found:
            return -1
    order[:steps] = order[:steps][::-1].copy()
    return steps


@compiled
def settle(
    finish: Hours,
    start: Hours,
    pairs_from: Longs,
    city_of: Ints,
    move: Ints,
    shortest: Ints,
    firsts: Ints,
    thens: Ints,
    release_at_root: Ints,
    last_at_root: Ints,
    ends_unit: Flags,
    excluded_by: Longs,
    worth: Ints,
    most: Ints,
    first: Ints,
    home: int,
    parts: Longs,
    deadline: int,
    node_limit: int,
    tables: Ints,
    keys: Longs,
    arrival: Hours,
    gained: Ints,
    orders: Ints,
    lengths: Longs,
    city_at: Ints,
    begins: Ints,
    ends: Ints,
) -> int:
    """Decide whether units that do these sets of tests can keep precedence among each other and the deadline.

    Branch and bound on hours: where a test starts at ``h`` before another unit has ended its predecessor, either the
    predecessor ends by ``h`` or the test starts later. Returns 1 with routes, 0 when it is impossible, -1 undecided.
    """
    size, units = len(worth), len(parts)
    depth_limit = 400
    releases = np.empty((depth_limit, size), np.int32)
    lasts = np.empty((depth_limit, size), np.int32)
    releases[0], lasts[0] = release_at_root, last_at_root
    unit_of = np.zeros(size, np.int32)
    dirty = np.empty(units, np.bool_)
    earliest = np.empty(size, np.int32)
    for unit in range(units):
        for test in range(size):
            if parts[unit] >> test & 1:
                unit_of[test] = unit
    depth, nodes = 1, 0
    while depth > 0:
        depth -= 1
        nodes += 1
        if nodes > node_limit:
            return -1
        release, last = releases[depth], lasts[depth]
        dirty[:] = True
        possible, again = True, True
        while again and possible:
            again = False
            for _ in range(3):
                for pair in range(len(firsts)):
                    one, then = firsts[pair], thens[pair]
                    last[one] = min(last[one], last[then] - shortest[then])
                    if release[one] + shortest[one] > release[then]:
                        release[then] = release[one] + shortest[one]
            for unit in range(units):
                if not dirty[unit] or not possible:
                    continue
                dirty[unit] = False
                least = 0
                for test in range(size):
                    if parts[unit] >> test & 1:
                        least += worth[test]
                count = grow(
                    finish, pairs_from, city_of, move, release, last, ends_unit, excluded_by, worth, least, most,
                    first, home, parts[unit], deadline, 0, tables[unit], keys[unit], arrival[unit], gained[unit],
                    earliest,
                )  # fmt: skip
                if count < 0:
                    return -1
                if find(tables[unit], keys[unit], parts[unit]) < 0:
                    possible = False
                    break
                for pair in range(len(firsts)):
                    one, then = firsts[pair], thens[pair]
                    if unit_of[one] == unit and unit_of[then] != unit and earliest[one] > release[then]:
                        release[then] = earliest[one]
                        dirty[unit_of[then]] = True
                        again = True
        if not possible:
            continue
        for unit in range(units):
            lengths[unit] = trace(
                finish, start, pairs_from, city_of, move, release, last, excluded_by, home, deadline, parts[unit],
                tables[unit], keys[unit], arrival[unit], orders[unit], city_at, begins, ends,
            )  # fmt: skip
            if lengths[unit] < 0:
                return -1
        worst, conflict = 0, -1
        for pair in range(len(firsts)):
            late = ends[firsts[pair]] - begins[thens[pair]]
            if late > worst:
                worst, conflict = late, pair
        if conflict < 0:
            return 1
        if depth + 2 > depth_limit:
            return -1
        one, then = firsts[conflict], thens[conflict]
        hour = begins[then]
        releases[depth + 1], lasts[depth + 1] = release, last
        lasts[depth, one] = min(last[one], hour)
        releases[depth + 1, then] = hour + 1
        depth += 2
    return 0
