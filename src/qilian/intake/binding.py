"""Gives each quantity of a text to the word that owns it: ``额定负载10kg``, ``10 kg payload``, ``battery 48 V 20 Ah``.

A word owns quantities of its clause that measure what it names; the nearest wins, the one before on a tie. A word that
names several parameters of one measure means the one that the sentence is about ("battery ..., rated voltage 48 V").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qilian.intake.quantities import Quantity
from qilian.intake.word_search import Word
from qilian.product import Parameter, Vocabulary

_FAR = 24
"""Characters between a word and its quantity beyond which they do not belong together."""
_JOINT = re.compile(r"\s*(?:[ad]c\b)?\s*[/(]?\s*", re.IGNORECASE)
_EDGES = 3


@dataclass(frozen=True, slots=True)
class Binding:
    """A parameter's value: the quantity, and the index of the word that owns it, if one does."""

    parameter: str
    value: float
    quantity: Quantity
    word: int | None
    sure: bool = True


def bind(
    plain: str,
    clauses: Sequence[tuple[int, int]],
    words: Sequence[Word],
    quantities: Sequence[Quantity],
    vocabulary: Vocabulary,
    given: Iterable[str],
    edges: Sequence[str] = (),
) -> tuple[Binding, ...]:
    """Return the bindings in the order of the quantities; a quantity that no word owns has none.

    Parameters
    ----------
    edges
        The three parameters that an unnamed product of three lengths gives ("980 x 650 x 330 mm"); empty if the pack
        names none together.
    given
        Parameters that have their value already.
    """
    found: list[Binding] = []
    filled = set(given)
    names = [_named(word, vocabulary) for word in words]
    sizes = [vocabulary[each] for each in edges]
    for before, quantity in zip([None, *quantities], quantities, strict=False):
        if before is not None and _is_aside(plain, before, quantity):
            continue
        clause = next((place for place in clauses if place[0] <= quantity.start < place[1]), (0, len(plain)))
        made = _owned(plain, clause, words, names, quantity, quantities, filled) or _only_possible(
            quantity, vocabulary, filled, sizes
        )
        found += made
        filled.update(each.parameter for each in made)
    return tuple(found)


def _named(word: Word, vocabulary: Vocabulary) -> tuple[Parameter, ...]:
    return tuple(vocabulary[sense.id] for sense in word.senses if sense.kind == "parameter")


def _owned(
    plain: str,
    clause: tuple[int, int],
    words: Sequence[Word],
    names: Sequence[tuple[Parameter, ...]],
    quantity: Quantity,
    quantities: Sequence[Quantity],
    filled: set[str],
) -> list[Binding]:
    candidates = []
    glued = next((i for i, word in enumerate(words) if quantity.start < word.start <= quantity.end and names[i]), None)
    for index, word in enumerate(words):
        fitting = [each for each in names[index] if quantity.fits(each) and each.id not in filled]
        if glued is not None and index != glued:
            fitting = [each for each in fitting if each in names[glued]] or fitting
        if not fitting or not clause[0] <= word.start < clause[1]:
            continue
        before = word.end <= quantity.start
        gap = plain[word.end : quantity.start] if before else plain[quantity.end : word.start]
        if len(gap) > _FAR or (not before and not _in_a_row(plain, quantity, quantities, word.start)):
            continue
        # what is glued to the unit ("48VDC") says of what kind it is, and owns it only where nothing else does
        candidates.append((index == glued, len(gap.strip()), not before, index, fitting))
    if not candidates:
        return []
    *_, index, fitting = min(candidates, key=lambda each: each[:4])
    about = {each.id for other in range(index) if words[other].end > clause[0] - _FAR for each in names[other]}
    return _values(quantity, fitting, index, about)


def _in_a_row(plain: str, quantity: Quantity, quantities: Sequence[Quantity], until: int) -> bool:
    """Whether nothing but other measures of the same thing stands between a quantity and the word after it.

    In "48 VDC / 60 Ah battery" both are the battery's; in "5 kg, 850 mm reach" the weight is not.
    """
    between = [each for each in quantities if quantity.end <= each.start < until]
    ends = [quantity.end, *(each.end for each in between)]
    starts = [*(each.start for each in between), until]
    gaps = [plain[end:start] for end, start in zip(ends, starts, strict=True)]
    return not between or all(_JOINT.fullmatch(gap) for gap in gaps)


def _is_aside(plain: str, before: Quantity, quantity: Quantity) -> bool:
    """Whether a quantity only explains the one before it: ``48V（36~60V）``."""
    return plain[before.end : quantity.start].strip() == "(" and before.unit == quantity.unit


def _values(quantity: Quantity, fitting: Sequence[Parameter], index: int | None, about: set[str]) -> list[Binding]:
    """Return one value, or the two of a range or the three edges where the word names as many parameters."""
    if len(quantity.numbers) > 1 and len(fitting) >= len(quantity.numbers):
        pairs = list(zip(fitting, quantity.numbers, strict=False))
        sure = True
    else:
        chosen = [each for each in fitting if each.id in about] or list(fitting)
        pairs = [(chosen[0], max(quantity.numbers))]
        sure = len(chosen) == 1
    made = []
    for parameter, number in pairs:
        value = quantity.value(parameter, number)
        if value is not None:
            made.append(Binding(parameter.id, value, quantity, index, sure))
    return made


def _only_possible(
    quantity: Quantity, vocabulary: Vocabulary, filled: set[str], sizes: Sequence[Parameter]
) -> list[Binding]:
    """Where no word owns it, but only one parameter of the vocabulary measures so: that one, to be confirmed.

    Of several, the one that is given in the very unit; three lengths are the edges.
    """
    fitting = [each for each in vocabulary.parameters.values() if quantity.fits(each)]
    if len(quantity.numbers) == _EDGES and sizes and all(quantity.fits(each) for each in sizes):
        taken = any(each.id in filled for each in sizes)
        return [] if taken else _unsure(_values(quantity, sizes, None, set()))
    if len(quantity.numbers) == 2 and quantity.is_range and len(fitting) == 2:
        taken = any(each.id in filled for each in fitting)
        return [] if taken else _unsure(_values(quantity, fitting, None, set()))
    alike = [each for each in fitting if each.unit == quantity.unit] if len(fitting) > 1 else fitting
    if len(alike) != 1 or alike[0].id in filled:
        return []
    value = quantity.value(alike[0], max(quantity.numbers))
    return [] if value is None else [Binding(alike[0].id, value, quantity, None, False)]


def _unsure(bindings: Sequence[Binding]) -> list[Binding]:
    return [replace(each, sure=False) for each in bindings]
