"""The words of a content pack: what each may mean, from the pack's own labels and from its ``words.yaml``.

In comes a pack; out goes a :class:`Lexicon`. Labels, choices, names of tests and of markets are words by themselves,
unless they name two things; ``words.yaml`` adds what people say instead. All knowledge of the chain is in those files.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from qilian.documents import Document, read_yaml, shaped
from qilian.intake.errors import IntakeError
from qilian.intake.plain import make_plain, tokens_of
from qilian.planning import Pack
from qilian.product import ParameterValue
from qilian.text import Text

Forms: TypeAlias = tuple[str, ...]
FILE = "words.yaml"
_SIZE, _LENGTHS = 3, {"m", "cm", "mm"}
_ASIDE = re.compile(r"\s*[（(].*?[)）]")


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a word may mean: a parameter's name, a value of it, a test or heading, a market."""

    kind: Literal["parameter", "value", "test", "market"]
    id: str
    value: ParameterValue | None = None
    part: bool = False
    """Of a value: meant only where the word does not say what the product itself is."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A test item, or a name for several ("EMC")."""

    id: str
    name: Text
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression and the parameters that its groups give."""

    expression: re.Pattern[str]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the words of a pack mean.

    Attributes
    ----------
    senses
        By the tokens of a word; no sense for a word that only looks like another one (``ignore``).
    masked
        Words of four and more Chinese characters with one of them left out, for misspellings.
    letters
        All Latin words in it, by their first letter.
    """

    senses: Mapping[Forms, tuple[Sense, ...]]
    masked: Mapping[tuple[str | None, ...], Forms]
    letters: Mapping[str, frozenset[str]]
    longest: int
    headings: Mapping[str, Heading]
    patterns: tuple[Pattern, ...]
    edges: tuple[str, ...] = ()
    """The three parameters that a word for a size names together, in order."""


def read_lexicon(pack: Pack) -> Lexicon:
    """Read the words of a pack; a pack without ``words.yaml`` has its labels and names.

    Raises
    ------
    QilianError
        For the first word that names no parameter, value, test or market of the pack, with its line.
    """
    senses: dict[Forms, list[Sense]] = defaultdict(list)
    headings = {item.id: Heading(item.id, item.name, (item.id,)) for item in pack.tests.values()}
    patterns: tuple[Pattern, ...] = ()
    path = pack.folder / FILE
    if path.exists():
        patterns = _written(pack, read_yaml(path), senses, headings)
    own: dict[Forms, set[Sense]] = defaultdict(set)
    for word, sense in _labels(pack):
        own[forms_of(word)].add(sense)
    for forms, meant in own.items():
        if forms not in senses and len(meant) == 1 and len("".join(forms)) > 1:
            senses[forms].extend(meant)
    return _made(senses, headings, patterns, _edges(pack, senses.values()))


def forms_of(word: str) -> Forms:
    """Return the tokens of a word."""
    return tuple(token.form for token in tokens_of(make_plain(word).text))


def _labels(pack: Pack) -> Iterator[tuple[str, Sense]]:
    for parameter in pack.vocabulary.parameters.values():
        meant = Sense("value", parameter.id, True) if parameter.kind == "boolean" else Sense("parameter", parameter.id)
        for word in (parameter.label.zh, parameter.label.en, *parameter.aliases):
            yield _ASIDE.sub("", word), meant
        for choice in parameter.choices:
            value: ParameterValue = frozenset((choice.id,)) if parameter.kind == "set" else choice.id
            for word in (choice.label.zh, choice.label.en):
                yield _ASIDE.sub("", word), Sense("value", parameter.id, value)
    for item in pack.tests.values():
        for word in (item.name.zh, item.name.en):
            yield _ASIDE.sub("", word), Sense("test", item.id)
    for market, name in pack.markets.items():
        for word in (name.zh, name.en):
            yield word, Sense("market", market)


def _written(
    pack: Pack, document: Document, senses: dict[Forms, list[Sense]], headings: dict[str, Heading]
) -> tuple[Pattern, ...]:
    from qilian.intake.door import WordsForm

    form = shaped(document, document.value, WordsForm)
    vocabulary = pack.vocabulary

    def take(words: list[str], sense: Sense) -> None:
        for word in words:
            senses[forms_of(word)].append(sense)

    def known(kind: str, name: str, names: Mapping[str, object], *trail: str | int) -> str:
        if name not in names:
            raise IntakeError(f"{name}: no such {kind}", where=document.where(trail), mend=f"name a {kind} of the pack")
        return name

    for index, each in enumerate(form.values):
        where = document.where(("values", index))
        parameter = vocabulary.require(each.parameter, where)
        value = vocabulary.convert(parameter, each.value, where)
        take(each.words, Sense("value", parameter.id, value, each.part))
    for name, words in form.parameters.items():
        take(words, Sense("parameter", known("parameter", name, vocabulary.parameters, "parameters", name)))
    for index, heading in enumerate(form.headings):
        tests = [item.id for item in pack.tests.values() if item.domain == heading.domain]
        tests += [known("test", name, pack.tests, "headings", index) for name in heading.tests]
        if not tests or heading.id in headings:
            where = document.where(("headings", index))
            raise IntakeError(f"{heading.id}: no tests, or twice", where=where, mend="list its tests under one heading")
        headings[heading.id] = Heading(heading.id, heading.name, tuple(dict.fromkeys(tests)))
        take([heading.name.zh, heading.name.en, *heading.words], Sense("test", heading.id))
    for name, words in form.tests.items():
        take(words, Sense("test", known("test", name, pack.tests, "tests", name)))
    for name, words in form.markets.items():
        take(words, Sense("market", known("market", name, pack.markets, "markets", name)))
    for word in form.ignore:
        senses[forms_of(word)] = []
    patterns = []
    for index, each_pattern in enumerate(form.patterns):
        try:
            expression = re.compile(each_pattern.pattern, re.IGNORECASE)
        except re.error as error:
            where = document.where(("patterns", index))
            raise IntakeError(f"{each_pattern.pattern}: {error}", where=where, mend="mend the expression") from None
        names = [known("parameter", name, vocabulary.parameters, "patterns", index) for name in each_pattern.parameters]
        patterns.append(Pattern(expression, tuple(names)))
    return tuple(patterns)


def _made(
    senses: dict[Forms, list[Sense]],
    headings: dict[str, Heading],
    patterns: tuple[Pattern, ...],
    edges: tuple[str, ...],
) -> Lexicon:
    masked: dict[tuple[str | None, ...], set[Forms]] = defaultdict(set)
    letters: dict[str, set[str]] = defaultdict(set)
    for forms in senses:
        if len(forms) >= 4 and all(_is_chinese(form) for form in forms):
            for place in range(1, len(forms)):  # the first character is seldom the wrong one, and tells most apart
                masked[(*forms[:place], None, *forms[place + 1 :])].add(forms)
        for form in forms:
            if form.isascii() and form.isalpha():
                letters[form[0]].add(form)
    return Lexicon(
        senses={forms: tuple(dict.fromkeys(meant)) for forms, meant in senses.items()},
        masked={mask: next(iter(words)) for mask, words in masked.items() if len(words) == 1},
        letters={letter: frozenset(words) for letter, words in letters.items()},
        longest=max(map(len, senses), default=0),
        headings=headings,
        patterns=patterns,
        edges=edges,
    )


def _edges(pack: Pack, senses: Iterable[Sequence[Sense]]) -> tuple[str, ...]:
    """Return the parameters of the first word that names exactly three lengths ("dimensions")."""
    lengths = {each.id for each in pack.vocabulary.parameters.values() if each.unit in _LENGTHS}
    named = (tuple(each.id for each in meant if each.kind == "parameter") for meant in senses)
    return next((each for each in named if len(each) == _SIZE and lengths.issuperset(each)), ())


def _is_chinese(form: str) -> bool:
    return len(form) == 1 and "\u4e00" <= form <= "\u9fff"
