"""Numbers with units: what is written becomes a number of the vocabulary's unit, or one clear line says why not."""

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.product import ProductError
from qilian.product.quantity import read_quantity, with_article

# (written, the vocabulary's unit, value): worked out by hand from the definition of the units.
WRITTEN = [
    ("48 V", "V", 48.0),
    ("16kg", "kg", 16.0),
    ("2 m/s", "m/s", 2.0),
    ("7.2 km/h", "m/s", 2.0),  # 7.2 / 3.6
    ("0.432 kWh", "Wh", 432.0),
    ("3600 J", "Wh", 1.0),
    ("9000 mAh", "Ah", 9.0),
    ("-20 °C", "°C", -20.0),
    ("-20 ℃", "°C", -20.0),
    ("\u221220 °C", "°C", -20.0),  # the typographic minus sign
    ("253.15 K", "°C", -20.0),
    ("14 °F", "°C", -10.0),
    ("1.5 N·m", "Nm", 1.5),
    ("1 N/cm²", "N/cm^2", 1.0),
    ("10 kPa", "N/cm²", 1.0),
    ("60 rpm", "rpm", 60.0),
    ("65 dB(A)", "dB(A)", 65.0),
    ("1e3 g", "kg", 1.0),
    (".5 t", "kg", 500.0),
    (7, None, 7.0),
    ("7", None, 7.0),
    ("４８Ｖ", "V", 48.0),  # full width
    ("48\u3000V", "V", 48.0),  # ideographic blank
    ("１６ ㎏", "kg", 16.0),
    ("1500 ㎜", "m", 1.5),
    ("20 ㎡", "m²", 20.0),
    ("35 公斤", "kg", 35.0),
    ("35千克", "kg", 35.0),
    ("500 克", "kg", 0.5),
    ("1.3 米", "m", 1.3),
    ("900 毫米", "mm", 900.0),
    ("48 伏", "V", 48.0),
    ("10 安", "A", 10.0),
    ("9000 毫安时", "Ah", 9.0),
    ("400 瓦", "W", 400.0),
    ("432 瓦时", "Wh", 432.0),
    ("0.432 千瓦时", "Wh", 432.0),
    ("140 牛", "N", 140.0),
    ("−20 摄氏度", "°C", -20.0),
    ("2 小时", "h", 2.0),
    ("30 秒", "s", 30.0),
    ("1.5 米/秒", "m/s", 1.5),
    ("5.4 公里/小时", "m/s", 1.5),
]

REFUSED = [
    ("432 kg", "Wh", "battery.energy: 432 kg: not an energy, in file line 14; write it in Wh"),
    ("432 个", "Wh", "no such unit as 个"),
    ("1½ Wh", "Wh", "no such unit as ½"),  # NFKC would read it as eleven halves
    ("5² Wh", "Wh", "no such unit as ²"),  # and this as fifty-two
    ("10⁵ Wh", "Wh", "no such unit as ⁵"),
    ("432 克", "Wh", "not an energy"),
    ("432", "Wh", "battery.energy: 432: no unit, in file line 14; write the unit, e.g. 432 Wh"),
    (432, "Wh", "battery.energy: 432: no unit, in file line 14; write the unit, e.g. 432 Wh"),
    ("432 furlongs", "Wh", "battery.energy: 432 furlongs: not an energy, in file line 14; write it in Wh"),
    ("432 blorp", "Wh", "battery.energy: 432 blorp: no such unit as blorp, in file line 14; write it in Wh"),
    ("400-450 Wh", "Wh", "not one number"),
    ("~432 Wh", "Wh", "not one number"),
    ("1,000 Wh", "Wh", "not one number"),
    ("400 – 450 Wh", "Wh", "not one number"),
    ("many Wh", "Wh", "not one number"),
    ("", "Wh", "not one number"),
    ("1e999 Wh", "Wh", "not a finite number"),
    ("1e308 MWh", "Wh", "cannot be converted"),
    (float("inf"), "Wh", "not"),
    (float("nan"), None, "not one number"),
    ("5 kg", None, "a plain number has no unit"),
    ("60 Hz", "rpm", "not an energy"),  # turning is measured in angle per time, a frequency is not
    ("5 deg", "%", "not an energy"),  # both have no dimension
    (True, "Wh", "true or false is not a number"),
    (["432 Wh"], "Wh", "a list is not a number"),
    (None, "Wh", "nothing is not a number"),
]


@pytest.mark.parametrize(("written", "unit", "value"), WRITTEN)
def test_written_quantities_become_numbers_of_the_vocabularys_unit(
    written: object, unit: str | None, value: float
) -> None:
    """Each unit that converts gives exactly the number that a person would write."""
    assert read_quantity(written, unit, "", "p", "file") == value


@pytest.mark.parametrize(("written", "unit", "message"), REFUSED)
def test_what_is_no_such_quantity_is_refused_in_one_line(written: object, unit: str | None, message: str) -> None:
    """The line names parameter, value, fault, place and mend."""
    with pytest.raises(ProductError) as caught:
        read_quantity(written, unit, "an energy", "battery.energy", "file line 14")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "power_tower", ["5 m^9^9^9", "5 m**99999999", "5 " + "m*" * 10_000, "5 " + "(" * 5000, "9" * 5000]
)
def test_hostile_units_cost_no_time_and_flood_no_message(power_tower: str) -> None:
    """A unit that would take ages to work out is refused before it reaches pint."""
    with pytest.raises(ProductError) as caught:
        read_quantity(power_tower, "kg", "a mass", "machine.mass", "file line 1")
    assert len(str(caught.value)) < 250


@given(st.text(max_size=70), st.sampled_from(["kg", "°C", "m/s", "%", None]))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_finite_number_or_a_product_error(text: str, unit: str | None) -> None:
    """Nothing else ever comes out, whatever is written."""
    try:
        value = read_quantity(text, unit, "a mass", "p", "file")
    except ProductError as error:
        lines = str(error).splitlines()
    else:
        lines = [str(value)]
        assert math.isfinite(value)
    assert len(lines) == 1


@given(st.floats(min_value=1e-6, max_value=1e9))
@settings(deadline=None)
def test_conversion_there_and_back_gives_the_same_number(grams: float) -> None:
    """Grams to kilograms and back agree to the twelve digits that are kept."""
    kilograms = read_quantity(f"{grams!r} g", "kg", "a mass", "p", "file")
    assert read_quantity(f"{kilograms!r} kg", "g", "a mass", "p", "file") == pytest.approx(grams, rel=1e-10)


def test_the_vocabularys_own_unit_needs_no_pint() -> None:
    """Importing pint costs most of a second, so the common case does without."""
    code = (
        "import sys; from qilian.product.quantity import read_quantity;"
        "assert read_quantity('48 V', 'V', '', 'p', '') == 48; assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_articles() -> None:
    """Error lines read like English, whether the pack writes the article or not."""
    assert [with_article(word) for word in ("energy", "mass", "an energy", "a mass")] == [
        "an energy", "a mass", "an energy", "a mass",
    ]  # fmt: skip
