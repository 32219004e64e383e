"""Finds a lexicon's words in a text: the longest at each place, with small misspellings.

A misspelt Latin word keeps its first letter and differs by one letter (two from nine letters on); a misspelt Chinese
word of four and more characters differs in one that is not the first. Such a word is marked, for somebody to confirm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qilian.intake.lexicon import Lexicon, Sense
from qilian.intake.plain import Token

_SHORTEST, _LONG = 6, 9


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon in the text: its place among the tokens and in the plain text."""

    first: int
    last: int
    start: int
    end: int
    senses: tuple[Sense, ...]
    exact: bool


def find_words(tokens: Sequence[Token], lexicon: Lexicon, grammar: frozenset[str]) -> tuple[Word, ...]:
    """Return the words in the order of the text; they do not overlap.

    Parameters
    ----------
    grammar
        Latin words that are never misspellings ("before").
    """
    spelt = [_spelt(token.form, lexicon, grammar) for token in tokens]
    found: list[Word] = []
    place = 0
    while place < len(tokens):
        word = _longest_at(place, tokens, spelt, lexicon)
        if word is None:
            place += 1
        else:
            found.append(word)
            place = word.last + 1
    return tuple(found)


def _longest_at(place: int, tokens: Sequence[Token], spelt: Sequence[str], lexicon: Lexicon) -> Word | None:
    for length in range(min(lexicon.longest, len(tokens) - place), 0, -1):
        forms = tuple(spelt[place : place + length])
        exact = True
        senses = lexicon.senses.get(forms)
        if senses is None and length >= 4:
            senses, exact = _nearly(forms, lexicon), False
        if senses is not None:
            last = place + length - 1
            written = all(
                tokens[place + index].form in (form, f"{form}s", f"{form}es") for index, form in enumerate(forms)
            )
            return Word(place, last, tokens[place].start, tokens[last].end, senses, exact and written)
    return None


def _nearly(forms: tuple[str, ...], lexicon: Lexicon) -> tuple[Sense, ...] | None:
    for place in range(1, len(forms)):
        meant = lexicon.masked.get((*forms[:place], None, *forms[place + 1 :]))
        if meant is not None:
            return lexicon.senses[meant]
    return None


def _spelt(form: str, lexicon: Lexicon, grammar: frozenset[str]) -> str:
    """Return the lexicon's Latin word that ``form`` is, is the plural of, or is a misspelling of."""
    if not (form.isascii() and form.isalpha()) or form in grammar:
        return form
    known = lexicon.letters.get(form[0], frozenset())
    for singular in (form, form.removesuffix("s"), form.removesuffix("es")):
        if singular in known:
            return singular
    if len(form) < _SHORTEST:
        return form
    allowed = 2 if len(form) >= _LONG else 1
    near = [(distance, word) for word in known if (distance := _edits(form, word, allowed)) <= allowed]
    return min(near)[1] if near else form


def _edits(first: str, second: str, most: int) -> int:
    """Return how many letters are added, left out, changed or swapped (optimal string alignment)."""
    if abs(len(first) - len(second)) > most or len(second) < _SHORTEST - 1:
        return most + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        line = [row]
        for column, other in enumerate(second, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]
