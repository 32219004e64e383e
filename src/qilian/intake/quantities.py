"""Finds numbers with units in a text: ``10kg``, ``三公斤``, ``-20~50℃``, ``1200×800×300mm``, ``100-240 VAC``.

Out go :class:`Quantity` with the unit in a spelling that :func:`qilian.product.quantity.read_quantity` takes; which
parameter one belongs to is decided elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qilian.product import Parameter, ProductError
from qilian.product.quantity import CHINESE_UNITS, read_quantity

_SPELT = {
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
    "g": "g gram grams",
    "t": "t ton tons tonne tonnes",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "m metre metres meter meters",
    "µm": "µm um micron microns",
    "m/s": "m/s mps m/sec",
    "mm/s": "mm/s",
    "m/min": "m/min",
    "km/h": "km/h kmh kph",
    "V": "v volt volts",
    "A": "a amp amps ampere amperes",
    "mAh": "mah",
    "Ah": "ah",
    "Wh": "wh",
    "kWh": "kwh",
    "W": "w watt watts",
    "kW": "kw",
    "N": "n newton newtons",
    "kN": "kn",
    "°C": "°c degc celsius",
}
_UNITS = {spelling: unit for unit, spellings in _SPELT.items() for spelling in spellings.split()} | {
    "米每秒": "m/s", "米/秒": "m/s", "毫米/秒": "mm/s", "毫米每秒": "mm/s", "米/分": "m/min", "米每分": "m/min",
    "米/分钟": "m/min", "米每分钟": "m/min", "公里/小时": "km/h", "公里每小时": "km/h", "度": "°C",
    **CHINESE_UNITS,
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
# A unit ends with its word; "VAC" and "VDC" are volts with what they are said of.
_UNIT_END = rf"(?:{_UNIT})(?![a-z])|(?:v)(?=ac\b|dc\b)"
_DIGITS = "零一二两三四五六七八九"
_NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?|[{_DIGITS}十百千]+(?:点[{_DIGITS}]+)?"
_TO = r"\s*(?:~|-|至|到|to|\.\.+)\s*"
_SIGN = r"(?<![\w)])[-+]|(?<=[\u4e00-\u9fff])[-+]"
_QUANTITY = re.compile(
    rf"(?P<speed>时速\s*)?(?P<low>(?:{_SIGN})?(?<![\d.])(?:{_NUMBER}))\s?(?P<low_unit>{_UNIT_END})?"
    rf"(?:{_TO}(?P<high>[-+]?(?:{_NUMBER}))\s?(?P<unit>{_UNIT_END})"
    rf"|\s?[x×*]\s?(?P<second>{_NUMBER})\s?(?:{_UNIT_END})?\s?[x×*]\s?(?P<third>{_NUMBER})\s?(?P<unit3>{_UNIT_END}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number, the two ends of a range, or three edges; ``unit`` as ``read_quantity`` takes it."""

    numbers: tuple[float, ...]
    unit: str
    is_range: bool
    start: int
    end: int

    def fits(self, parameter: Parameter) -> bool:
        """Whether the unit measures what the parameter is."""
        return parameter.kind == "number" and parameter.unit is not None and _comparable(self.unit, parameter.unit)

    def value(self, parameter: Parameter, number: float) -> float | None:
        """Return ``number`` in the parameter's unit, or None where it is beyond what is possible."""
        try:
            value = read_quantity(f"{number:.12g} {self.unit}", parameter.unit, "", parameter.id, "")
        except ProductError:
            return None
        low, high = parameter.minimum, parameter.maximum
        return None if (low is not None and value < low) or (high is not None and value > high) else value


def find_quantities(plain: str) -> Iterator[Quantity]:
    """Yield the quantities in the order of the text."""
    for match in _QUANTITY.finditer(plain):
        unit = match["unit3"] or match["unit"] or match["low_unit"]
        if not unit:
            continue
        spelt = _UNITS[unit.lower()]
        if match["speed"] and spelt in ("km", "m"):
            spelt += "/h"
        written = [match[name] for name in ("low", "second", "third", "high") if match[name]]
        numbers = tuple(number_of(each) for each in written)
        yield Quantity(numbers, spelt, match["high"] is not None, match.start("low"), match.end())


def number_of(written: str) -> float:
    """Return a number written in digits or in Chinese characters (``三``, ``四十五``, ``一点五``)."""
    plain = written.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        pass
    sign = -1 if plain.startswith("-") else 1
    whole, _, part = plain.lstrip("+-").partition("点")
    total, digit = 0, 0
    for character in whole:
        if character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            digit = _digit(character)
    fraction = float("0." + "".join(str(_digit(character)) for character in part)) if part else 0.0
    return sign * (total + digit + fraction)


def _digit(character: str) -> int:
    return 2 if character == "两" else "零一二三四五六七八九".index(character)


@cache
def _comparable(unit: str, other: str) -> bool:
    try:
        read_quantity(f"1 {unit}", other, "", "", "")
    except ProductError:
        return False
    return True
