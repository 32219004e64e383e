"""Gives each quantity of a text to the word that owns it: ``额定负载10kg``, ``10 kg payload``, ``battery 48 V 20 Ah``.

A word owns quantities of its clause that measure what it names; the nearest wins, the one before on a tie. A word that
names several parameters of one measure means the one that the sentence is about ("battery ..., rated voltage 48 V").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qilian.intake.quantities import Quantity
from qilian.intake.word_search import Word
from qilian.product import Parameter, Vocabulary

_FAR = 24
"""Characters between a word and its quantity beyond which they do not belong together."""


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
) -> tuple[Binding, ...]:
    """Return the bindings in the order of the quantities; a quantity that no word owns has none.

    Parameters
    ----------
    given
        Parameters that have their value already.
    """
    found: list[Binding] = []
    filled = set(given)
    names = [_named(word, vocabulary) for word in words]
    for quantity in quantities:
        clause = next((place for place in clauses if place[0] <= quantity.start < place[1]), (0, len(plain)))
        made = _owned(plain, clause, words, names, quantity, quantities, filled) or _only_possible(
            quantity, vocabulary, filled
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
    for index, word in enumerate(words):
        fitting = [each for each in names[index] if quantity.fits(each) and each.id not in filled]
        if not fitting or not clause[0] <= word.start < clause[1]:
            continue
        before = word.end <= quantity.start
        gap = plain[word.end : quantity.start] if before else plain[quantity.end : word.start]
        if len(gap) > _FAR or (not before and _between(quantities, quantity.end, word.start)):
            continue
        candidates.append((len(gap.strip()), not before, index, fitting))
    if not candidates:
        return []
    _, _, index, fitting = min(candidates, key=lambda each: each[:3])
    about = {each.id for other in range(index) if words[other].end > clause[0] - _FAR for each in names[other]}
    return _values(quantity, fitting, index, about)


def _between(quantities: Sequence[Quantity], start: int, end: int) -> bool:
    return any(start <= each.start < end for each in quantities)


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


def _only_possible(quantity: Quantity, vocabulary: Vocabulary, filled: set[str]) -> list[Binding]:
    """Where no word owns it, but only one parameter of the whole vocabulary measures so: that one, to be confirmed."""
    fitting = [each for each in vocabulary.parameters.values() if quantity.fits(each)]
    if len(quantity.numbers) == 2 and quantity.is_range and len(fitting) == 2:
        if any(each.id in filled for each in fitting):
            return []
        return [Binding(b.parameter, b.value, quantity, None, False) for b in _values(quantity, fitting, None, set())]
    if len(fitting) != 1 or fitting[0].id in filled:
        return []
    value = quantity.value(fitting[0], max(quantity.numbers))
    return [] if value is None else [Binding(fitting[0].id, value, quantity, None, False)]
