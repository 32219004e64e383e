"""The inner loops of the search for price (or distance) under a deadline, compiled.

Options, here: a test on a bench, counted city by city. ``finish[hour, option]`` is the earliest finish for a unit that
can be there from ``hour`` on. A *state* is a city with what a relaxed route remembers there: which of the city's
``members`` it has done. ``most[hour, state]`` is the most that a relaxed route can still gain (worth less price) from
an hour on, ``served[hour, state]`` the same when it has come to be served at once, -1 where nothing can be served.
A relaxed route does no test again that it remembers (ng-routes: Baldacci, Mingozzi, Roberti 2011, Operations Research
59(5)); what it remembers beyond a city are that city's members that are members of the next one too.
"""

import numpy as np

from qilian.routing.jit import compiled
from qilian.routing.kernels import find
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs

_TOO_MUCH = 1 << 29
_NOTHING = -(1 << 29)


@compiled
def project(members: Ints, state_from: Longs, onward: Ints) -> None:
    """Fill ``onward[city, state]``: the state in which a route is that goes on to a city."""
    cities, most = members.shape
    for here in range(cities):
        for state in range(state_from[here], state_from[here + 1]):
            memory = state - state_from[here]
            for there in range(cities):
                kept = 0
                for bit in range(most):
                    test = members[there, bit]
                    if test < 0:
                        break
                    for place in range(most):
                        if members[here, place] == test and memory >> place & 1:
                            kept |= 1 << bit
                onward[there, state] = state_from[there] + kept


@compiled
def collect(
    finish: Hours,
    test_of: Ints,
    city_from: Longs,
    price: Longs,
    move: Ints,
    fare: Longs,
    quiet: Flags,
    worth: Longs,
    last: Ints,
    ends_unit: Flags,
    deadline: int,
    members: Ints,
    state_from: Longs,
    onward: Ints,
    most: Ints,
    served: Ints,
) -> None:
    """Fill ``most`` and ``served`` for a deadline."""
    cities = move.shape[0]
    most[deadline:] = 0
    served[deadline:] = _NOTHING
    for hour in range(deadline - 1, -1, -1):
        for city in range(cities):
            start, until = state_from[city], state_from[city + 1]
            if quiet[hour, city]:
                served[hour, start:until] = served[hour + 1, start:until]
                continue
            served[hour, start:until] = _NOTHING
            for option in range(city_from[city], city_from[city + 1]):
                end, test = np.int64(finish[hour, option]), test_of[option]
                if end > last[test]:
                    continue
                gain = np.int32(worth[test] - price[option])
                bit = 0
                for place in range(members.shape[1]):
                    if members[city, place] == test:
                        bit = 1 << place
                source, target = most[end, start:until], served[hour, start:until]
                if ends_unit[test]:
                    for memory in range(until - start):
                        if not memory & bit:
                            target[memory] = max(target[memory], gain)
                elif bit == 0:
                    for memory in range(until - start):
                        target[memory] = max(target[memory], gain + source[memory])
                else:
                    for block in range(0, until - start, 2 * bit):
                        for memory in range(block, block + bit):
                            target[memory] = max(target[memory], gain + source[memory + bit])
            for state in range(start, until):
                served[hour, state] = min(served[hour, state], _TOO_MUCH)
        for city in range(cities):
            start, until = state_from[city], state_from[city + 1]
            most[hour, start:until] = most[hour + 1, start:until]
            for there in range(cities):
                arrives = hour + move[city, there]
                if arrives >= deadline or quiet[arrives, there]:
                    continue
                way = np.int32(fare[city, there])
                source, target, following = served[arrives], most[hour], onward[there]
                for state in range(start, until):
                    target[state] = max(target[state], source[following[state]] - way)


@compiled
def follow(
    finish: Hours,
    test_of: Ints,
    city_from: Longs,
    price: Longs,
    move: Ints,
    fare: Longs,
    quiet: Flags,
    worth: Longs,
    last: Ints,
    ends_unit: Flags,
    deadline: int,
    members: Ints,
    state_from: Longs,
    onward: Ints,
    most: Ints,
    served: Ints,
    home: int,
    options: Ints,
) -> int:
    """Write down the options of the relaxed route that gains most; return how many."""
    state, city, hour, count = state_from[home], home, 0, 0
    while hour < deadline and most[hour, state] > 0 and count < len(options):
        if most[hour + 1, state] == most[hour, state]:
            hour += 1
            continue
        there, goal = -1, most[hour, state]
        for other in range(move.shape[0]):
            arrives = hour + move[city, other]
            if arrives >= deadline or there >= 0 or quiet[arrives, other]:
                continue
            if served[arrives, onward[other, state]] - fare[city, other] == goal:
                there = other
        if there < 0:
            break
        hour += move[city, there]
        state, city = onward[there, state], there
        goal = served[hour, state]
        memory, chosen = state - state_from[city], -1
        for option in range(city_from[city], city_from[city + 1]):
            end, test = np.int64(finish[hour, option]), test_of[option]
            if end > last[test] or chosen >= 0:
                continue
            bit = 0
            for place in range(members.shape[1]):
                if members[city, place] == test:
                    bit = 1 << place
            if memory & bit:
                continue
            value = worth[test] - price[option]
            if not ends_unit[test]:
                value += most[end, state_from[city] + (memory | bit)]
            if min(value, _TOO_MUCH) == goal:
                chosen = option
                state, hour = state_from[city] + (memory | bit), int(end)
        if chosen < 0:
            break
        options[count] = chosen
        count += 1
        if ends_unit[test_of[chosen]]:
            break
    return count


@compiled
def grow(
    finish: Hours,
    test_of: Ints,
    city_from: Longs,
    price: Longs,
    move: Ints,
    fare: Longs,
    worth: Longs,
    release: Ints,
    last: Ints,
    ends_unit: Flags,
    excluded_by: Longs,
    usable: Flags,
    deadline: int,
    members: Ints,
    state_from: Longs,
    most: Ints,
    served: Ints,
    load: Longs,
    most_load: Ints,
    least_load: int,
    ahead: Ints,
    latest: Hours,
    most_cost: int,
    home: int,
    allowed: int,
    least: int,
    beam: int,
    table: Ints,
    keys: Longs,
    head: Ints,
    tests: Longs,
    city_of: Ints,
    hour_of: Ints,
    gained: Longs,
    loaded: Longs,
    worths: Longs,
    hopes: Longs,
    following: Ints,
    before: Ints,
    option_of: Ints,
    earliest: Ints,
) -> int:
    """Find the routes of one unit on the way to a gain of ``least``, as labels: tests done, city, hour and gain.

    Of two labels with the same tests and city one that is not earlier falls out unless it gains more (then its
    ``following`` is -2). ``before`` and ``option_of`` tell the step that led to a label; labels come in order of the
    number of tests. With ``ahead`` and ``latest`` (see ``kernels_sets``) a label falls out where cost and cost ahead
    exceed ``most_cost``, or where it comes too late. With a ``beam`` above 0 only the best so many of a number go on.
    ``earliest`` gets the earliest finish of each test. Returns how many labels there are, or -1 when they do not fit.
    """
    cities = move.shape[0]
    table[:] = -1
    earliest[:] = deadline + 1
    tests[0], city_of[0], hour_of[0], gained[0], hopes[0] = 0, home, 0, 0, most[0, state_from[home]]
    loaded[0], worths[0] = 0, 0
    following[0], before[0], option_of[0] = -1, -1, -1
    known, count, done, layer_until = 0, 1, 0, 1
    lowest = np.int64(least)
    while done < count:
        if done == layer_until:
            if beam > 0 and count - done > beam:
                hope = hopes[done:count].copy()
                lowest = np.partition(hope, len(hope) - beam)[len(hope) - beam]
            layer_until = count
        if following[done] == -2 or hopes[done] < lowest:
            done += 1
            continue
        here, so_far, mine = city_of[done], tests[done], gained[done]
        for city in range(cities):
            arrives = hour_of[done] + move[here, city]
            if arrives >= deadline:
                continue
            memory = 0
            for place in range(members.shape[1]):
                test = members[city, place]
                if test >= 0 and so_far >> test & 1:
                    memory |= 1 << place
            arrived = mine - fare[here, city]
            if arrived + served[arrives, state_from[city] + memory] < least:
                continue
            for option in range(city_from[city], city_from[city + 1]):
                test = test_of[option]
                bit = np.int64(1) << test
                if not usable[option] or not allowed & bit or so_far & (bit | excluded_by[test]):
                    continue
                hour = max(arrives, release[test])
                if hour > deadline:
                    continue
                end = np.int64(finish[hour, option])
                if end > last[test]:
                    continue
                gain = arrived + worth[test] - price[option]
                rest, rest_load, whole_load = 0, 0, loaded[done] + load[test]
                if not ends_unit[test]:
                    new_memory = memory
                    for place in range(members.shape[1]):
                        if members[city, place] == test:
                            new_memory |= 1 << place
                    rest = most[end, state_from[city] + new_memory]
                    rest_load = most_load[end, state_from[city] + new_memory]
                if gain + rest < least or whole_load + rest_load < least_load:
                    continue
                together = so_far | bit
                if len(latest) and end >= latest[together, city]:
                    continue
                if len(ahead) and worths[done] + worth[test] - gain + ahead[together, city] > most_cost:
                    continue
                earliest[test] = min(earliest[test], end)
                key = together * cities + city
                slot = find(table, keys, key)
                if slot < 0:
                    if known >= len(keys):
                        return -1
                    table[-1 - slot] = known
                    keys[known], head[known] = key, -1
                    slot = known
                    known += 1
                label, dominated = head[slot], False
                while label >= 0:
                    if hour_of[label] <= end and gained[label] >= gain:
                        dominated = True
                        break
                    label = following[label]
                if dominated:
                    continue
                label, previous = head[slot], -1
                while label >= 0:
                    after = following[label]
                    if end <= hour_of[label] and gain >= gained[label]:
                        following[label] = -2
                        if previous < 0:
                            head[slot] = after
                        else:
                            following[previous] = after
                    else:
                        previous = label
                    label = after
                if count >= len(tests):
                    return -1
                tests[count], city_of[count], hour_of[count], gained[count] = together, city, end, gain
                hopes[count], following[count], before[count], option_of[count] = gain + rest, head[slot], done, option
                loaded[count], worths[count] = whole_load, worths[done] + worth[test]
                head[slot] = count
                count += 1
        done += 1
    return count


@compiled
def index(keys: Longs, table: Ints) -> None:
    """Fill a hash table with the places of keys."""
    table[:] = -1
    for place in range(len(keys)):
        table[-1 - find(table, keys, keys[place])] = place
