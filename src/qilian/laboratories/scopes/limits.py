"""Reads limits in free text: ``-70 °C ~ 180 °C``, ``≤ 100 kN``, ``(Up to 420 k V)``, ``不大于 50 kg``.

In comes the text of a scope line or of a demand; out go ranges in one unit for each quantity (:class:`Limit`), and for
every piece that holds a figure and could not be read, the reason why not. A limit that is read is hard; one that is not
read is shown as unchecked.
"""

import math
import re
from dataclasses import dataclass
from types import MappingProxyType

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.cleaning import mend
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that limits speak of.

    Attributes
    ----------
    unit
        The unit in which its limits are held.
    units
        How many of that unit one of each written unit is.
    """

    name: str
    label: Text
    unit: str
    units: MappingProxyType[str, float]


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a limit that could not be made into numbers, and why: ``why`` is a key of :data:`REASONS`."""

    text: str
    why: str

    @property
    def reason(self) -> Text:
        """The reason in both languages."""
        return Text(REASONS.get(self.why, self.why), self.why)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text says of limits."""

    read: tuple[Limit, ...] = ()
    unread: tuple[Unread, ...] = ()


_DOWNWARDS = "the range runs downwards"
_TWO_QUANTITIES = "the two ends have units of different quantities"
_SINGLE_VALUE = "a single value: it is not said whether it is an upper or a lower end"
_NO_RANGE = "the figures and the unit do not form a range"
_NO_UNIT = "no known unit"
REASONS = {
    _DOWNWARDS: "范围的上限小于下限",
    _TWO_QUANTITIES: "两端的单位不属于同一个量",
    _SINGLE_VALUE: "只有一个数值，未说明是上限还是下限",
    _NO_RANGE: "数字与单位不构成范围",
    _NO_UNIT: "没有可识别的单位",
}
"""Why a piece of a limit could not be read, with the Chinese words for it."""


def _quantity(name: str, zh: str, unit: str, units: str) -> Quantity:
    pairs = (pair.split("=") for pair in units.split())
    return Quantity(name, Text(zh, name.replace("_", " ")), unit, MappingProxyType({k: float(v) for k, v in pairs}))


QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        _quantity("temperature", "温度", "degC", "°C=1 ℃=1 degC=1 deg.C=1 ºC=1 ˚C=1 °F=1"),
        _quantity("temperature_rate", "温变速率", "K/min", "°C/min=1 ℃/min=1 K/min=1 degC/min=1 °C/s=60 K/s=60"),
        _quantity("humidity", "相对湿度", "%RH", "%RH=1 %rh=1 %R.H.=1 %R.H=1 RH%=1"),
        _quantity("force", "力", "N", "mN=0.001 N=1 kN=1000 KN=1000 MN=1e6 kgf=9.80665 tf=9806.65 daN=10 lbf=4.44822"),
        _quantity("torque", "扭矩", "N·m", "N·m=1 Nm=1 N.m=1 N-m=1 kN·m=1000 kNm=1000 mN·m=0.001"),
        _quantity("pressure", "压力", "kPa", "Pa=0.001 hPa=0.1 kPa=1 KPa=1 MPa=1000 Mpa=1000 GPa=1e6 bar=100 mbar=0.1"),
        _quantity("frequency", "频率", "Hz", "mHz=0.001 Hz=1 HZ=1 kHz=1000 KHz=1000 MHz=1e6 GHz=1e9"),
        _quantity("voltage", "电压", "V", "μV=1e-6 mV=0.001 V=1 kV=1000 KV=1000 Volts=1 Volt=1 MV=1e6 VDC=1 VAC=1"),
        _quantity("current", "电流", "A", "μA=1e-6 mA=0.001 A=1 kA=1000 KA=1000 Amp=1 Amps=1"),
        _quantity("power", "功率", "W", "mW=0.001 W=1 kW=1000 KW=1000 MW=1e6 hp=745.7 HP=745.7"),
        _quantity("apparent_power", "视在功率", "VA", "VA=1 kVA=1000 KVA=1000 MVA=1e6"),
        _quantity("charge", "容量", "Ah", "mAh=0.001 Ah=1 AH=1"),
        _quantity("resistance", "电阻", "Ω", "mΩ=0.001 Ω=1 ohm=1 ohms=1 kΩ=1000 MΩ=1e6 GΩ=1e9 TΩ=1e12"),
        _quantity("length", "长度", "mm", "nm=1e-6 μm=0.001 um=0.001 mm=1 cm=10 dm=100 m=1000 km=1e6 inch=25.4"),
        _quantity("area", "面积", "mm²", "mm²=1 mm2=1 cm²=100 cm2=100 m²=1e6 m2=1e6 sqmm=1 sq.mm=1"),
        _quantity("volume", "体积", "L", "μL=1e-6 mL=0.001 ml=0.001 L=1 l=1 m³=1000 m3=1000"),
        _quantity("mass", "质量", "kg", "μg=1e-9 mg=1e-6 g=0.001 gm=0.001 kg=1 Kg=1 KG=1 t=1000 tonne=1000"),
        _quantity("time", "时间", "s", "ns=1e-9 μs=1e-6 ms=0.001 s=1 sec=1 min=60 h=3600 hr=3600 hrs=3600 hours=3600"),
        _quantity("speed", "速度", "mm/s", "mm/min=0.016666666666666666 mm/s=1 m/s=1000 km/h=277.77777777777777"),
        _quantity("rotation", "转速", "r/min", "r/min=1 rpm=1 RPM=1"),
        _quantity("acceleration", "加速度", "m/s²", "m/s²=1 m/s2=1 gn=9.80665"),
        _quantity("energy", "能量", "J", "mJ=0.001 J=1 kJ=1000 Wh=3600 kWh=3.6e6"),
        _quantity("sound", "声级", "dB", "dB=1 dBA=1 dB(A)=1"),
        _quantity("illuminance", "照度", "lx", "lx=1 lux=1 klx=1000"),
        _quantity("concentration", "浓度", "mg/L", "mg/L=1 mg/l=1 μg/L=0.001 g/L=1000 ppm=1"),
    )
}  # fmt: skip

_WRITTEN = {unit: quantity for quantity in QUANTITIES.values() for unit in quantity.units}
_UNITS = "|".join(sorted(map(re.escape, _WRITTEN), key=len, reverse=True))
_UNIT = rf"(?:{_UNITS})(?![A-Za-z²³/Ω%°])"
_NUMBER = r"[-+]? ?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?: ?[x×] ?10\^?-?\d+|[eE][-+]?\d+)?"
_TO = r"(?:~|-|to|至|到|…|\.\.\.?|÷|and)"
_SPLIT = re.compile(r"[;；\n]|[,，、](?!\d{3}(?!\d))|\band(?= [A-Za-z])")
_SPACED_UNIT = re.compile(r"(?<![A-Za-z])([kM]) (?=(?:V|VA|N|A|W|Hz|Pa)\b)")
_RANGE = re.compile(
    rf"(?<![\d.A-Za-z/])(?:from |\()?(?P<low>{_NUMBER}) ?(?P<first>{_UNIT})? ?\)? ?{_TO}"
    rf" ?\(?(?P<high>{_NUMBER}) ?\)? ?(?P<unit>{_UNIT})"
)
_PLUS_MINUS = re.compile(rf"(?:±|\+/-) ?(?P<high>{_NUMBER}) ?(?P<unit>{_UNIT})")
_AT_MOST = re.compile(
    rf"(?i:(?P<strict><|小于|less than|below|under)(?! ?=)|≤|<=|=<|⩽|up ?-?to"
    r"|max(?:imum|\.)?|不大于|不超过|最大|至多|not exceeding)"
    rf" ?[:=]? ?(?:and including )?(?P<high>{_NUMBER}) ?(?P<unit>{_UNIT})"
)
_AT_LEAST = re.compile(
    rf"(?i:(?P<strict>>|大于|more than|above|over)(?! ?=)|≥|>=|=>|⩾|min(?:imum|\.)?|不小于|不低于|最小|至少|from)"
    rf" ?[:=]? ?(?P<low>{_NUMBER}) ?(?P<unit>{_UNIT})"
)
_BELOW_ZH = re.compile(rf"(?P<high>{_NUMBER}) ?(?P<unit>{_UNIT}) ?(?:及?以下|or less|max)")
_ABOVE_ZH = re.compile(rf"(?P<low>{_NUMBER}) ?(?P<unit>{_UNIT}) ?(?:及?以上|or more|min\b)")
_VALUE = re.compile(rf"(?<![\d.A-Za-z])(?P<low>{_NUMBER}) ?(?P<unit>{_UNIT})")
_FORMS = (_RANGE, _PLUS_MINUS, _BELOW_ZH, _ABOVE_ZH, _AT_MOST, _AT_LEAST)
_FIGURE = re.compile(r"\d")
_NEED = re.compile(rf"(?P<name>[\w.]+) ?= ?(?P<low>{_NUMBER})(?: ?\.\. ?(?P<high>{_NUMBER}))? ?(?P<unit>\S*)")


def read_limits(text: str) -> Limits:
    """Read every limit of a limit cell; what holds a figure and is not read is given back with the reason."""
    read: list[Limit] = []
    unread: list[Unread] = []
    for piece in _SPLIT.split(_SPACED_UNIT.sub(r"\1", mend(text))):
        found, rest = _limits_of(piece)
        read.extend(limit for limit in found if isinstance(limit, Limit))
        unread.extend(fault for fault in found if isinstance(fault, Unread))
        if not found and _FIGURE.search(rest):
            unread.append(Unread(piece.strip(), _why_not(piece)))
    return Limits(tuple(dict.fromkeys(read)), tuple(unread))


def limits_within(text: str) -> tuple[Limit, ...]:
    """Return the limits that stand in the name of an object or parameter: ``Temperature rise (up to 8000 A)``."""
    return read_limits(text).read if _FIGURE.search(text) else ()


@dataclass(frozen=True, slots=True)
class Need:
    """What a demand asks of a limit: all of ``low..high``, in the unit of the quantity."""

    name: str
    quantity: Quantity
    low: float
    high: float

    @classmethod
    def of(cls, name: str, value: float, unit: str) -> "Need | None":
        """Return the need for one value, or None where the unit measures no known quantity."""
        quantity = _WRITTEN.get(unit)
        if quantity is None:
            return None
        converted = _converted(repr(float(value)), unit)
        return cls(name, quantity, converted, converted)

    @classmethod
    def parse(cls, text: str) -> "Need":
        """Read ``temperature=-40..85 °C`` or ``force=50 kN``: the unit decides the quantity.

        Raises
        ------
        LaboratoryError
            If it is not of that form, or its unit is not known.
        """
        found = _NEED.fullmatch(mend(text))
        if not found:
            raise LaboratoryError(f"{text!r}: not a limit", mend="write NAME=VALUE UNIT, e.g. temperature=-40..85 °C")
        quantity = _WRITTEN.get(found["unit"])
        if quantity is None:
            shown = found["unit"] or "no unit"
            raise LaboratoryError(f"{text!r}: {shown} is not a known unit", mend="write e.g. kN, °C, MHz, kg, mm, V, A")
        if found["name"] in QUANTITIES and QUANTITIES[found["name"]] is not quantity:
            raise LaboratoryError(
                f"{text!r}: {found['unit']} measures {quantity.name}", mend=f"write {quantity.name}={found['low']}…"
            )
        low = _converted(found["low"], found["unit"])
        high = _converted(found["high"], found["unit"]) if found["high"] else low
        if high < low:
            raise LaboratoryError(f"{text!r}: the range runs downwards", mend="write low..high")
        return cls(found["name"], quantity, low, high)


def _limits_of(piece: str) -> tuple[list[Limit | Unread], str]:
    """Return the limits of a piece, and what is left of it without them."""
    found: list[Limit | Unread] = []
    for form in _FORMS:
        found.extend(_limit(form, match) for match in form.finditer(piece))
        piece = form.sub(" ", piece)
    return found, piece


def _limit(form: re.Pattern[str], match: re.Match[str]) -> Limit | Unread:
    group = match.groupdict()
    quantity = _WRITTEN[group["unit"]]
    first = group.get("first")
    if first and _WRITTEN[first] is not quantity:
        return Unread(match[0].strip(), _TWO_QUANTITIES)
    low = _converted(group["low"], first or group["unit"]) if group.get("low") else None
    high = _converted(group["high"], group["unit"]) if group.get("high") else None
    if form is _PLUS_MINUS and high is not None:
        low = -high
    if group.get("strict"):
        low = None if low is None else math.nextafter(low, math.inf)
        high = None if high is None else math.nextafter(high, -math.inf)
    if low is not None and high is not None and high < low:
        return Unread(match[0].strip(), _DOWNWARDS)
    return Limit(quantity.name, low, high, quantity.unit)


def _converted(number: str, unit: str) -> float:
    plain = number.replace(" ", "").replace(",", "")
    plain = re.sub(r"[x×]10\^?", "e", plain)
    value = float(plain)
    if unit == "°F":
        return round((value - 32) / 1.8, 9)
    return float(f"{value * _WRITTEN[unit].units[unit]:.12g}")


def _why_not(piece: str) -> str:
    if _VALUE.search(piece):
        return _SINGLE_VALUE
    if re.search(_UNIT, piece):
        return _NO_RANGE
    return _NO_UNIT
