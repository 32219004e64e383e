"""Whether the rules of a pack are sound: conditions can be met, no two rules say the same, examples hold, ids resolve.

In come rules, implications, test items, their order and the catalogue; out goes a list of :class:`Finding`, empty where
all is well. Conditions are proved by trying one value of each class that the comparisons can tell apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qilian.compliance.answers import all_answers, by_parameter
from qilian.compliance.conditions import Condition, Truth, comparisons
from qilian.compliance.implying import close
from qilian.compliance.rules import Implication, Rule
from qilian.compliance.testing import Order, TestItem
from qilian.product import ParameterValue, Vocabulary
from qilian.standards import Catalogue, StandardRef

MOST_TRIALS = 200_000
"""Partial products that are tried for one proof; beyond it the finding says that nothing was proved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the content: where, what, and how to mend it."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.mend}"


class UnprovedError(Exception):
    """A proof that would need more than MOST_TRIALS trials."""


def check_content(
    rules: Sequence[Rule],
    implications: Sequence[Implication],
    vocabulary: Vocabulary,
    items: Mapping[str, TestItem],
    orders: Sequence[Order],
    catalogue: Catalogue,
) -> tuple[Finding, ...]:
    """Return everything that is wrong, in the order of the pack."""
    return (
        *_doubled_ids([*((rule.id, rule.where) for rule in rules), *((i.id, i.where) for i in implications)]),
        *(finding for rule in rules for finding in check_rule(rule, implications, vocabulary)),
        *(finding for rule in rules for finding in _unresolved(rule, rules, items, catalogue)),
        *_unmet_implications(implications, vocabulary),
        *_alike(rules, vocabulary),
        *_unknown_order(orders, items),
        *_unknown_methods(items, catalogue),
    )


def check_rule(rule: Rule, implications: Sequence[Implication], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is wrong with one rule by itself: its parameters, condition, dates and examples."""
    strange = [c.parameter for c in comparisons(rule.when) if vocabulary.find(c.parameter) is None]
    if strange:
        yield Finding(_at(rule), f"unknown parameter {strange[0]}", "add it to the vocabulary or mend the name")
        return
    try:
        if witness(rule.when, implications, vocabulary) is None:
            yield Finding(_at(rule), "its condition can never be met", "mend the condition or drop the rule")
        elif witness(rule.when, implications, vocabulary, Truth.FALSE) is None:
            yield Finding(_at(rule), "its condition is always met", "say which products it binds")
    except UnprovedError:
        yield Finding(_at(rule), "too many cases to prove that its condition can be met", "split the rule")
    start, end = rule.in_force_from, rule.in_force_until
    if start and end and end < start:
        yield Finding(_at(rule), f"ends on {end}, before it starts on {start}", "mend in_force")
    yield from _examples(rule, implications)


def witness(
    condition: Condition, implications: Sequence[Implication], vocabulary: Vocabulary, wanted: Truth = Truth.TRUE
) -> dict[str, ParameterValue] | None:
    """Return values for which the condition has the wanted outcome and no implication is contradicted.

    Returns
    -------
    dict or None
        None where no product can have that outcome.

    Raises
    ------
    UnprovedError
        If that takes more than MOST_TRIALS trials.
    """
    names = tuple(by_parameter([condition]))
    mentions = by_parameter([condition, *(implication.when for implication in implications)])
    answers = {name: all_answers(vocabulary[name], mentions[name]) for name in names}
    trials = _Trials()

    def search(given: dict[str, ParameterValue]) -> dict[str, ParameterValue] | None:
        trials.count()
        closure = close(given, implications)
        if closure.contradictions:
            return None
        verdict = condition.verdict(closure.values)
        if verdict.truth is not Truth.UNDECIDED:
            return given if verdict.truth is wanted else None
        name = verdict.missing[0]
        for answer in answers[name]:
            found = search({**given, name: answer})
            if found is not None:
                return found
        return None

    return search({})


def same_meaning(first: Condition, second: Condition, vocabulary: Vocabulary) -> bool:
    """Return whether both conditions decide every product alike.

    Raises
    ------
    UnprovedError
        If that takes more than MOST_TRIALS trials.
    """
    mentions = by_parameter([first, second])
    answers = {name: all_answers(vocabulary[name], mentions[name]) for name in mentions}
    trials = _Trials()

    def alike(given: dict[str, ParameterValue]) -> bool:
        trials.count()
        one, other = first.verdict(given), second.verdict(given)
        missing = one.missing or other.missing
        if not missing:
            return one.truth is other.truth
        return all(alike({**given, missing[0]: answer}) for answer in answers[missing[0]])

    return alike({})


class _Trials:
    """Counts the trials of one proof."""

    def __init__(self) -> None:
        self.made = 0

    def count(self) -> None:
        self.made += 1
        if self.made > MOST_TRIALS:
            raise UnprovedError


def _at(rule: Rule) -> str:
    return f"{rule.id} ({rule.where})"


def _doubled_ids(places: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for each, where in places:
        if each in first:
            yield Finding(f"{each} ({where})", f"the same id stands in {first[each]}", "choose another id")
        first.setdefault(each, where)


def _examples(rule: Rule, implications: Sequence[Implication]) -> Iterator[Finding]:
    for name, example, expected in (
        ("applies", rule.examples.applies, Truth.TRUE),
        ("does_not_apply", rule.examples.does_not_apply, Truth.FALSE),
    ):
        closure = close(example, implications)
        if closure.contradictions:
            parameter, implication = closure.contradictions[0].parameter, closure.contradictions[0].implication.id
            yield Finding(_at(rule), f"example {name}: {parameter} contradicts {implication}", "mend the example")
        verdict = rule.when.verdict(closure.values)
        if verdict.truth is not expected:
            waits = f" (it waits for {', '.join(verdict.missing)})" if verdict.missing else ""
            yield Finding(_at(rule), f"example {name} is {verdict.truth}{waits}", "mend the example or the condition")


def _unresolved(
    rule: Rule, rules: Sequence[Rule], items: Mapping[str, TestItem], catalogue: Catalogue
) -> Iterator[Finding]:
    ids = {each.id for each in rules}
    for test in rule.tests:
        if test not in items:
            yield Finding(_at(rule), f"unknown test {test}", "add the test or mend its id")
    for replaced in rule.replaces:
        if replaced not in ids or replaced == rule.id:
            yield Finding(_at(rule), f"replaces {replaced}, which is no other rule", "mend the id")
    for reference in rule.references:
        if not _listed(reference, catalogue):
            yield Finding(_at(rule), f"{reference} is not in the catalogue", "add it to the standards table")


def _listed(reference: StandardRef, catalogue: Catalogue) -> bool:
    """Return whether the catalogue has an edition of it, of whatever date."""
    return catalogue.show(reference, date.max).edition is not None


def _unmet_implications(implications: Sequence[Implication], vocabulary: Vocabulary) -> Iterator[Finding]:
    for index, implication in enumerate(implications):
        where = f"{implication.id} ({implication.where})"
        # Its own consequence is left out: a value that contradicts it is what the implication is there to report.
        others = [*implications[:index], *implications[index + 1 :]]
        try:
            if witness(implication.when, others, vocabulary) is None:
                yield Finding(where, "its condition can never be met", "mend the condition or drop the implication")
        except UnprovedError:
            yield Finding(where, "too many cases to prove that its condition can be met", "split the implication")


def _alike(rules: Sequence[Rule], vocabulary: Vocabulary) -> Iterator[Finding]:
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        said = (rule.market, rule.kind, frozenset(rule.references), rule.in_force_from, rule.in_force_until)
        for earlier in groups.setdefault(said, []):
            try:
                alike = same_meaning(earlier.when, rule.when, vocabulary)
            except UnprovedError:
                yield Finding(_at(rule), f"too many cases to compare it with {earlier.id}", "simplify one of the two")
                continue
            if alike:
                yield Finding(_at(rule), f"says the same as {earlier.id}", "merge the two")
        groups[said].append(rule)


def _unknown_order(orders: Sequence[Order], items: Mapping[str, TestItem]) -> Iterator[Finding]:
    for order in orders:
        for test in (*order.before, *order.after):
            if test not in items:
                yield Finding(f"order ({order.reason.en})", f"unknown test {test}", "add the test or mend its id")
        for test in set(order.before) & set(order.after):
            yield Finding(f"order ({order.reason.en})", f"{test} comes before itself", "take it from one side")


def _unknown_methods(items: Mapping[str, TestItem], catalogue: Catalogue) -> Iterator[Finding]:
    for item in items.values():
        for method in item.methods:
            if not _listed(method.reference, catalogue):
                yield Finding(item.id, f"{method.reference} is not in the catalogue", "add it to the standards table")
