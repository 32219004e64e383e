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
_UNIT_END = rf"(?:{_UNIT})(?![a-z])|(?:v)(?=[ad]c(?![a-z]))"
_DIGITS = "零一二两三四五六七八九"
_GROUPED = r"\d{1,3}(?: \d{3})+(?!\d)"
_NUMBER = rf"{_GROUPED}|\d+(?:,\d{{3}})*(?:\.\d+)?|[{_DIGITS}十百千]+(?:点[{_DIGITS}]+)?"
_TO = r"\s*(?:~|-|至|到|to|\.\.+)\s*"
_SIGN = r"(?<![\w)/])[-+]|(?<=[\u4e00-\u9fff])[-+]|零下\s?|\bminus "
_QUANTITY = re.compile(
    rf"(?P<speed>时速\s*)?(?P<low>(?:{_SIGN})?(?<![\d.])(?:{_NUMBER}))\s?(?P<low_unit>{_UNIT_END})?"
    rf"(?:{_TO}(?P<high>(?:[-+]|零下\s?|零上\s?|minus |plus )?(?:{_NUMBER}))\s?(?P<unit>{_UNIT_END})"
    rf"|\s?[x×*]\s?(?P<second>{_NUMBER})\s?(?:{_UNIT_END})?\s?[x×*]\s?(?P<third>{_NUMBER})\s?\(?(?P<unit3>{_UNIT_END}))?",
    re.IGNORECASE,
)
# "一米七", "1米75": what follows the metres are tenths and hundredths.
_METRES = re.compile(
    rf"(?<![\d.{_DIGITS}十百千])(?P<whole>[{_DIGITS}]|\d)米(?P<part>[{_DIGITS}]{{1,2}}|\d{{1,2}})(?![\d.{_DIGITS}十百千米])"
)
# "从5kg升到8kg": what was, is no more.
_CHANGED = re.compile(
    r"\s*(?:提升|提高|增加|升级|升|增|加|降低|减少|降|减|改|变|调整|调|换)(?:到|为|至|成)了?\s*|"
    r"\s*(?:increased|raised|upgraded|changed|reduced|lowered) to \s*",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DECIMAL_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d{1,2})(?![\d,])")


_BELOW = re.compile(r"^(?:零下|minus )\s*")
_ABOVE = re.compile(r"^(?:零上|plus )\s*")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


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
    """Yield the quantities in the order of the text; of "from 5 kg raised to 8 kg" the second only."""
    waiting: Quantity | None = None
    for each in _found(plain):
        if waiting is not None and not _is_replaced(plain, waiting, each):
            yield waiting
        waiting = each
    if waiting is not None:
        yield waiting


def _found(plain: str) -> Iterator[Quantity]:
    if not _CHINESE.search(plain):  # where a comma in a number is Chinese punctuation, it ends the number
        plain = _DECIMAL_COMMA.sub(r"\1.\2", plain)
    spoken = [
        Quantity((number_of(match["whole"]) + _decimals(match["part"]),), "m", False, match.start(), match.end())
        for match in _METRES.finditer(plain)
    ]
    taken = [(each.start, each.end) for each in spoken]
    written = (
        each for each in _written(plain) if not any(start < each.end and each.start < end for start, end in taken)
    )
    yield from sorted([*spoken, *written], key=lambda each: each.start)


def _is_replaced(plain: str, first: Quantity, second: Quantity) -> bool:
    return _comparable(first.unit, second.unit) and bool(_CHANGED.fullmatch(plain, first.end, second.start))


def _written(plain: str) -> Iterator[Quantity]:
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
    """Return a number in digits, in Chinese characters (``三``, ``四十五``, ``零下十``) or in an English word."""
    plain = _ABOVE.sub("", _BELOW.sub("-", written.strip().lower())).replace(",", "").replace(" ", "")
    if plain in _ENGLISH:
        return float(_ENGLISH.index(plain))
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
    return sign * (total + digit + (_decimals(part) if part else 0.0))


def _decimals(part: str) -> float:
    """Return what digits after the point are worth."""
    return float("0." + "".join(each if each.isdecimal() else str(_digit(each)) for each in part))


def _digit(character: str) -> int:
    return 2 if character == "两" else "零一二三四五六七八九".index(character)


@cache
def _comparable(unit: str, other: str) -> bool:
    try:
        read_quantity(f"1 {unit}", other, "", "", "")
    except ProductError:
        return False
    return True
