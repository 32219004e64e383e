"""Conditions of rules: data in, a verdict in strong Kleene logic out, with the parameters that decided it.

A parameter that is not given is unknown, and a condition is *undecided* exactly as long as unknown parameters could
still turn it either way by Kleene's tables. Giving one more value never overturns a decided verdict.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from qilian.compliance.errors import ComplianceError
from qilian.documents import Trail
from qilian.product import Parameter, ParameterValue, Vocabulary

Values: TypeAlias = Mapping[str, ParameterValue]
Operand: TypeAlias = ParameterValue | tuple[ParameterValue, ...]
Locator: TypeAlias = Callable[[Trail], str]


class Truth(StrEnum):
    """Whether a condition holds of a product."""

    TRUE = "applies"
    FALSE = "does_not_apply"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The truth of a condition and its reason.

    Attributes
    ----------
    because
        Parameters whose values alone suffice for the verdict; empty while it is undecided.
    missing
        Parameters that are unknown and still matter; empty once it is decided.
    """

    truth: Truth
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One parameter against one operand, e.g. ``battery.energy above 2000``; see :data:`OPERATORS`."""

    parameter: str
    operator: str
    operand: Operand
    _test: Callable[[ParameterValue, Operand], bool] = field(init=False, repr=False, compare=False)
    _true: Verdict = field(init=False, repr=False, compare=False)
    _false: Verdict = field(init=False, repr=False, compare=False)
    _undecided: Verdict = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The three verdicts are made once: an assessment asks for them thousands of times.
        object.__setattr__(self, "_test", _TESTS[self.operator])
        object.__setattr__(self, "_true", Verdict(Truth.TRUE, because=(self.parameter,)))
        object.__setattr__(self, "_false", Verdict(Truth.FALSE, because=(self.parameter,)))
        object.__setattr__(self, "_undecided", Verdict(Truth.UNDECIDED, missing=(self.parameter,)))

    def verdict(self, values: Values) -> Verdict:
        """Return the verdict for a product's values."""
        value = values.get(self.parameter)
        if value is None:
            return self._undecided
        return self._true if self._test(value, self.operand) else self._false


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every child holds; does not hold as soon as one does not."""

    children: tuple["Condition", ...]

    def verdict(self, values: Values) -> Verdict:
        """Return the verdict for a product's values."""
        return _joined(self.children, values, _TRUE, _FALSE)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds as soon as one child holds; does not hold where none does."""

    children: tuple["Condition", ...]

    def verdict(self, values: Values) -> Verdict:
        """Return the verdict for a product's values."""
        return _joined(self.children, values, _FALSE, _TRUE)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its child does not."""

    child: "Condition"

    def verdict(self, values: Values) -> Verdict:
        """Return the verdict for a product's values."""
        inner = self.child.verdict(values)
        return Verdict(_OPPOSITE[inner.truth], inner.because, inner.missing)


Condition: TypeAlias = All | AnyOf | Not | Comparison


def evaluate(condition: Condition, values: Values) -> Verdict:
    """Return whether ``condition`` holds of ``values``, and why, or what would have to be known.

    Parameters
    ----------
    values
        By parameter id, numbers in the vocabulary's unit; what is absent is unknown.
    """
    return condition.verdict(values)


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison in ``condition``, in reading order."""
    match condition:
        case Comparison():
            yield condition
        case Not(child):
            yield from comparisons(child)
        case All(children) | AnyOf(children):
            for child in children:
                yield from comparisons(child)


def read_condition(data: object, vocabulary: Vocabulary, where: Locator) -> Condition:
    """Turn the data form of a condition into a :data:`Condition`.

    Parameters
    ----------
    data
        ``{all: […]}``, ``{any: […]}``, ``{not: …}`` or ``{parameter: NAME, OPERATOR: OPERAND}``.
    where
        Tells file and line of a trail below this condition.

    Raises
    ------
    QilianError
        If a parameter, operator or operand does not exist or does not fit.
    """
    if not isinstance(data, dict) or not data:
        raise ComplianceError(
            "not a condition", where=where(()), mend="write {parameter: NAME, is: …}, all:, any: or not:"
        )
    if "parameter" in data:
        return _read_comparison(data, vocabulary, where)
    joint, children = next(iter(data.items()))
    if len(data) > 1 or joint not in ("all", "any", "not"):
        raise ComplianceError(
            f"{', '.join(map(str, data))}: not a condition",
            where=where(()),
            mend="write one of all:, any:, not:, parameter:",
        )
    if joint == "not":
        return Not(read_condition(children, vocabulary, _below(where, "not")))
    if not isinstance(children, list) or not children:
        raise ComplianceError(f"{joint}: not a list of conditions", where=where((joint,)), mend="write at least one")
    read = tuple(read_condition(child, vocabulary, _below(where, joint, index)) for index, child in enumerate(children))
    return All(read) if joint == "all" else AnyOf(read)


def _joined(children: tuple[Condition, ...], values: Values, neutral: Truth, decisive: Truth) -> Verdict:
    """Join verdicts: one ``decisive`` child decides; else all must be ``neutral``; else it is undecided.

    The reason given is the shortest among the decisive children; a neutral verdict needs all of its children.
    """
    found: list[Verdict] = []
    shortest: Verdict | None = None
    undecided = False
    for child in children:
        verdict = child.verdict(values)
        if verdict.truth is decisive:
            if len(verdict.because) == 1:
                return verdict
            if shortest is None or len(verdict.because) < len(shortest.because):
                shortest = verdict
        else:
            undecided = undecided or verdict.truth is _UNDECIDED
            found.append(verdict)
    if shortest is not None:
        return shortest
    if undecided:
        return Verdict(_UNDECIDED, missing=tuple(dict.fromkeys(p for v in found for p in v.missing)))
    if len(found) == 1:
        return found[0]
    return Verdict(neutral, because=tuple(dict.fromkeys(p for v in found for p in v.because)))


def _read_comparison(data: dict[object, object], vocabulary: Vocabulary, where: Locator) -> Comparison:
    names = [str(key) for key in data if key != "parameter"]
    if len(names) != 1 or names[0] not in OPERATORS:
        written = ", ".join(names) or "no operator"
        raise ComplianceError(
            f"{written}: not one operator",
            where=where(()),
            mend=f"write one of {', '.join(OPERATORS)} beside parameter:",
        )
    operator_name = names[0]
    form, kinds = OPERATORS[operator_name]
    parameter = vocabulary.require(str(data["parameter"]), where(("parameter",)))
    if parameter.kind not in kinds:
        fitting = ", ".join(name for name, (_, fits) in OPERATORS.items() if parameter.kind in fits)
        raise ComplianceError(
            f"{parameter.id}: {operator_name} does not fit a {parameter.kind}",
            where=where((operator_name,)),
            mend=f"write one of {fitting}",
        )
    operand = _read_operand(parameter, form, data[operator_name], vocabulary, where((operator_name,)))
    return Comparison(parameter.id, operator_name, operand)


def _read_operand(parameter: Parameter, form: str, raw: object, vocabulary: Vocabulary, where: str) -> Operand:
    if form == "true":
        if raw is not True:
            raise ComplianceError(f"{parameter.id}: known takes only true", where=where, mend="write known: true")
        return True
    if form == "members":
        return vocabulary.convert(parameter, raw if isinstance(raw, list) else [raw], where)
    if form == "member":
        (member,) = _converted_members(parameter, raw, vocabulary, where)
        return member
    if form == "one":
        return vocabulary.convert(parameter, raw, where)
    if not isinstance(raw, list) or not raw:
        raise ComplianceError(f"{parameter.id}: not a list", where=where, mend="write [A, B]")
    operands = tuple(vocabulary.convert(parameter, each, where) for each in raw)
    if form == "pair" and not (len(operands) == 2 and _ordered(operands[0]) <= _ordered(operands[1])):
        raise ComplianceError(f"{parameter.id}: not a range", where=where, mend="write [lowest, highest]")
    return operands


def _converted_members(parameter: Parameter, raw: object, vocabulary: Vocabulary, where: str) -> frozenset[str]:
    if isinstance(raw, list):
        raise ComplianceError(f"{parameter.id}: contains takes one", where=where, mend="write contains_any: […]")
    members = vocabulary.convert(parameter, [raw], where)
    assert isinstance(members, frozenset)
    return members


def _below(where: Locator, *steps: str | int) -> Locator:
    return lambda trail: where((*steps, *trail))


def _ordered(value: ParameterValue | Operand) -> float:
    """Return the place of a number or date in its order; :func:`read_condition` lets nothing else come here."""
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, float | int)
    return value


def _among(value: ParameterValue, operand: Operand) -> bool:
    assert isinstance(operand, tuple)
    return value in operand


def _not_among(value: ParameterValue, operand: Operand) -> bool:
    return not _among(value, operand)


def _between(value: ParameterValue, operand: Operand) -> bool:
    assert isinstance(operand, tuple)
    lowest, highest = operand
    return _ordered(lowest) <= _ordered(value) <= _ordered(highest)


def _contains(value: ParameterValue, operand: Operand) -> bool:
    assert isinstance(value, frozenset)
    return operand in value


def _contains_any(value: ParameterValue, operand: Operand) -> bool:
    assert isinstance(value, frozenset)
    assert isinstance(operand, frozenset)
    return not value.isdisjoint(operand)


def _lacks(value: ParameterValue, operand: Operand) -> bool:
    return not _contains_any(value, operand)


def _known(_value: ParameterValue, _operand: Operand) -> bool:
    return True


_TRUE, _FALSE, _UNDECIDED = Truth.TRUE, Truth.FALSE, Truth.UNDECIDED  # an enum's attribute is slow to reach
_OPPOSITE = {_TRUE: _FALSE, _FALSE: _TRUE, _UNDECIDED: _UNDECIDED}
_ANY_KIND = frozenset({"number", "boolean", "choice", "set", "text", "date"})
_SCALAR = _ANY_KIND - {"set"}
_LISTED = _SCALAR - {"boolean"}
_ORDERED = frozenset({"number", "date"})
_SET = frozenset({"set"})
_TESTS: dict[str, Callable[[ParameterValue, Operand], bool]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "in": _among,
    "not_in": _not_among,
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
    "between": _between,
    "contains": _contains,
    "contains_any": _contains_any,
    "lacks": _lacks,
    "known": _known,
}
OPERATORS: dict[str, tuple[str, frozenset[str]]] = {
    "is": ("one", _SCALAR),
    "is_not": ("one", _SCALAR),
    "in": ("many", _LISTED),
    "not_in": ("many", _LISTED),
    "below": ("one", _ORDERED),
    "at_most": ("one", _ORDERED),
    "above": ("one", _ORDERED),
    "at_least": ("one", _ORDERED),
    "between": ("pair", _ORDERED),
    "contains": ("member", _SET),
    "contains_any": ("members", _SET),
    "lacks": ("members", _SET),
    "known": ("true", _ANY_KIND),
}
"""Each operator with the form of its operand and the kinds of parameter that it fits.

``between`` includes both ends. ``lacks`` takes one member or several, and holds where none of them is there.
``known: true`` holds as soon as there is a value and is undecided before; it never says no.
"""
