"""Numbers with their units, at the door: in comes "0.432 kWh", out goes 432.0 in the unit that the vocabulary names.

Full-width digits, square unit signs (㎏) and common Chinese unit words (公斤) are understood. A value written in the
vocabulary's own unit never touches pint, which takes most of a second to import.
"""

import math
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from qilian.product.errors import ProductError

if TYPE_CHECKING:
    import pint

_WRITTEN = re.compile(r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(?P<unit>[^\d\s.,;~+\-–—].*)?\Z")
_FACTOR = r"[A-Za-zµΩ°%]+(?:[²³]|(?:\^|\*\*)?-?\d)?"  # one digit at most: m^9^9^9 must never be worked out
_UNIT = re.compile(rf"{_FACTOR}(?:\s?[·*/ ]\s?{_FACTOR}){{0,5}}\Z")
_SAME = str.maketrans({"μ": "µ", "\u2212": "-", "⋅": "·"})
CHINESE_UNITS = {
    "公斤": "kg", "千克": "kg", "毫克": "mg", "克": "g", "吨": "t",
    "公里": "km", "千米": "km", "厘米": "cm", "毫米": "mm", "微米": "µm", "米": "m",
    "千伏": "kV", "毫伏": "mV", "伏特": "V", "伏": "V", "毫安时": "mAh", "安时": "Ah", "毫安": "mA", "安": "A",
    "千瓦时": "kWh", "瓦时": "Wh", "千瓦": "kW", "瓦": "W", "牛米": "N·m", "牛": "N",
    "摄氏度": "°C", "小时": "h", "分钟": "min", "毫秒": "ms", "秒": "s",
}  # fmt: skip
_CHINESE_UNIT = re.compile("|".join(sorted(CHINESE_UNITS, key=len, reverse=True)))
_SPELLED = {"Nm": "N*m", "m2": "m^2", "m3": "m^3", "mm2": "mm^2", "cm2": "cm^2"}
_LONGEST = 60


def read_quantity(written: object, unit: str | None, quantity: str, name: str, where: str) -> float:
    """Return what was written as a number of ``unit``.

    Parameters
    ----------
    written
        A text such as ``48 V``, or a bare number where ``unit`` is None.
    unit
        The vocabulary's own unit; None for counts and ratios.
    quantity
        What is measured, in English, with or without its article ("an energy"); may be empty.
    name, where
        The parameter and the place in the file, for the error.

    Raises
    ------
    ProductError
        If it is not one finite number, has no unit, or its unit measures something else.
    """
    text = written if isinstance(written, str) else _plain_number(written, name, where)
    text = _plain(text)
    example = f"{name}: 12 {unit}" if unit else f"{name}: 12"
    if len(text) > _LONGEST:
        raise ProductError(f"{name}: {shorten(text)}: not a number", where=where, mend=f"write e.g. {example}")
    match = _WRITTEN.match(text)
    if match is None:
        raise ProductError(
            f"{name}: {shorten(text)}: not one number", where=where, mend=f"write one number, e.g. {example}"
        )
    number = float(match["number"])
    written_unit = _CHINESE_UNIT.sub(lambda word: CHINESE_UNITS[word[0]], (match["unit"] or "").strip())
    if not math.isfinite(number):
        raise ProductError(f"{name}: {text}: not a finite number", where=where, mend=f"write e.g. {example}")
    own_unit = _plain(unit or "")
    if written_unit == own_unit:
        return number
    if not written_unit:
        raise ProductError(f"{name}: {text}: no unit", where=where, mend=f"write the unit, e.g. {text} {unit}")
    if unit is None:
        raise ProductError(f"{name}: {text}: a plain number has no unit", where=where, mend=f"write {match['number']}")
    return _convert(number, written_unit, own_unit, quantity, text, name, where)


def shorten(text: str, longest: int = _LONGEST) -> str:
    """Return ``text`` on one line, cut so that a hostile value cannot flood a message."""
    line = " ".join(text[: longest + 1].split())
    return line if len(text) <= longest else f"{line[:longest]}…"


def with_article(noun: str) -> str:
    """Return an English noun with its article: energy → an energy."""
    if noun.startswith(("a ", "an ")):
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _plain(text: str) -> str:
    """Return ``text`` with one spelling of each sign: NFKC, but for superscripts, which must not become digits."""
    text = text.strip()[: _LONGEST + 1]
    if not text.isascii():
        signs = (each if unicodedata.category(each) == "No" else unicodedata.normalize("NFKC", each) for each in text)
        text = "".join(signs).translate(_SAME)
    return text.strip()


def _plain_number(written: object, name: str, where: str) -> str:
    if isinstance(written, bool) or not isinstance(written, int | float):
        kind = {bool: "true or false", list: "a list", dict: "a mapping", type(None): "nothing"}.get(type(written))
        raise ProductError(f"{name}: {kind or 'this'} is not a number", where=where, mend="write one number")
    return repr(written)


def _convert(number: float, written: str, unit: str, quantity: str, text: str, name: str, where: str) -> float:
    expected = with_article(quantity) if quantity else f"a quantity in {unit}"
    mend = f"write it in {unit}"
    written_unit = _unit_of(written)
    if written_unit is None:
        raise ProductError(f"{name}: {text}: no such unit as {shorten(written, 20)}", where=where, mend=mend)
    own_unit = _unit_of(unit)
    registry = _registry()
    # Root units, not dimensions: a percentage and an angle have both no dimension, and are not the same thing.
    if own_unit is None or registry.get_root_units(written_unit)[1] != registry.get_root_units(own_unit)[1]:
        raise ProductError(f"{name}: {text}: not {expected}", where=where, mend=mend)
    try:
        converted = float(registry.Quantity(number, written_unit).to(own_unit).magnitude)
    except (ArithmeticError, TypeError, ValueError):  # pint's errors derive from these; levels (dB) are such a case
        converted = math.nan
    if not math.isfinite(converted):
        raise ProductError(f"{name}: {text}: cannot be converted to {unit}", where=where, mend=mend)
    # Twelve digits: 5 km/h is 5.000000000000001 / 3.6 m/s in floating point, and thresholds are compared exactly.
    return float(f"{converted:.12g}")


@cache
def _registry() -> "pint.UnitRegistry[float]":
    import pint

    return pint.UnitRegistry()


def _unit_of(text: str) -> "pint.Unit | None":
    if not _UNIT.match(text):
        return None
    try:
        return _registry().parse_units(_SPELLED.get(text, text))
    except Exception:
        # pint raises its own errors, but also AssertionError and tokenizer errors, for words that are no unit.
        return None
