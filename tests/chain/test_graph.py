"""Walks and shares of ways on generated graphs, against plain counting of every way."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.chain import ChainError
from qilian.chain import graph as graph_module
from qilian.chain.graph import Graph


@st.composite
def links(draw):
    """A graph of up to nine nodes whose links go from smaller to larger numbers, under names that are shuffled."""
    size = draw(st.integers(2, 9))
    pairs = [(a, b) for b in range(size) for a in range(b)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=18))
    names = draw(st.permutations(range(size)))
    return size, [(names[a], names[b]) for a, b in chosen]


def made(size, pairs):
    return Graph.of(size, [a for a, _ in pairs], [b for _, b in pairs])


def all_ways(size, pairs):
    """Every way from a node that nothing goes into to one that goes into nothing."""
    onward = {node: [b for a, b in pairs if a == node] for node in range(size)}
    sources = [node for node in range(size) if all(b != node for _, b in pairs)]

    def walk(way):
        if not onward[way[-1]]:
            yield way
        for node in onward[way[-1]]:
            yield from walk([*way, node])

    return [way for source in sources for way in walk([source])]


@given(links())
def test_upstream_is_the_inverse_of_downstream(given_links):
    """What lies upstream of b holds a exactly where what lies downstream of a holds b, at the same distance."""
    graph = made(*given_links)
    down = [graph.trace(node, upstream=False)[1] for node in range(graph.size)]
    up = [graph.trace(node, upstream=True)[1] for node in range(graph.size)]
    assert all(down[a][b] == up[b][a] for a in range(graph.size) for b in range(graph.size))


@given(links())
def test_a_trace_lists_what_it_reaches_nearest_first_and_its_routes_are_links(given_links):
    """The route back from each node has as many links as its distance says."""
    graph = made(*given_links)
    pairs = set(given_links[1])
    reached, distance = graph.trace(0, upstream=False)
    assert sorted(reached.tolist()) == np.flatnonzero(distance >= 0).tolist()
    assert distance[reached].tolist() == sorted(distance[reached].tolist())
    for node in reached.tolist():
        route = graph.route(distance, node, upstream=False)
        assert route[0] == node
        assert route[-1] == 0
        assert len(route) - 1 == distance[node]
        assert {(b, a) for a, b in pairwise(route)} <= pairs


@pytest.mark.parametrize("exact_links", [10**9, -1], ids=["exact", "scaled"])
@given(given_links=links())
def test_shares_of_ways_are_those_of_plain_counting(given_links, exact_links):
    """Whole numbers for small graphs, scaled floats for large ones: both against listing every way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_module, "EXACT_LINKS", exact_links)
        graph = made(*given_links)
        ways = all_ways(*given_links)
        shares = graph.path_shares()
        for node in range(graph.size):
            assert shares[node] == pytest.approx(Fraction(sum(node in way for way in ways), len(ways)))
        last = int(graph.order[-1])
        into_last = [way for way in ways if last in way]
        found = graph.trace(last, upstream=True)[0]
        for node, share in zip(found.tolist(), graph.shares_into(last, found), strict=True):
            expected = sum(node in way[: way.index(last) + 1] for way in into_last)
            assert share == pytest.approx(Fraction(expected, len(into_last)))
        first = int(graph.order[0])
        found = graph.trace(first, upstream=False)[0]
        for node, out in zip(found.tolist(), graph.shares_from(first, found), strict=True):
            heads = {tuple(way[: way.index(node) + 1]) for way in ways if node in way}
            assert out == pytest.approx(Fraction(sum(first in head for head in heads), len(heads)))


@pytest.mark.parametrize("exact_links", [10**9, -1], ids=["exact", "scaled"])
@given(given_links=links())
def test_shares_of_links_are_those_of_plain_counting(given_links, exact_links):
    """How many ways go along a link, of all; what comes into a node goes out of it again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_module, "EXACT_LINKS", exact_links)
        graph = made(*given_links)
        ways = all_ways(*given_links)
        shares = iter(graph.link_shares())
        for node in range(graph.size):
            for target in graph.down.of_node(node).tolist():
                along = sum((node, target) in pairwise(way) for way in ways)
                assert next(shares) == pytest.approx(Fraction(along, len(ways)))


@given(links())
def test_shares_of_sources_sum_to_one_and_so_do_those_of_sinks(given_links):
    """Every way begins at one source and ends at one sink."""
    graph = made(*given_links)
    shares = graph.path_shares()
    assert shares[graph.up.ends].sum() == pytest.approx(1)
    assert shares[graph.down.ends].sum() == pytest.approx(1)


@given(links(), st.data())
def test_a_cycle_is_refused(given_links, data):
    """Any link back from what is downstream closes one."""
    size, pairs = given_links
    graph = made(size, pairs)
    start = data.draw(st.integers(0, size - 1))
    reached = graph.trace(start, upstream=False)[0].tolist()
    back = data.draw(st.sampled_from(reached))
    with pytest.raises(ChainError, match="cycle"):
        made(size, [*pairs, (back, start)])


def test_ways_beyond_any_float_are_still_shared_rightly(monkeypatch):
    """2,000 diamonds in a row: 2 ** 2000 ways, half of them through each side."""
    monkeypatch.setattr(graph_module, "EXACT_LINKS", 0)
    pairs = [
        pair
        for step in range(0, 6000, 3)
        for pair in ((step, step + 1), (step, step + 2), (step + 1, step + 3), (step + 2, step + 3))
    ]
    shares = made(6001, pairs).path_shares()
    assert shares[0::3] == pytest.approx(1)
    assert shares[1::3] == pytest.approx(0.5)


def test_a_large_graph_runs_compiled_and_answers_the_same(monkeypatch):
    """The same walks, compiled and not."""
    chance = np.random.default_rng(1)
    origins = chance.integers(0, 9_000, 25_000).astype(np.int32)
    targets = (origins + chance.integers(1, 1_000, 25_000)).astype(np.int32)
    compiled = Graph.of(10_000, origins, targets)
    answers = [compiled.order, *compiled.trace(9_990, upstream=True), compiled.path_shares()]
    monkeypatch.setattr(graph_module, "COMPILED_LINKS", 10**9)
    plain = Graph.of(10_000, origins, targets)
    for one, other in zip(answers, [plain.order, *plain.trace(9_990, upstream=True), plain.path_shares()], strict=True):
        assert np.array_equal(one, other)
