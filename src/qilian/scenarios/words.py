"""Statements, conditions and judgements in words, in both languages: numbers with their units, and the reasons."""

from collections.abc import Callable

from qilian.compliance import Truth
from qilian.planning.words import listed, value_text
from qilian.product import Parameter
from qilian.scenarios.model import Covers, Judgement, Match, Span, Statement, Wanted, Why
from qilian.text import LANGUAGES, Language, Text

_OPERATORS: dict[str, Text] = {
    "at_least": Text("{name}不低于 {value}", "{name}: at least {value}"),
    "at_most": Text("{name}不超过 {value}", "{name}: at most {value}"),
    "between": Text("{name}在 {low} 至 {high} 之间", "{name}: between {low} and {high}"),
    "covers": Text("{name}覆盖 {low} 至 {high}", "{name}: covers {low} to {high}"),
    "is": Text("{name}：{value}", "{name}: {value}"),
    "in": Text("{name}为其中之一：{value}", "{name}: one of {value}"),
    "contains": Text("{name}包含{value}", "{name}: includes {value}"),
}
_WHY: dict[Why, Text] = {
    Why.MET: Text("满足：{stated}", "met: {stated}"),
    Why.FAILS: Text("不满足：{stated}", "not met: {stated}"),
    Why.NOT_STATED: Text("无法判断：未说明{name}", "cannot be told: {name} is not stated"),
    Why.OTHER_QUANTITY: Text(
        "无法判断：{stated}，单位或类别不可换算", "cannot be told: {stated} is another kind of quantity"
    ),
    Why.PARTLY: Text("无法判断：{stated}，只有一部分满足", "cannot be told: {stated} meets it in part only"),
}
_GAP = Text("不满足：{stated}，差 {gap}", "not met: {stated}, {gap} off")
_UNIT_WORDS = {"CNY": Text("元", "CNY"), "d": Text("天", "days"), "h": Text("小时", "h")}


def wanted_words(wanted: Wanted) -> Text:
    """Say a condition."""
    test = wanted.test
    operator = "covers" if isinstance(test, Covers) else test.operator

    def say(language: Language) -> str:
        said = {"name": wanted.parameter.label.say(language)}
        if operator in ("covers", "between"):
            low, high = _ends(wanted)
            said |= {"low": _number(wanted.parameter, low, language), "high": _number(wanted.parameter, high, language)}
        elif not isinstance(test, Covers):
            operand = test.operand
            each = operand if isinstance(operand, tuple) else (operand,)
            said["value"] = listed((_value(wanted.parameter, one, language) for one in each), language)
        return _OPERATORS[operator].say(language).format(**said)

    return _both(say)


def statement_words(statement: Statement) -> Text:
    """Say what is stated of a parameter, without its name."""
    value = statement.value

    def say(language: Language) -> str:
        if isinstance(value, Span):
            low, high = (_number(statement.parameter, each, language) for each in (value.low, value.high))
            return Text(f"{low} 至 {high}", f"{low} to {high}").say(language)
        return _value(statement.parameter, value, language)

    return _both(say)


def judgement_words(judgement: Judgement) -> Text:
    """Say whether a condition is met, and by how much it is not."""
    parameter = judgement.wanted.parameter

    def say(language: Language) -> str:
        stated = statement_words(judgement.stated).say(language) if judgement.stated else ""
        said = {"name": parameter.label.say(language), "stated": stated}
        if judgement.by is not None:
            return _GAP.say(language).format(**said, gap=_number(parameter, judgement.by, language))
        return _WHY[judgement.why].say(language).format(**said)

    return _both(say)


def match_words(match: Match) -> Text:
    """Say in a line whether an offer fits a need, with the counts that rank it."""
    musts = len(match.judgements) - len(match.wishes)
    met = musts - len(match.failing) - len(match.unknown)
    said = {
        Truth.TRUE: Text(f"{musts} 项必备条件全部满足", f"all {musts} conditions are met"),
        Truth.FALSE: Text(f"{len(match.failing)} 项必备条件不满足", f"{len(match.failing)} of {musts} conditions fail"),
        Truth.UNDECIDED: Text(
            f"{musts} 项必备条件中 {met} 项满足，{len(match.unknown)} 项无法判断",
            f"{met} of {musts} conditions are met, {len(match.unknown)} cannot be told",
        ),
    }[match.truth]
    if not match.wishes:
        return said
    counted = f"{match.wishes_met}/{len(match.wishes)}"
    return Text(f"{said.zh}；期望条件满足 {counted}", f"{said.en}; {counted} wishes met")


def _ends(wanted: Wanted) -> tuple[float, float]:
    if isinstance(wanted.test, Covers):
        return wanted.test.span.low, wanted.test.span.high
    operand = wanted.test.operand
    assert isinstance(operand, tuple)
    low, high = operand
    assert isinstance(low, float)
    assert isinstance(high, float)
    return low, high


def _value(parameter: Parameter, value: object, language: Language) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(parameter, float(value), language)
    return value_text(parameter, value, language)


def _number(parameter: Parameter, value: float, language: Language) -> str:
    number = f"{value:,.12g}"
    if not parameter.unit:
        return number
    unit = _UNIT_WORDS.get(parameter.unit)
    return f"{number} {unit.say(language) if unit else parameter.unit}"


def _both(say: Callable[[Language], str]) -> Text:
    zh, en = (say(language) for language in LANGUAGES)
    return Text(zh, en)
