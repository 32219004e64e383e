"""Free-text limits become ranges, or say why not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories import LaboratoryError
from qilian.laboratories.scopes import Need, read_limits


@pytest.mark.parametrize(
    ("text", "name", "low", "high"),
    [
        ("-70 °C ~ 180 °C", "temperature", -70, 180),
        ("-40℃~85℃", "temperature", -40, 85),
        ("温度：(-70~180)℃", "temperature", -70, 180),
        ("≤ 100 kN", "force", None, 100_000),
        ("0.1–1000 MHz", "frequency", 1e5, 1e9),
        ("(Up to 420 k V)", "voltage", None, 420_000),
        ("upto 8.0 k A", "current", None, 8_000),
        ("不大于 50 kg", "mass", None, 50),
        ("0.1 mg/L以上", "concentration", 0.1, None),
        ("±15 kV", "voltage", -15_000, 15_000),
        ("10 g to 20 kg", "mass", 0.01, 20),
        ("1,000 N ~ 2,000 N", "force", 1000, 2000),
        ("32 °F ~ 212 °F", "temperature", 0, 100),
    ],
)
def test_a_limit_is_read(text: str, name: str, low: float | None, high: float | None) -> None:
    """Ends are held in one unit for each quantity; an end that is not given is open."""
    (limit,) = read_limits(text).read
    assert limit.name == name
    assert limit.low == (None if low is None else pytest.approx(low))
    assert limit.high == (None if high is None else pytest.approx(high))
    assert not read_limits(text).unread


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("100 kN", "single value"),
        ("只测 3 项", "no known unit"),
        ("5 kV to 10 mm", "different quantities"),
        ("300 °C to 20 °C", "downwards"),
        ("1600 mm×1000 mm", "single value"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, why: str) -> None:
    """A figure that makes no range is given back with its reason, never guessed."""
    limits = read_limits(text)
    assert not limits.read
    assert why in limits.unread[0].why
    assert limits.unread[0].reason.zh != limits.unread[0].reason.en


def test_several_limits_stand_in_one_cell() -> None:
    """Pieces are read one by one; a piece that fails does not take the others along."""
    limits = read_limits("-40℃~85℃, 20%RH~98%RH; 3 次")
    assert [limit.name for limit in limits.read] == ["temperature", "humidity"]
    assert [fault.text for fault in limits.unread] == ["3 次"]


def test_less_than_leaves_the_end_out() -> None:
    """``<100 kN`` does not hold 100 kN, and holds everything under it."""
    (limit,) = read_limits("<100 kN").read
    assert not limit.holds(100_000)
    assert limit.holds(99_999.999)


@given(st.integers(-1000, 1000), st.integers(0, 1000))
def test_a_written_range_holds_exactly_its_numbers(low: int, width: int) -> None:
    """What is written as LOW ~ HIGH holds both ends and nothing beyond."""
    (limit,) = read_limits(f"{low} °C ~ {low + width} °C").read
    assert limit.holds(low)
    assert limit.holds(low + width)
    assert not limit.holds(math.nextafter(low, -math.inf))
    assert not limit.holds(math.nextafter(low + width, math.inf))


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_of_limits(text: str) -> None:
    """Any text gives limits with ends in order."""
    for limit in read_limits(text).read:
        assert limit.low is None or limit.high is None or limit.low <= limit.high


def test_a_need_is_read_and_a_wrong_one_says_how() -> None:
    """The unit decides the quantity; a name of another quantity, or no unit, is refused."""
    need = Need.parse("payload=16 kg")
    assert (need.quantity.name, need.low, need.high) == ("mass", 16, 16)
    assert Need.parse("temperature=-40..85 °C").high == 85
    for wrong in ("temperature=5 kN", "force=5", "force", "force=9..1 kN"):
        with pytest.raises(LaboratoryError):
            Need.parse(wrong)
