"""Words that say a value of a parameter by themselves: ``cobot``, ``outdoor``, ``Wi-Fi``, ``no battery``.

Of a parameter that has one value, the first word counts, or the last of words in a row ("robot controller" is a
controller). What a machine carries ("AMR with lidar") is a part, and says what the pack says of such a part.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from qilian.intake.lexicon import Sense
from qilian.intake.model import Finding, Stance
from qilian.intake.plain import PlainText
from qilian.intake.word_search import Word
from qilian.product import Vocabulary

_CARRIED = re.compile(
    r"(?:带有?|配备?|搭载|装有?|内置|含有?|with|fitted|equipped|has|have|carries|without|不带|无)(?: an?| the)? ?\Z",
    re.I,
)


def value_findings(
    plain: PlainText, words: Sequence[Word], stances: Mapping[int, Stance], vocabulary: Vocabulary
) -> Iterator[Finding]:
    """Yield what the words say of the product, in their order."""
    chosen = _chosen(plain, words, stances, vocabulary)
    for index, word in enumerate(words):
        refused = stances.get(index) is Stance.REFUSED
        spans = (plain.span(word.start, word.end),)
        won = any(chosen.get(sense.id) == index for sense in word.senses if sense.kind == "value" and not sense.part)
        for sense in word.senses:
            if sense.kind != "value" or (sense.part and won):
                continue
            parameter, value = vocabulary[sense.id], sense.value
            if parameter.kind == "boolean":
                value = (not value) if refused else value
            elif refused or (parameter.kind != "set" and chosen.get(sense.id) != index):
                continue
            yield Finding("parameter", parameter.id, parameter.label, spans, value, sure=word.exact)


def _chosen(
    plain: PlainText, words: Sequence[Word], stances: Mapping[int, Stance], vocabulary: Vocabulary
) -> dict[str, int]:
    """Return which word gives the value of each parameter that has but one."""
    chosen: dict[str, int] = {}
    carried: dict[str, int] = {}
    for index, word in enumerate(words):
        for sense in word.senses:
            if sense.kind != "value" or vocabulary[sense.id].kind == "set" or stances.get(index) is Stance.REFUSED:
                continue
            if _is_carried(plain, word, word.senses):
                carried.setdefault(sense.id, index)
                continue
            first = chosen.get(sense.id)
            if first is None or (first == index - 1 and not plain.text[words[first].end : word.start].strip()):
                chosen[sense.id] = index
    return carried | chosen


def _is_carried(plain: PlainText, word: Word, senses: Sequence[Sense]) -> bool:
    return any(sense.part for sense in senses) and bool(_CARRIED.search(plain.text, 0, word.start))
