"""What follows from a product's values by definition: runs the implications of a pack to a fixpoint.

In come given values and implications in file order; out come all values, which implication gave each new one, and where
an implication contradicts a value that was there before. A given value is never overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qilian.compliance.conditions import Truth, Values
from qilian.compliance.rules import Implication
from qilian.product import ParameterValue


@dataclass(frozen=True, slots=True)
class Implied:
    """A value that was not given but follows."""

    value: ParameterValue
    implication: Implication


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An implication says otherwise than a value that is given or that an earlier implication gave."""

    parameter: str
    value: ParameterValue
    implication: Implication


@dataclass(frozen=True, slots=True)
class Closure:
    """All that is known of a product once everything that follows is added.

    Attributes
    ----------
    values
        Given and implied, by parameter id.
    pending
        Implications that could still take effect if more were known.
    """

    values: dict[str, ParameterValue]
    implied: dict[str, Implied]
    contradictions: tuple[Contradiction, ...]
    pending: tuple[Implication, ...]


def close(given: Values, implications: Sequence[Implication]) -> Closure:
    """Add to ``given`` what follows, pass by pass in file order, until a pass adds nothing."""
    values = dict(given)
    implied: dict[str, Implied] = {}
    contradictions: list[Contradiction] = []
    pending = list(implications)
    grown = True
    while grown and pending:
        grown = False
        left: list[Implication] = []
        for implication in pending:
            truth = implication.when.verdict(values).truth
            if truth is _UNDECIDED:
                left.append(implication)
            elif truth is _TRUE:
                for name, value in implication.then.items():
                    known = values.get(name)
                    if known is None:
                        values[name] = value
                        implied[name] = Implied(value, implication)
                        grown = True
                    elif known != value:
                        contradictions.append(Contradiction(name, known, implication))
        pending = left
    return Closure(values, implied, tuple(contradictions), tuple(pending))


_TRUE, _UNDECIDED = Truth.TRUE, Truth.UNDECIDED  # an enum's attribute is slow to reach
