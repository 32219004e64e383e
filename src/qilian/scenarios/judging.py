"""Judges one condition against one statement, in three values, with the gap where a number fails.

A stated range is all of its numbers: a condition holds of it if it holds of each, fails if it holds of none, and
cannot be told between. Numbers are compared at twelve digits, as many as conversions of units keep.
"""

from functools import lru_cache

from qilian.compliance import Truth
from qilian.compliance.conditions import Comparison
from qilian.product import Parameter, ParameterValue, ProductError
from qilian.product.quantity import read_quantity
from qilian.scenarios.model import Covers, Judgement, Span, Statement, Wanted, Why

_TRUTHS = {
    Why.MET: Truth.TRUE,
    Why.FAILS: Truth.FALSE,
    Why.NOT_STATED: Truth.UNDECIDED,
    Why.OTHER_QUANTITY: Truth.UNDECIDED,
    Why.PARTLY: Truth.UNDECIDED,
}


def judge(wanted: Wanted, stated: Statement | None) -> Judgement:
    """Return whether a condition holds of what an offer states of its parameter; None where it states nothing."""
    if stated is None:
        return _judged(wanted, None, Why.NOT_STATED)
    here = in_terms_of(stated, wanted.parameter)
    if here is None:
        return _judged(wanted, stated, Why.OTHER_QUANTITY)
    if isinstance(wanted.test, Covers):
        return _covered(wanted, here, wanted.test.span)
    if isinstance(here.value, Span) or _is_number(here.value):
        return _compared(wanted, here, wanted.test)
    holds = wanted.test.verdict({wanted.parameter.id: here.value}).truth is Truth.TRUE
    return _judged(wanted, here, Why.MET if holds else Why.FAILS)


def in_terms_of(stated: Statement, parameter: Parameter) -> Statement | None:
    """Return a statement in the kind and unit of another parameter, None if it cannot be put so."""
    own = stated.parameter
    if own.kind != parameter.kind:
        return None
    if own.unit == parameter.unit or parameter.kind != "number":
        return Statement(parameter, stated.value)
    ends = (stated.value.low, stated.value.high) if isinstance(stated.value, Span) else (stated.value,)
    try:
        moved = [converted(float(end), own.unit or "", parameter.unit) for end in ends]  # type: ignore[arg-type]  # it is a number here
    except ProductError:
        return None
    return Statement(parameter, Span(*sorted(moved)) if isinstance(stated.value, Span) else moved[0])


@lru_cache(maxsize=10_000)
def converted(value: float, unit: str, into: str | None) -> float:
    """Return a number of one unit in another one.

    Raises
    ------
    ProductError
        If the two measure different things.
    """
    return rounded(read_quantity(f"{value!r} {unit}".strip() if unit else value, into, "", "value", ""))


def rounded(value: float) -> float:
    """Return a number at the twelve digits at which numbers are compared."""
    return float(f"{value:.12g}")


def _compared(wanted: Wanted, stated: Statement, test: Comparison) -> Judgement:
    value = stated.value
    low, high = (value.low, value.high) if isinstance(value, Span) else (_number(value), _number(value))
    least, most = _bounds(test)
    if least <= low and high <= most:
        return _judged(wanted, stated, Why.MET)
    if high < least:
        return _judged(wanted, stated, Why.FAILS, least - high)
    if low > most:
        return _judged(wanted, stated, Why.FAILS, low - most)
    return _judged(wanted, stated, Why.PARTLY)


def _covered(wanted: Wanted, stated: Statement, span: Span) -> Judgement:
    if not isinstance(stated.value, Span):
        same = span.low == span.high == stated.value
        return _judged(wanted, stated, Why.MET if same else Why.PARTLY)
    gap = max(stated.value.low - span.low, span.high - stated.value.high)
    return _judged(wanted, stated, Why.MET) if gap <= 0 else _judged(wanted, stated, Why.FAILS, gap)


def _bounds(test: Comparison) -> tuple[float, float]:
    """Return the numbers between which a comparison holds, both included."""
    operand = test.operand
    match test.operator:
        case "at_least":
            return _number(operand), float("inf")
        case "at_most":
            return float("-inf"), _number(operand)
        case "between":
            assert isinstance(operand, tuple)
            return _number(operand[0]), _number(operand[1])
        case _:
            raise ValueError(f"{test.operator}: not a comparison of numbers that needs have")


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _is_number(value: ParameterValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _judged(wanted: Wanted, stated: Statement | None, why: Why, by: float | None = None) -> Judgement:
    return Judgement(wanted, stated, _TRUTHS[why], why, None if by is None else rounded(by))
