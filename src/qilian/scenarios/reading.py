"""The written form of statements and conditions: plain data in, the room's own objects out, and back.

A statement is ``{parameter: payload.rated, value: 5 kg}`` or ``{…, from: -20 °C, to: 60 °C}``; a condition is
``{parameter: payload.rated, at_least: 5 kg, wish: false}``. Instead of ``parameter`` of the vocabulary, ``own`` names
a parameter of one's own, with its ``unit``, or with ``kind: boolean``. A number without unit is in the parameter's own.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from qilian.compliance import read_condition
from qilian.compliance.conditions import Comparison
from qilian.documents import read_yaml
from qilian.product import Parameter, ParameterValue, ProductError, Vocabulary, read_vocabulary
from qilian.product.quantity import CHINESE_UNITS, read_quantity
from qilian.scenarios.errors import ScenarioError
from qilian.scenarios.judging import rounded
from qilian.scenarios.model import Covers, Span, Statement, Wanted
from qilian.text import Text

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "number": ("at_least", "at_most", "between", "covers"),
    "boolean": ("is",),
    "choice": ("is", "in"),
    "set": ("contains",),
}
"""What a need can ask for, by kind of parameter; other kinds (texts, dates) cannot be matched."""
LONGEST_NAME = 60
LONGEST_UNIT = 20
_UNITS = {**CHINESE_UNITS, "元": "CNY", "天": "d"}
_UNIT_WORD = re.compile("|".join(sorted(_UNITS, key=len, reverse=True)))
_BARE = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\Z")
_NAMES = ("parameter", "own", "unit", "kind")


@cache
def _common() -> Mapping[str, Parameter]:
    path = Path(str(files("qilian.scenarios") / "terms.yaml"))
    return read_vocabulary(read_yaml(path)).parameters


def terms(vocabulary: Vocabulary) -> Vocabulary:
    """Return what can be said of a technology: what any can have, then the parameters of a pack that can be matched."""
    usable = {name: each for name, each in vocabulary.parameters.items() if each.kind in OPERATORS}
    return Vocabulary({**_common(), **usable})


def own_parameter(name: str, kind: str, unit: str | None, known: Vocabulary) -> Parameter:
    """Return the parameter that a name of one's own means; one of the vocabulary if it is called so there.

    Raises
    ------
    ScenarioError
        If the name or the unit cannot be used.
    """
    key = _key(name)
    if not key or len(name) > LONGEST_NAME:
        raise ScenarioError("no name", where="own", mend=f"write a name of at most {LONGEST_NAME} signs")
    for each in known.parameters.values():
        if key in (_key(each.label.zh), _key(each.label.en)) or name in each.aliases:
            return each
    label = Text(name.strip(), name.strip())
    if kind == "boolean":
        return Parameter(f"own:{key}", label, label, "boolean")
    if kind != "number":
        raise ScenarioError(f"{kind[:20]}: not a kind", where="kind", mend="write number or boolean")
    return Parameter(f"own:{key}", label, label, "number", unit=_unit(unit))


def read_statement(data: Mapping[str, Any], known: Vocabulary) -> Statement:
    """Read a statement of an offer.

    Raises
    ------
    QilianError
        If the parameter is not known, or the value does not fit it.
    """
    parameter, unit = _parameter(data, known)
    given = {name: value for name, value in data.items() if name not in _NAMES}
    if set(given) == {"value"}:
        return Statement(parameter, _value(parameter, unit, given["value"], "value"))
    if set(given) == {"from", "to"} and parameter.kind == "number":
        return Statement(parameter, _span(parameter, unit, given["from"], given["to"], "from, to"))
    raise ScenarioError(f"{parameter.id}: not a statement", where=_fields(given), mend="write value:, or from: and to:")


def read_wanted(data: Mapping[str, Any], known: Vocabulary) -> Wanted:
    """Read a condition of a need; errors as in :func:`read_statement`."""
    parameter, unit = _parameter(data, known)
    given = {name: value for name, value in data.items() if name not in (*_NAMES, "wish")}
    wish = data.get("wish", False)
    operators = OPERATORS[parameter.kind]
    if len(given) != 1 or not set(given) <= set(operators) or not isinstance(wish, bool):
        mend = f"write one of {', '.join(operators)}, and wish: true or false"
        raise ScenarioError(f"{parameter.id}: not a condition", where=_fields(given), mend=mend)
    ((operator, raw),) = given.items()
    if operator in ("between", "covers"):
        low, high = raw if isinstance(raw, list) and len(raw) == 2 else (None, None)
        span = _span(parameter, unit, low, high, operator)
        if operator == "covers":
            return Wanted(parameter, Covers(span), wish)
        return Wanted(parameter, Comparison(parameter.id, "between", (span.low, span.high)), wish)
    if parameter.kind == "number":
        return Wanted(parameter, Comparison(parameter.id, operator, _value(parameter, unit, raw, operator)), wish)
    alone = Vocabulary({parameter.id: parameter})
    test = read_condition({"parameter": parameter.id, operator: raw}, alone, lambda _trail: operator)
    assert isinstance(test, Comparison)
    return Wanted(parameter, test, wish)


def statement_to_data(statement: Statement) -> dict[str, Any]:
    """Return the written form of a statement."""
    parameter, value = statement.parameter, statement.value
    if isinstance(value, Span):
        return {**_named(parameter), "from": _written(parameter, value.low), "to": _written(parameter, value.high)}
    return {**_named(parameter), "value": _written(parameter, value)}


def wanted_to_data(wanted: Wanted) -> dict[str, Any]:
    """Return the written form of a condition."""
    parameter, test = wanted.parameter, wanted.test
    if isinstance(test, Covers):
        return {
            **_named(parameter),
            "covers": [_written(parameter, each) for each in _ends(test.span)],
            "wish": wanted.wish,
        }
    operand = test.operand
    written = (
        [_written(parameter, each) for each in operand] if isinstance(operand, tuple) else _written(parameter, operand)
    )
    return {**_named(parameter), test.operator: written, "wish": wanted.wish}


def _parameter(data: Mapping[str, Any], known: Vocabulary) -> tuple[Parameter, str | None]:
    """Return the parameter that is named, and the unit in which a number alone is meant."""
    if "parameter" in data:
        parameter = known.require(str(data["parameter"]), "parameter")
        return parameter, parameter.unit
    parameter = own_parameter(str(data.get("own", "")), str(data.get("kind", "number")), data.get("unit"), known)
    return parameter, _unit(data.get("unit")) or parameter.unit


def _value(parameter: Parameter, unit: str | None, raw: object, where: str) -> ParameterValue:
    if parameter.kind != "number" or isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return Vocabulary({parameter.id: parameter}).convert(parameter, raw, where)
    text = _UNIT_WORD.sub(lambda word: _UNITS[word[0]], unicodedata.normalize("NFC", str(raw)).strip())
    if unit and _BARE.match(unicodedata.normalize("NFKC", text)):
        text = f"{text} {unit}"
    value = Vocabulary({parameter.id: parameter}).convert(parameter, text, where)
    assert isinstance(value, float)
    return rounded(value)


def _span(parameter: Parameter, unit: str | None, low: object, high: object, where: str) -> Span:
    ends = [_value(parameter, unit, end, where) for end in (low, high)]
    if not (isinstance(ends[0], float) and isinstance(ends[1], float) and ends[0] <= ends[1]):
        raise ScenarioError(f"{parameter.id}: not a range", where=where, mend="write the lowest, then the highest")
    return Span(ends[0], ends[1])


def _ends(span: Span) -> tuple[float, float]:
    return span.low, span.high


def _unit(unit: object) -> str | None:
    """Return the unit of a parameter of one's own, in one spelling; None for counts and ratios."""
    if unit is None or not str(unit).strip():
        return None
    text = _UNIT_WORD.sub(lambda word: _UNITS[word[0]], str(unit).strip())
    mend = "write a unit such as N·m, dB, %"
    if len(text) > LONGEST_UNIT:
        raise ScenarioError(f"{text[:LONGEST_UNIT]}…: not a unit", where="unit", mend=mend)
    try:
        read_quantity(f"1 {text}", text, "", "unit", "unit")
    except ProductError:
        raise ScenarioError(f"{text}: not a unit", where="unit", mend=mend) from None
    return text


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    """Return a name without what people write now so, now so: width, case, spaces, brackets and dashes."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _named(parameter: Parameter) -> dict[str, Any]:
    if not parameter.id.startswith("own:"):
        return {"parameter": parameter.id}
    if parameter.kind == "boolean":
        return {"own": parameter.label.zh, "kind": "boolean"}
    return {"own": parameter.label.zh, "unit": parameter.unit}


def _written(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = f"{value:.12g}"
        return f"{number} {parameter.unit}" if parameter.unit else number
    return value


def _fields(given: Mapping[str, Any]) -> str:
    return ", ".join(map(str, given))[:60] or "no value"
