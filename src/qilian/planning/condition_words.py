"""Conditions of rules and policies for people to read: nested lines in Chinese or English.

In come a condition and the vocabulary of its parameters; out comes a tree of :class:`Line`.
"""

from dataclasses import dataclass

from qilian.compliance import Condition
from qilian.compliance.conditions import All, AnyOf, Comparison, Not
from qilian.planning.words import listed, value_text, word
from qilian.product import Vocabulary
from qilian.text import Language, Text

_JOINTS = {
    All: Text("以下全部成立", "all of these hold"),
    AnyOf: Text("以下至少一项成立", "at least one of these holds"),
    Not: Text("以下不成立", "this does not hold"),
}
_OPERATORS: dict[str, Text] = {
    "is": Text("{name} 为 {value}", "{name} is {value}"),
    "is_not": Text("{name} 不为 {value}", "{name} is not {value}"),
    "in": Text("{name} 为其中之一：{value}", "{name} is one of {value}"),
    "not_in": Text("{name} 不属于：{value}", "{name} is none of {value}"),
    "below": Text("{name} 低于 {value}", "{name} is below {value}"),
    "at_most": Text("{name} 不超过 {value}", "{name} is at most {value}"),
    "above": Text("{name} 高于 {value}", "{name} is above {value}"),
    "at_least": Text("{name} 不低于 {value}", "{name} is at least {value}"),
    "between": Text("{name} 在 {low} 至 {high} 之间（含两端）", "{name} is between {low} and {high}, both included"),
    "contains": Text("{name} 包含 {value}", "{name} contains {value}"),
    "contains_any": Text("{name} 包含其中任一：{value}", "{name} contains any of {value}"),
    "lacks": Text("{name} 不包含 {value}", "{name} contains none of {value}"),
    "known": Text("{name} 已知", "{name} is known"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a condition says; a joint has the lines that it joins below it."""

    text: str
    below: tuple["Line", ...] = ()


def condition_words(condition: Condition, vocabulary: Vocabulary, language: Language) -> Line:
    """Return a condition in words.

    Parameters
    ----------
    vocabulary
        The one that the condition was read with: parameters of a product, or the facts of evidence.
    """
    if isinstance(condition, Comparison):
        return Line(_comparison(condition, vocabulary, language))
    children = (condition.child,) if isinstance(condition, Not) else condition.children
    if isinstance(condition, All) and not children:
        return Line(Text("总是成立", "always holds").say(language))
    below = tuple(condition_words(child, vocabulary, language) for child in children)
    if len(below) == 1 and not isinstance(condition, Not):
        return below[0]
    return Line(_JOINTS[type(condition)].say(language), below)


def _comparison(comparison: Comparison, vocabulary: Vocabulary, language: Language) -> str:
    parameter = vocabulary[comparison.parameter]
    name, operand, operator = parameter.label.say(language), comparison.operand, comparison.operator
    if operator == "is" and isinstance(operand, bool):
        return (
            Text("{name}:{value}", "{name}: {value}")
            .say(language)
            .format(name=name, value=word("yes" if operand else "no", language))
        )
    if operator == "between" and isinstance(operand, tuple):
        low, high = (value_text(parameter, end, language) for end in operand)
        return _OPERATORS[operator].say(language).format(name=name, low=low, high=high)
    if isinstance(operand, tuple | frozenset):
        value = listed((value_text(parameter, each, language) for each in sorted(operand, key=str)), language)
    else:
        value = value_text(parameter, operand, language)
    return _OPERATORS[operator].say(language).format(name=name, value=value)
