"""Coverage, gaps and benches: more laboratories never cover less, and a proposed bench brings what it promises."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.chain import ChainError, Where, best_bench, capacity, coverage, criticality, gaps
from qilian.laboratories import Accreditation, Laboratory
from qilian.text import Text

ON = date(2026, 12, 1)


EVERYWHERE = Where()


def asked(chain, pack, laboratories, where=EVERYWHERE, on=ON):
    """Return what a network of these laboratories can do."""
    network = replace(pack.network, laboratories=tuple(laboratories))
    return capacity(chain, pack.tests, network, on, catalogue=pack.catalogue, where=where)


def places(pack):
    """Where somebody may ask from, and for whom."""
    cities = st.sampled_from(pack.network.geography.cities[:11])
    near = st.builds(Where, place=cities, within_km=st.sampled_from([0.0, 60.0, 150.0]))
    tiers = st.builds(Where, tiers=st.sampled_from([("province",), ("city", "district")]))
    return st.one_of(st.just(Where()), near, tiers, st.builds(Where, region=st.sampled_from(["3301", "330200", "33"])))


@settings(max_examples=15)
@given(data=st.data())
def test_adding_a_laboratory_never_worsens_coverage(robots, pack, data):
    """Neither of the chain, nor of a node or city; and no gap comes that was not there."""
    have = data.draw(st.lists(st.sampled_from(pack.network.laboratories), unique_by=lambda each: each.id, max_size=8))
    more = data.draw(st.sampled_from([each for each in pack.network.laboratories if each not in have]))
    where = data.draw(places(pack))
    before, after = asked(robots, pack, have, where), asked(robots, pack, [*have, more], where)
    one, other = coverage(robots, before), coverage(robots, after)
    assert one.figure <= other.figure
    for a, b in zip(one.nodes, other.nodes, strict=True):
        assert (a.figure or 0) <= (b.figure or 0)
        assert a.whole <= b.whole
        assert set(a.laboratories) <= set(b.laboratories)
    reached = {each.city.id: each.figure for each in other.cities}
    assert all(each.figure <= reached[each.city.id] for each in one.cities)
    assert {gap.point.id for gap in gaps(robots, after)} <= {gap.point.id for gap in gaps(robots, before)}


@settings(max_examples=15)
@given(data=st.data())
def test_who_asks_for_less_gets_no_more(robots, pack, everywhere, data):
    """A place, a tier or a division only takes laboratories away, and gaps are what is not covered whole."""
    narrow = everywhere.narrowed(data.draw(places(pack)))
    found = coverage(robots, narrow)
    assert found.figure <= coverage(robots, everywhere).figure
    short = sum(each.points - each.whole for each in found.nodes)
    assert len(gaps(robots, narrow)) == short
    assert sum(count for _, count, _ in found.by_priority) == len(robots.points)


def test_a_division_takes_those_whose_code_lies_in_it(robots, everywhere):
    """330100 and 3301 are Hangzhou, 33 is the province; its name is said where it is known."""
    hangzhou = everywhere.narrowed(Where(region="330100"))
    assert hangzhou.able == everywhere.narrowed(Where(region="3301")).able
    regions = {each.region for able in hangzhou.able.values() for each in able}
    assert regions
    assert all(region.startswith("3301") for region in regions)
    assert everywhere.narrowed(Where(region="33")).able == everywhere.able
    assert "division 3301" in Where(region="3301").words.en
    assert Where(region="3301", region_name=Text("杭州市", "Hangzhou")).words == Text("杭州市内", " in Hangzhou")
    with pytest.raises(ChainError, match="Hangzhou: not a division"):
        Where(region="Hangzhou")


def test_where_needs_both_place_and_distance(pack):
    """And no negative kilometres."""
    place = pack.network.geography.find("丽水")
    with pytest.raises(ChainError, match="without a distance"):
        Where(place)
    with pytest.raises(ChainError, match="0 or more"):
        Where(place, -1.0)


def test_a_lapsed_accreditation_covers_nothing(robots, pack):
    """A day after all accreditations of the sample network have ended: every point with a test is a gap."""
    late = asked(robots, pack, pack.network.laboratories, on=date(2060, 1, 1))
    assert coverage(robots, late).figure == 0
    assert len(gaps(robots, late)) == len(robots.points)
    assert best_bench(robots, late, pack.network.geography.find("丽水")) == ()  # nobody shows what a bench can do


def newly_at(place, kind, capable):
    """Return a laboratory at a place that has the bench of that kind and nothing else."""
    lines = tuple(
        replace(proof.line, laboratory="new", benches=(kind.model.id,))
        for proofs in capable.values()
        for proof in proofs
        if proof.laboratory.id == kind.owner.id and kind.model in proof.benches
    )
    held = Accreditation("CMA", "SAMPLE-NEW", date(2026, 1, 1), date(2030, 1, 1))
    bench = replace(kind.model, laboratory="new")
    region = place.region
    return Laboratory("new", Text("新", "New"), "city", region, place.id, Text("", ""), (held,), (bench,), lines)


@pytest.mark.parametrize(("city", "within"), [("舟山", 30), ("丽水", 60), ("衢州", 0)])
def test_a_new_bench_brings_what_it_promises(robots, pack, city, within):
    """Each of the first kinds is built and the network asked anew: coverage grows by just the gain."""
    place = pack.network.geography.find(city)
    where = Where(place, float(within))
    before = asked(robots, pack, pack.network.laboratories, where)
    found = best_bench(robots, before, place)
    assert found
    assert [each.gain for each in found] == sorted((each.gain for each in found), reverse=True)
    for kind in found[:4]:
        built = newly_at(place, kind, before.proofs)
        after = asked(robots, pack, [*pack.network.laboratories, built], where)
        assert coverage(robots, after).figure - coverage(robots, before).figure == pytest.approx(kind.gain)
        assert {test for test in kind.adds if after.able[test]} == set(kind.adds)
        assert kind.urgent == sum(point.priority == "H" for point in kind.better)


@pytest.mark.parametrize("reason", ["outside of the scope", "lapsed"])
def test_a_bench_is_not_credited_with_a_line_that_does_not_hold(robots, pack, reason):
    """Only one laboratory has lines for thermal propagation, and none of them counts: no bench brings that test."""
    place = pack.network.geography.find("丽水")
    laboratories = []
    for each in pack.network.laboratories:
        if each.id != "zj-energy":
            lines = tuple(line for line in each.lines if line.test != "T-BATT-PROP")
            laboratories.append(replace(each, lines=lines))
        elif reason == "lapsed":
            ended = tuple(replace(held, valid_until=held.valid_from) for held in each.accreditations)
            laboratories.append(replace(each, accreditations=ended))
        else:
            lines = tuple(replace(line, accredited=line.test != "T-BATT-PROP") for line in each.lines)
            laboratories.append(replace(each, lines=lines))
    found = best_bench(robots, asked(robots, pack, laboratories, Where(place, 0.0)), place)
    assert found
    assert all("T-BATT-PROP" not in kind.adds for kind in found)


def test_critical_nodes_say_share_makers_and_laboratories_apart(robots, everywhere):
    """Largest share first; who has no control point has no number of laboratories, which is not zero."""
    found = criticality(robots, everywhere)
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    assert len(found) == len(robots.nodes)
    reducer = next(each for each in found if each.node.id == "harmonic-reducer")
    assert (reducer.makers, reducer.invented) == (3, 3)
    assert "3 of them samples" in reducer.reason.en
    bare = next(each for each in found if not robots.points_of(each.node.id))
    assert bare.laboratories is None
