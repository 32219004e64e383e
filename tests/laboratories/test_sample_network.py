"""The sample network is large enough, covers every test of the robot chain, and says that it is invented."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from qilian.compliance import TestItem
from qilian.laboratories import TIERS, Network, WorkingCalendar, match
from qilian.product import Vocabulary
from qilian.standards import Catalogue, read_table

ON, UNTIL = date(2026, 12, 1), date(2027, 6, 1)
ZHEJIANG = {
    *("hangzhou", "ningbo", "wenzhou", "jiaxing", "huzhou", "shaoxing"),
    *("jinhua", "quzhou", "zhoushan", "taizhou", "lishui"),
}


@pytest.fixture(scope="module")
def editions(robots: Path) -> Catalogue:
    return read_table(robots / "standards.csv")


def test_it_has_all_tiers_in_all_eleven_cities(sample_network: Network) -> None:
    """At least 45 laboratories, with city and district ones in each city; 150 to 250 benches; 1,000 to 1,600 lines."""
    laboratories = sample_network.laboratories
    assert len(laboratories) >= 45
    for tier, cities in zip(TIERS, (4, 11, 11), strict=True):
        assert len({each.city for each in laboratories if each.tier == tier} & ZHEJIANG) >= cities
    assert {each.city for each in laboratories} == ZHEJIANG
    assert 150 <= sum(len(each.benches) for each in laboratories) <= 250
    assert 1000 <= sum(len(each.lines) for each in laboratories) <= 1600


def test_it_says_everywhere_that_it_is_invented(sample_network: Network, robots: Path) -> None:
    """Notice, names, accreditation numbers, and the first line of every table."""
    assert sample_network.sample
    assert "虚构" in sample_network.notice.zh
    assert "invented" in sample_network.notice.en
    for laboratory in sample_network.laboratories:
        assert laboratory.name.zh.startswith("示例")
        assert laboratory.name.en.startswith("Sample")
        assert all(held.number.startswith("SAMPLE") for held in laboratory.accreditations)
    for path in (robots / "network").glob("*.csv"):
        assert "invented" in path.read_text("utf-8").splitlines()[0]
    assert "assum" in sample_network.geography.transfer.notice.en


def test_divisions_lie_in_their_city(sample_network: Network) -> None:
    """The code of a laboratory's division begins with that of its city."""
    for laboratory in sample_network.laboratories:
        city = sample_network.geography.find(laboratory.city)
        assert laboratory.region.startswith(city.region[:4])


def test_every_test_is_offered_twice_by_each_of_its_methods(
    sample_network: Network, items: dict[str, TestItem], editions: Catalogue
) -> None:
    """For each method alone and an unknown product: capable laboratories in two cities, accredited for half a year."""
    assert len(items) == 173
    for item in items.values():
        for method in item.methods:
            found = match(item, (method.reference,), {}, sample_network, ON, catalogue=editions, until=UNTIL)
            cities = {laboratory.city for laboratory in found.laboratories}
            assert len(cities) >= 2, f"{item.id} by {method.reference}: {cities}"


def test_it_has_something_to_refuse(sample_network: Network, items: dict[str, TestItem], editions: Catalogue) -> None:
    """Superseded editions, lapsed accreditations and tight limits occur, and are told as such."""
    values: dict[str, object] = {"payload.rated": 400.0, "machine.mass": 3000.0}
    reasons: dict[str, int] = defaultdict(int)
    for item in items.values():
        for miss in match(item, (), values, sample_network, ON, catalogue=editions).near_misses:
            reasons[miss.limit] += 1
    assert {"edition", "accreditation", "payload", "mass"} <= set(reasons)


def test_every_line_belongs_to_a_test_and_limits_what_the_test_asks(
    sample_network: Network, items: dict[str, TestItem]
) -> None:
    """A line is mapped to a test that exists, cites its standard and clause, and has no limit that is never checked."""
    for laboratory in sample_network.laboratories:
        for line in laboratory.lines:
            item = items[line.test or ""]
            assert any(line.reference.same_base(method.reference) for method in item.methods), line.row
            assert line.clause in {method.clause for method in item.methods}, line.row
            assert {limit.name for limit in line.limits} <= {need.limit for need in item.requires}, line.row


def test_limits_are_in_the_units_of_the_parameters(
    sample_network: Network, items: dict[str, TestItem], vocabulary: Vocabulary
) -> None:
    """Values come in the vocabulary's units and are compared as they are, so a limit has to be written in the same."""
    units = {need.limit: vocabulary[need.parameter].unit for item in items.values() for need in item.requires}
    assert set(units) == set(sample_network.limit_labels)
    for laboratory in sample_network.laboratories:
        for line in laboratory.lines:
            assert all(limit.unit == units[limit.name] for limit in line.limits), line.row


def test_attended_tests_fit_into_a_day_of_their_benches(sample_network: Network, items: dict[str, TestItem]) -> None:
    """An attended test lies whole in one staffed stretch, so it must not be longer than the bench's longest one."""
    for laboratory in sample_network.laboratories:
        for line in laboratory.lines:
            if items[line.test or ""].attended:
                assert all(line.hours <= laboratory.bench(bench).opens.longest_hours for bench in line.benches), (
                    line.row
                )


def test_bookings_do_not_overlap_and_leave_room(sample_network: Network) -> None:
    """Slots of one bench are apart; on no bench do they take up more than half of the winter's staffed days."""
    for laboratory in sample_network.laboratories:
        for bench in laboratory.benches:
            for (_, end), (start, _) in zip(bench.busy, bench.busy[1:], strict=False):
                assert end <= start
            booked = sum((end - start for start, end in bench.busy), timedelta())
            assert booked < timedelta(days=45)
            assert WorkingCalendar(bench.opens).staffed(datetime.fromisoformat("2026-12-01"), 24 * 7)
