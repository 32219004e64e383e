"""A laboratory is named only if a line of its scope holds; everyone else is told why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import Method, TestItem
from qilian.laboratories import TIERS, Accreditation, Laboratory, Limit, Matches, Network, match
from qilian.standards import Catalogue, StandardRef

ON = date(2026, 12, 1)
Make = Callable[..., Laboratory]
MakeNetwork = Callable[..., Network]


def ref(text: str) -> StandardRef:
    return StandardRef.parse(text)


@pytest.fixture(scope="session")
def ask(catalogue: Catalogue, pose: TestItem, make_network: MakeNetwork) -> Callable[..., Matches]:
    """Match the test ``pose`` to laboratories."""

    def ask(*laboratories: Laboratory, values: dict[str, object] | None = None, **options: object) -> Matches:
        references = options.pop("references", ())
        network = make_network(*laboratories)
        return match(pose, references, values or {}, network, ON, catalogue=catalogue, **options)

    return ask


ends = st.one_of(st.none(), st.integers(-60, 200))
numbers = st.one_of(st.none(), st.integers(-80, 220))
laboratory_facts = st.fixed_dictionaries(
    {
        "payload": st.tuples(ends, ends),
        "temperature": st.tuples(ends, ends),
        "reference": st.sampled_from(["ISO 9283:1998", "GB/T 12642-2013", "ISO 3691-4:2023"]),
        "accredited": st.booleans(),
        "valid": st.tuples(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(0, 400)),
        "region": st.sampled_from(["330108", "330110", "330114", "330203"]),
        "tier": st.sampled_from(TIERS),
    }
)


@given(
    facts=st.lists(laboratory_facts, max_size=5),
    payload=numbers,
    coldest=numbers,
    hottest=numbers,
    region=st.sampled_from([None, "33", "3301", "330100", "330110"]),
    tiers=st.one_of(st.none(), st.sets(st.sampled_from(TIERS))),
    days=st.integers(0, 120),
)
def test_hard_limits_are_never_violated_and_nobody_able_is_lost(
    catalogue: Catalogue,
    pose: TestItem,
    make_laboratory: Make,
    make_network: MakeNetwork,
    facts: list[dict[str, object]],
    payload: int | None,
    coldest: int | None,
    hottest: int | None,
    region: str | None,
    tiers: set[str] | None,
    days: int,
) -> None:
    """Capable if and only if edition, limits, accreditation, region and tier all hold, judged anew here."""
    values: dict[str, object] = {
        "payload.rated": payload,
        "environment.temperature_min": coldest,
        "environment.temperature_max": hottest,
    }
    until = ON + timedelta(days=days)
    laboratories, able = [], set()
    for number, fact in enumerate(facts):
        first, length = fact["valid"]
        valid = (first, first + timedelta(days=length))
        ranges = {name: fact[name] for name in ("payload", "temperature")}
        ranges = {n: (a, b) for n, (a, b) in ranges.items() if (a, b) != (None, None) and not (a and b and a > b)}
        ranges = {n: (a, b) for n, (a, b) in ranges.items() if a is None or b is None or a <= b}
        limits = tuple(Limit(name, low, high, "") for name, (low, high) in ranges.items())
        own = {key: fact[key] for key in ("reference", "accredited", "region", "tier")}
        laboratories.append(make_laboratory(f"lab{number}", limits=limits, valid=valid, **own))
        wanted = [("payload", payload), ("temperature", coldest), ("temperature", hottest)]
        inside = all(
            value is None
            or name not in ranges
            or (
                (ranges[name][0] is None or value >= ranges[name][0])
                and (ranges[name][1] is None or value <= ranges[name][1])
            )
            for name, value in wanted
        )
        place = {None: "", "330100": "3301"}.get(region, region)
        if (
            inside
            and fact["reference"] != "ISO 3691-4:2023"
            and fact["accredited"]
            and valid[0] <= ON
            and until <= valid[1]
            and fact["region"].startswith(place)
            and (tiers is None or fact["tier"] in tiers)
        ):
            able.add(f"lab{number}")
    network = make_network(*laboratories)
    found = match(pose, (), values, network, ON, catalogue=catalogue, region=region, tiers=tiers, until=until)
    assert {laboratory.id for laboratory in found.laboratories} == able
    assert {miss.laboratory.id for miss in found.near_misses} == {each.id for each in laboratories} - able
    for capable in found.capable:
        assert capable.line in capable.laboratory.lines
        assert {bench.id for bench in capable.benches} == set(capable.line.benches)


def test_a_limit_that_is_missed_is_told_with_its_difference(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """60 kg on a rig for 50 kg: the miss names the limit, both figures, and the 10 kg between them."""
    rig = make_laboratory(limits=(Limit("payload", 0, 50, "kg"),))
    (miss,) = ask(rig, values={"payload.rated": 60.0}).near_misses
    assert (miss.limit, miss.needed, miss.offered) == ("payload", "60 kg", "0..50 kg")
    assert "10 kg" in miss.by.en
    assert "负载" in miss.by.zh


def test_both_ends_of_a_range_belong_to_it(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """A rig for 0..50 kg takes 50 kg."""
    rig = make_laboratory(limits=(Limit("payload", 0, 50, "kg"),))
    assert ask(rig, values={"payload.rated": 50.0}).capable


def test_an_unknown_value_decides_nothing_but_is_told(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """Without a payload the laboratory stays, with the payload limit listed as unchecked; a known one is not listed."""
    payload, temperature = Limit("payload", 0, 50, "kg"), Limit("temperature", -40, 85, "°C")
    rig = make_laboratory(limits=(payload, temperature))
    known = {"environment.temperature_min": -20.0, "environment.temperature_max": 50.0}
    assert ask(rig, values=known).capable[0].unchecked == (payload,)
    half = {"payload.rated": 20.0, "environment.temperature_min": -20.0}
    assert ask(rig, values=half).capable[0].unchecked == (temperature,)


def test_an_identical_adoption_is_the_same_method(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """GB/T 12642-2013 is ISO 9283:1998 word for word, so a scope that cites it serves who asks for the ISO."""
    assert ask(make_laboratory(reference="GB/T 12642-2013"), references=(ref("ISO 9283"),)).capable


@pytest.mark.parametrize(
    ("asked", "cited", "able"),
    [
        ("ISO 3691-4", "ISO 3691-4:2023", True),
        ("ISO 3691-4", "ISO 3691-4:2020", False),
        ("ISO 3691-4", "GB/T 10827.4-2023", False),
        ("ISO 3691-4:2020", "GB/T 10827.4-2023", True),
        ("ISO 3691-4:2020", "ISO 3691-4:2020", True),
    ],
)
def test_a_superseded_edition_is_a_near_miss_unless_it_is_asked_for(
    ask: Callable[..., Matches], make_laboratory: Make, asked: str, cited: str, able: bool
) -> None:
    """An undated reference means the edition of the date; an adoption of the older edition does not serve it."""
    found = ask(make_laboratory(reference=cited), references=(ref(asked),))
    assert bool(found.capable) is able
    if not able:
        (miss,) = found.near_misses
        assert miss.limit == ("edition" if cited.startswith("ISO") else "method")
        assert (miss.needed, miss.offered) == ("ISO 3691-4:2023", cited)


def test_accreditation_must_last_until_the_end_of_the_work(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """Valid on 1 December but lapsing on the 20th: able for the day, not for work until 31 January, 42 days later."""
    lapsing = make_laboratory(valid=(date(2020, 1, 1), date(2026, 12, 20)))
    assert ask(lapsing).capable
    (miss,) = ask(lapsing, until=date(2027, 1, 31)).near_misses
    assert miss.limit == "accreditation"
    assert "42" in miss.by.en


def test_two_short_accreditations_do_not_make_a_long_one(pose: TestItem, make_laboratory: Make) -> None:
    """One accreditation has to cover the whole time: between two of them nobody vouches."""
    held = (
        Accreditation("CMA", "1", date(2026, 1, 1), date(2026, 12, 10)),
        Accreditation("CNAS", "2", date(2026, 12, 12), date(2030, 1, 1)),
    )
    laboratory = replace(make_laboratory(), accreditations=held)
    assert laboratory.accredited(date(2026, 12, 5))
    assert not laboratory.accredited(date(2026, 12, 5), date(2026, 12, 20))


def test_yuhang_is_not_qiantang(ask: Callable[..., Matches], make_laboratory: Make) -> None:
    """330110 ends in a zero of its own: it must not take in 330114, while 330100 and 33 take in both."""
    both = (make_laboratory("yuhang", region="330110"), make_laboratory("qiantang", region="330114"))
    assert [each.id for each in ask(*both, region="330110").laboratories] == ["yuhang"]
    assert len(ask(*both, region="330100").laboratories) == len(ask(*both, region="330000").laboratories) == 2


@pytest.mark.parametrize(
    ("clause", "able"), [("", True), ("7.2", True), ("7.2.1", True), ("7.2.2", False), ("7.2.10", False)]
)
def test_an_unmapped_line_matches_by_standard_and_clause(
    ask: Callable[..., Matches], make_laboratory: Make, clause: str, able: bool
) -> None:
    """A line that nobody mapped to a test item serves it if it cites the method's clause, one above, or the whole."""
    assert bool(ask(make_laboratory(test=None, clause=clause)).capable) is able


def test_other_tests_of_the_same_laboratory_do_not_count(
    catalogue: Catalogue, pose: TestItem, make_laboratory: Make, make_network: MakeNetwork
) -> None:
    """A line that is mapped to another test item proves nothing, even with the same standard."""
    other = replace(pose, id="T-OTHER", methods=(Method(ref("ISO 9283"), "7.3"),))
    found = match(other, (), {}, make_network(make_laboratory()), ON, catalogue=catalogue)
    assert not found.capable
    assert not found.near_misses
