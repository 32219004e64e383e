"""Finds what the pages show in the content pack: rules, tests and policies by market, words and confidence."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from qilian.compliance import Rule, TestItem
from qilian.content import load_pack
from qilian.evidence import Policy
from qilian.planning import Pack
from qilian.portal import options
from qilian.text import Text


@cache
def pack() -> Pack:
    """Return the portal's content pack, read once by each process."""
    return load_pack(options.PACK.text())


@dataclass(frozen=True)
class RuleFilter:
    """What a reader looks for among the rules; an empty field lets everything pass."""

    text: str = ""
    market: str = ""
    kind: str = ""
    confidence: str = ""

    @cached_property
    def _words(self) -> list[str]:
        return _plain(self.text).split()

    def passes(self, rule: Rule) -> bool:
        """Return whether a rule is looked for; all words must stand in its id, title, references or tests."""
        if self.market and rule.market != self.market:
            return False
        if self.kind and rule.kind != self.kind:
            return False
        if self.confidence and rule.confidence != self.confidence:
            return False
        return not self._words or _holds(self._words, rule.id, rule.title, map(str, rule.references), rule.tests)


def rules(wanted: RuleFilter) -> list[Rule]:
    """Return the rules that are looked for, in the pack's order."""
    return [rule for rule in pack().rules if wanted.passes(rule)]


def tests(text: str) -> list[TestItem]:
    """Return the tests in whose id, name, field or methods all words of a text stand."""
    words = _plain(text).split()
    return [
        item
        for item in pack().tests.values()
        if not words
        or _holds(words, item.id, item.name, (item.domain, *(str(each.reference) for each in item.methods)))
    ]


def rule(key: str) -> Rule | None:
    """Return the rule of an id."""
    return next((each for each in pack().rules if each.id == key), None)


def policy(key: str) -> Policy | None:
    """Return the policy of an id."""
    return next((each for each in pack().policies if each.id == key), None)


def rules_that_call_for(test: str) -> list[Rule]:
    """Return the rules that ask for a test."""
    return [each for each in pack().rules if test in each.tests]


def exists(subject: str, key: str) -> bool:
    """Return whether the pack has a rule, test or policy of an id."""
    match subject:
        case "rule":
            return rule(key) is not None
        case "test":
            return key in pack().tests
        case "policy":
            return policy(key) is not None
    return False


def _holds(words: list[str], *places: str | Text | Iterable[str]) -> bool:
    parts: list[str] = []
    for place in places:
        if isinstance(place, Text):
            parts += [place.zh, place.en]
        elif isinstance(place, str):
            parts.append(place)
        else:
            parts += place
    text = _plain(" ".join(parts))
    return all(word in text for word in words)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
