"""Matching a demand to scopes: hard limits are never violated, reasons are given, both languages work."""

import csv
import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.laboratories import LaboratoryError
from qilian.laboratories.scopes import (
    Bridge,
    Demand,
    Matcher,
    ScopeIndex,
    ScopeMatches,
    import_scopes,
    matches_json,
    matches_schema,
    open_scopes,
)
from qilian.standards import StandardRef
from qilian.text import Text

BRIDGE = Bridge([Text("位姿准确度", "Pose accuracy"), Text("绝缘电阻", "Insulation resistance")])
ON = date(2026, 12, 1)


def found(scopes: ScopeIndex, text: str, **asked: object) -> ScopeMatches:
    """Match a demand."""
    return Matcher(scopes, bridge=BRIDGE).match(Demand.asked(text, **asked))  # type: ignore[arg-type]  # plain words


def scopes_of(folder: Path, *lines: tuple[str, str, str, str]) -> ScopeIndex:
    """Import lines of laboratory, object, parameter and standard."""
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows((("laboratory", "object", "parameter", "standard"), *lines))
    import_scopes(folder / "table.csv", folder / "home")
    return open_scopes(folder / "home")


def ids(matches: ScopeMatches) -> list[str]:
    """Return the laboratories in their order."""
    return [one.laboratory.id for one in matches.laboratories]


def test_lines_that_say_the_same_are_one_concept(scopes: ScopeIndex) -> None:
    """Six lines say four things: two pairs differ in spacing, edition and clause only."""
    assert (scopes.line_count, scopes.concepts, scopes.laboratory_count) == (6, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Pose accuracy of industrial robots",
        "poseaccuracy",
        "po se accuracy",
        "pose acuracy",
        "accuracy pose",
        "位姿准确度",
        "ISO 9283",
    ],
)
def test_a_demand_finds_its_laboratories_however_it_is_written(scopes: ScopeIndex, text: str) -> None:
    """Spaces, order, a typo, the other language and the bare standard lead to the same two laboratories."""
    assert set(ids(found(scopes, text))) >= {"alpha", "beta"}
    assert set(ids(found(scopes, text))[:2]) == {"alpha", "beta"}


def test_each_laboratory_comes_with_the_line_that_proves_it(scopes: ScopeIndex) -> None:
    """The row names the file and its line."""
    lines = {one.laboratory.id: one.lines[0] for one in found(scopes, "Pose accuracy ISO 9283").laboratories}
    assert lines["alpha"].row == "small.csv:2"
    assert lines["beta"].parameter == "Poseaccuracy"


def test_a_near_miss_says_which_limit_failed_and_by_how_much(scopes: ScopeIndex) -> None:
    """60 kg is 10 kg too much for alpha's 50 kg; beta holds it."""
    matches = found(scopes, "Pose accuracy", limits=["payload=60 kg"])
    assert ids(matches) == ["beta"]
    (miss,) = matches.near_misses
    assert (miss.laboratory.id, miss.shortfalls[0].limit) == ("alpha", "mass")
    assert "outside by 10 kg" in miss.shortfalls[0].by.en


def test_standing_is_hard(scopes: ScopeIndex) -> None:
    """Region, tier and accreditation on the date each leave only who has them; unknown is not known to hold."""
    assert ids(found(scopes, "Pose accuracy", region="330000")) == ["alpha"]
    assert ids(found(scopes, "Pose accuracy", tiers=["province"])) == ["beta"]
    assert ids(found(scopes, "Pose accuracy", on=ON)) == ["alpha"]
    assert ids(found(scopes, "Insulation resistance", on=ON)) == []
    reasons = {
        miss.laboratory.id: miss.shortfalls[0].by.en
        for miss in found(scopes, "Insulation resistance", on=ON).near_misses
    }
    assert "lapsed 154 days" in reasons["beta"]
    assert "no accreditation" in reasons["gamma"]


def test_the_edition_is_hard(scopes: ScopeIndex) -> None:
    """A dated standard takes its edition only; an undated one that no catalogue knows takes every edition."""
    assert ids(found(scopes, "Insulation resistance", standards=["IS 302-1:2008"], as_of=ON)) == ["gamma"]
    assert set(ids(found(scopes, "Insulation resistance", standards=["IS 302-1"], as_of=ON))) == {"beta", "gamma"}
    (miss,) = found(scopes, "Insulation resistance", standards=["IS 302-1:2008"], as_of=ON).near_misses
    assert (miss.laboratory.id, miss.shortfalls[0].limit) == ("beta", "edition")


def test_a_second_standard_of_a_cell_counts(scopes: ScopeIndex) -> None:
    """A cell with two standards is found by either."""
    for standard in ("CISPR 32:2015", "EN 55032:2015"):
        assert ids(found(scopes, "", standards=[standard], as_of=ON)) == ["gamma"]


def test_the_answer_is_what_the_schema_says(scopes: ScopeIndex) -> None:
    """Every kind of demand gives JSON of the published schema."""
    for asked in (
        {},
        {"limits": ["payload=60 kg"]},
        {"region": "33", "on": ON},
        {"standards": ["ISO 9283"], "as_of": ON},
    ):
        answer = json.loads(json.dumps(matches_json(found(scopes, "Pose accuracy", **asked))))
        jsonschema.validate(answer, matches_schema())
        assert {"query", "laboratories", "near_misses"} <= set(answer)


def test_an_empty_or_senseless_demand_is_refused(scopes: ScopeIndex) -> None:
    """Nothing asked, a region that is no code, a standard without a day."""
    for asked in ({"text": " "}, {"text": "x", "region": "Zhejiang"}, {"text": "x", "standards": ["ISO 9283"]}):
        with pytest.raises(LaboratoryError):
            Demand.asked(**asked)  # type: ignore[arg-type]  # plain words


def test_words_that_no_line_holds_find_nothing(scopes: ScopeIndex) -> None:
    """An answer is empty rather than made up."""
    assert ids(found(scopes, "zzzz qqqq")) == []


def test_a_line_has_to_name_the_test_in_one_of_its_languages(scopes: ScopeIndex) -> None:
    """A line of the same standard that names another test proves nothing; either language will do."""

    def named(*names: str) -> set[str]:
        demand = Demand(" ".join(names), (StandardRef.parse("ISO 9283"),), as_of=ON, names=names)
        return set(ids(Matcher(scopes).match(demand)))

    assert named("位姿准确度", "Pose accuracy") == {"alpha", "beta"}
    assert named("路径速度", "Path velocity") == set()


def test_lines_whose_standard_is_unreadable_are_not_raised_by_its_figures(tmp_path: Path) -> None:
    """A demand in which the words are scattered counts a figure once, as a word, a clause or a document number."""
    luminaire = "Recessed luminaires"
    unread = [("in-house", luminaire, "Marking", "10322 (P-5/sec-2) (Cl. 7) IS")]
    read = [(f"read {number}", luminaire, "Construction", f"IS 10322-5-2:{number}, Cl. 7") for number in (2012, 2013)]
    others = [("other", f"Lamp {number}", "Marking", f"IS {number}") for number in range(10400, 10440)]
    scopes = scopes_of(tmp_path, *unread, *read, *others)
    asked = "Construction No.7 (P-5/Sec Luminaires Recessed of 10322 IS"
    assert set(ids(found(scopes, asked))[:2]) == {"read 2012", "read 2013"}


@pytest.mark.parametrize("asked", ["steel ASTM chromium E1086", "ASTM chromium steel E-1086", "steel 1086 chromium"])
def test_a_lettered_number_is_found_with_and_without_its_letter(tmp_path: Path, asked: str) -> None:
    """``ASTM E1086`` in a line is what ``E1086``, ``E-1086`` and ``1086`` among other words mean."""
    lines = [("right", "Steel", "Chromium", "ASTM E1086"), ("wrong", "Steel", "Chromium", "ASTM E1999")]
    scopes = scopes_of(tmp_path, *lines)
    assert ids(found(scopes, asked))[0] == "right"


def test_of_lines_that_fit_alike_the_one_that_stands_in_the_demand_comes_first(tmp_path: Path) -> None:
    """The standard's cell is compared letter for letter as object and parameter are; an empty cell stands nowhere."""
    heating = ("Heating elements", "Power input")
    lines = [("empty", *heating, ""), ("other", *heating, "IS 4159 (Cl. 10)"), ("as asked", *heating, "4159")]
    assert ids(found(scopes_of(tmp_path, *lines), "Heating elements Power input 4159"))[0] == "as asked"


def test_a_bare_standard_leaves_no_words(tmp_path: Path) -> None:
    """``BS EN``, cut as one word because a cell writes it so, is the publisher and not a word of the demand."""
    lines = [("one", "Cables bsen", "Toxicity", "BS EN 50305"), ("two", "Cables", "Toxicity", "BS EN 50305, Cl. 9.2")]
    scopes = scopes_of(tmp_path, *lines)
    matcher = Matcher(scopes)
    assert matcher.query(Demand.asked("BS EN 50305")).words == ()
    assert matcher.query(Demand.asked("Toxicity")).words != ()


@pytest.mark.parametrize("asked", ["clause", "IS", "2008", "IS clause"])
def test_a_demand_of_nothing_but_words_of_citations_still_asks_for_them(tmp_path: Path, asked: str) -> None:
    """What is left out beside other words is all there is here."""
    lines = [("one", "IS clause 2008", "Marking", "own method"), ("two", "Cables", "Toxicity", "own method")]
    scopes = scopes_of(tmp_path, *lines)
    assert ids(found(scopes, asked)) == ["one"]


def test_hard_standards_do_not_score(scopes: ScopeIndex) -> None:
    """A standard that is required filters; the score of a laboratory is the same with it and without."""
    with_it = found(scopes, "Pose accuracy", standards=["ISO 9283"], as_of=ON)
    without = found(scopes, "Pose accuracy")
    assert [one.score for one in with_it.laboratories] == [one.score for one in without.laboratories[:2]]


def test_common_words_are_left_out_when_they_cost_too_much(scopes: ScopeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a budget of one concept only the first, rarest words are looked for, and still lead to the laboratory."""
    text = "Insulation resistance of domestic electrical appliances and equipment of industrial robots"
    whole = len(Matcher(scopes).query(Demand.asked(text)).words)
    monkeypatch.setattr("qilian.laboratories.scopes.retrieval.MOST_POSTINGS", 1)
    few = Matcher(scopes).query(Demand.asked(text)).words
    assert len(few) == 4 < whole
    assert "gamma" in ids(found(scopes, text))


# -- hard limits as a property -----------------------------------------------------------------------------------------

REGIONS = ("330100", "330200", "310100", "440300", "")
TIERS = ("province", "city", "district", "")
EDITIONS = ("ISO 9283:1998", "ISO 9283:1990", "ISO 9283", "GB/T 12642-2013", "ISO 9283:1998/GB/T 12642-2013")
DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Offer:
    """What one made-up laboratory offers."""

    region: str
    tier: str
    begin: date
    end: date
    low: int
    high: int
    edition: str


class Many:
    """Laboratories, and what they offer; too many to be printed."""

    def __init__(self, index: ScopeIndex, offers: dict[str, Offer]) -> None:
        self.index, self.offers = index, offers


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Many:
    """Three hundred laboratories with every mixture of region, tier, validity, payload and edition, by a fixed rule."""
    folder: Path = tmp_path_factory.mktemp("many")
    truth: dict[str, Offer] = {}
    table = ["laboratory,object,parameter,standard,limit"]
    register = ["id,name,region,tier,scheme,number,valid_from,valid_until"]
    for number in range(300):
        region, tier, edition = REGIONS[number % 5], TIERS[number // 5 % 4], EDITIONS[number // 20 % 5]
        begin = DAY + timedelta(days=number % 7 * 30 - 90)
        end = begin + timedelta(days=60)
        high = 10 * (number % 11 + 1)
        spelled = edition if number % 2 else edition.replace(" ", "")
        table.append(f'L{number},"robots","pose accuracy","{spelled}","{number % 3} kg ~ {high} kg"')
        register.append(f"L{number},L{number},{region},{tier},CNAS,{number},{begin},{end}")
        truth[f"L{number}"] = Offer(region, tier, begin, end, number % 3, high, edition)
    (folder / "table.csv").write_text("\n".join(table), encoding="utf-8")
    (folder / "register.csv").write_text("\n".join(register), encoding="utf-8")
    import_scopes(folder / "table.csv", folder / "home", register=folder / "register.csv")
    return Many(open_scopes(folder / "home"), truth)


@settings(deadline=None, max_examples=150)
@given(
    region=st.sampled_from(["", "33", "3301", "330100", "310000", "44", "99"]),
    tiers=st.none() | st.sets(st.sampled_from(["province", "city", "district"])),
    day=st.none() | st.integers(-120, 200),
    length=st.integers(0, 80),
    payload=st.none() | st.tuples(st.integers(0, 120), st.integers(0, 30)),
    standard=st.sampled_from(["", "ISO 9283:1998", "ISO 9283:1990", "ISO 9283", "GB/T 12642-2013"]),
    top=st.sampled_from([5, 20, 400]),
)
def test_hard_limits_are_never_violated_and_never_too_strict(
    many: Many,
    region: str,
    tiers: set[str] | None,
    day: int | None,
    length: int,
    payload: tuple[int, int] | None,
    standard: str,
    top: int,
) -> None:
    """Of 300 laboratories with one test, exactly those come back that an independent reading lets through."""
    on = None if day is None else DAY + timedelta(days=day)
    until = None if on is None else on + timedelta(days=length)
    low, high = (payload[0], payload[0] + payload[1]) if payload else (0, 0)

    def fits(offer: Offer) -> bool:
        cited = offer.edition.replace("/GB", "|GB").split("|")
        return (
            offer.region.startswith(region.rstrip("0") if len(region) == 6 else region)
            and (tiers is None or offer.tier in tiers)
            and (on is None or until is None or (offer.begin <= on and until <= offer.end))
            and (payload is None or (offer.low <= low and high <= offer.high))
            and (not standard or standard in cited or (standard == "ISO 9283" and "ISO 9283" in offer.edition))
        )

    demand = Demand.asked(
        "pose accuracy of robots",
        standards=[standard] if standard else [],
        limits=[f"payload={low}..{high} kg"] if payload else [],
        region=region,
        tiers=tiers,
        on=on,
        until=until,
        as_of=on or ON,
    )
    matches = Matcher(many.index).match(demand, top, counted=300)
    able = {name for name, offer in many.offers.items() if fits(offer)}
    assert set(ids(matches)) <= able
    assert len(matches.laboratories) == min(top, len(able))
    assert matches.count == len(able)
    assert matches.complete == (matches.count < max(top, 300))
    assert not {miss.laboratory.id for miss in matches.near_misses} & able
    assert all(miss.shortfalls for miss in matches.near_misses)


def test_a_demand_of_signs_alone_finds_nothing_and_harms_nothing(many: Many) -> None:
    matcher = Matcher(many.index, bridge=BRIDGE)
    for text in (")\U00040577", "()", "///", "\U00040577"):
        assert not matcher.match(Demand.asked(text), 5).laboratories
