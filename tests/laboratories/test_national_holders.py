"""Who holds a test of a plan nationwide: by the same hard limits as the network, and only lines that name the test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qilian.content import load_pack
from qilian.laboratories.national import COUNTED, SHOWN, match_nationally
from qilian.laboratories.scopes import Matcher, ScopeMatches, holders_json, import_scopes, open_scopes
from qilian.planning import Pack

ON = date(2026, 12, 1)
HEADER = "laboratory,object,parameter,standard,limit\n"
REGISTER = "id,name,region,tier,scheme,number,valid_from,valid_until\n"

Ask = Callable[..., ScopeMatches | None]


@pytest.fixture(scope="module")
def robots() -> Pack:
    """The robot pack."""
    return load_pack("robots")


@pytest.fixture
def ask(robots: Pack, tmp_path: Path) -> Ask:
    """Import lines, and a register if given, and ask who holds the pose accuracy."""

    def asked(lines: str, register: str = "", item: str = "T-9283-AP", **values: object) -> ScopeMatches | None:
        (tmp_path / "table.csv").write_text(HEADER + lines, encoding="utf-8")
        (tmp_path / "register.csv").write_text(REGISTER + register, encoding="utf-8")
        import_scopes(tmp_path / "table.csv", tmp_path / "home", register=tmp_path / "register.csv")
        matcher = Matcher(open_scopes(tmp_path / "home"), catalogue=robots.catalogue)
        given = {name.replace("__", "."): value for name, value in values.items()}
        return match_nationally(robots.tests[item], (), given, robots.vocabulary, matcher, ON)

    return asked


def test_holders_are_counted_and_the_first_shown(ask: Ask) -> None:
    """Thirty laboratories in both languages hold it: all are counted, the first ones come with their line."""
    english = "".join(f"E{n},Robots,Pose accuracy,ISO 9283:1998,\n" for n in range(20))
    chinese = "".join(f"C{n},工业机器人,位姿准确度,ISO 9283,\n" for n in range(10))
    other = "X,Robots,Path velocity accuracy,ISO 9283:1998,\nY,Robots,Pose accuracy,IEC 60204-1,\n"
    found = ask(english + chinese + other)
    assert found is not None
    assert (found.count, found.complete) == (30, True)
    assert len(found.laboratories) == SHOWN
    assert all(one.lines for one in found.laboratories)
    assert found.demand.standing.on is None  # no register: nothing is known of accreditations


def test_a_name_may_leave_its_bracket_out(ask: Ask) -> None:
    """A line that says only "Vibration" holds "Vibration (T.3)" of the same standard."""
    found = ask("A,Cells,Vibration,UN38.3 Rev.7,\nB,Cells,Shock,UN 38.3,\n", item="T-UN383-T3")
    assert found is not None
    assert [one.laboratory.id for one in found.laboratories] == ["A"]


def test_the_products_values_are_hard(ask: Ask) -> None:
    """80 kg is outside what A holds by 30 kg; an unknown payload shuts nobody out."""
    lines = "A,Robots,Pose accuracy,ISO 9283:1998,≤ 50 kg\nB,Robots,Pose accuracy,ISO 9283:1998,≤ 500 kg\n"
    found = ask(lines, payload__rated=80.0)
    assert found is not None
    assert [one.laboratory.id for one in found.laboratories] == ["B"]
    assert "outside by 30 kg" in found.near_misses[0].shortfalls[0].by.en
    unknown = ask(lines)
    assert unknown is not None
    assert unknown.count == 2


def test_who_is_known_to_have_lapsed_falls_out_and_who_is_not_known_is_unverified(ask: Ask) -> None:
    """B's accreditation is over on the day; of C, which no register names, nothing is known: that is not lapsed."""
    lines = "".join(f"{name},Robots,Pose accuracy,ISO 9283:1998,\n" for name in "ABC")
    register = "A,A,330100,city,CNAS,1,2024-01-01,2029-01-01\nB,B,330100,city,CNAS,2,2020-01-01,2026-01-01\n"
    found = ask(lines, register)
    assert found is not None
    assert [one.laboratory.id for one in found.laboratories] == ["A", "C"]
    assert {one.laboratory.id for one in found.near_misses} == {"B"}
    assert (found.count, found.unverified) == (2, 1)
    told = {one["id"]: one["accreditation"] for one in holders_json(found)["laboratories"]}
    assert told == {"A": "valid", "C": "unknown"}


def test_the_first_known_accreditation_shuts_out_none_of_which_nothing_is_known(ask: Ask) -> None:
    """One laboratory says that it is accredited, as the first upload does: the thirty others still count."""
    lines = "".join(f"L{n},Robots,Pose accuracy,ISO 9283:1998,\n" for n in range(30))
    before = ask(lines)
    after = ask(lines, "L0,L0,330100,city,CNAS,1,2024-01-01,2029-01-01\n")
    assert before is not None
    assert after is not None
    assert (before.count, before.unverified) == (30, 0)
    assert (after.count, after.unverified) == (30, 29)


def test_a_test_without_a_standard_is_not_counted(robots: Pack, tmp_path: Path) -> None:
    """A name alone would not tell which laboratories do it."""
    (tmp_path / "table.csv").write_text(HEADER + "A,Robots,Pose accuracy,ISO 9283,\n", encoding="utf-8")
    import_scopes(tmp_path / "table.csv", tmp_path / "home")
    matcher = Matcher(open_scopes(tmp_path / "home"), catalogue=robots.catalogue)
    item = replace(robots.tests["T-9283-AP"], methods=())
    assert match_nationally(item, (), {}, robots.vocabulary, matcher, ON) is None


def test_a_count_ends_somewhere(ask: Ask) -> None:
    """More holders than are counted are said to be at least so many."""
    found = ask("".join(f"L{n},Robots,Pose accuracy,ISO 9283:1998,\n" for n in range(COUNTED + 20)))
    assert found is not None
    assert (found.count, found.complete) == (COUNTED, False)
