"""What changed between two kept plans of a product: obligations, tests, laboratories, days, yuan, kilometres."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qilian.portal.workbench.showing import OUTCOMES, Data, ShownPlan, laboratories_of, text
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Turned:
    """A rule or a test that came out otherwise; an empty side means that it was not there."""

    id: str
    title: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of both plans; None where there is no itinerary."""

    name: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes
    ----------
    tests_gone, tests_new
        Tests that are to be done in one plan only, by id and name.
    homeless
        Tests that a laboratory took before and none takes now: what the figures then leave out.
    """

    figures: tuple[Figure, ...]
    obligations: tuple[Turned, ...]
    tests_gone: tuple[tuple[str, Text], ...]
    tests_new: tuple[tuple[str, Text], ...]
    homeless: tuple[Text, ...]
    laboratories_gone: tuple[Text, ...]
    laboratories_new: tuple[Text, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (
            self.obligations
            or self.tests_gone
            or self.tests_new
            or self.homeless
            or self.laboratories_gone
            or self.laboratories_new
            or any(figure.difference for figure in self.figures)
        )


def compare(before: ShownPlan, after: ShownPlan) -> Comparison:
    """Return what changed from one plan to another."""
    old, new = before.result, after.result
    old_tests, new_tests = _open_tests(old), _open_tests(new)
    old_laboratories, new_laboratories = _laboratories(old), _laboratories(new)
    return Comparison(
        figures=(
            Figure("applies", before.counts["applies"], after.counts["applies"]),
            Figure("undecided", before.counts["undecided"], after.counts["undecided"]),
            Figure("tests", len(old_tests), len(new_tests)),
            *(Figure(name, _figure(old, name), _figure(new, name)) for name in ("days", "price", "kilometres")),
        ),
        obligations=_turned(old, new),
        tests_gone=tuple((test, name) for test, name in old_tests.items() if test not in new_tests),
        tests_new=tuple((test, name) for test, name in new_tests.items() if test not in old_tests),
        homeless=tuple(
            new_tests[test] for test in new["unplaced"] if test not in old["unplaced"] and test in new_tests
        ),
        laboratories_gone=tuple(name for each, name in old_laboratories.items() if each not in new_laboratories),
        laboratories_new=tuple(name for each, name in new_laboratories.items() if each not in old_laboratories),
    )


def _turned(old: Data, new: Data) -> tuple[Turned, ...]:
    nothing = Text("", "")
    before = {each["rule"]: each for each in old["obligations"]}
    after = {each["rule"]: each for each in new["obligations"]}
    found = []
    for rule in dict.fromkeys([*after, *before]):
        was, became = (side[rule]["outcome"] if rule in side else "" for side in (before, after))
        # A rule that neither applies before nor after, because a market was added or left, says nothing.
        if was != became and {was, became} != {"", "does_not_apply"}:
            title = text((after.get(rule) or before[rule])["title"])
            found.append(Turned(rule, title, OUTCOMES.get(was, nothing), OUTCOMES.get(became, nothing)))
    return tuple(found)


def _open_tests(result: Data) -> dict[str, Text]:
    """Return the tests that no report answers."""
    return {
        each["id"]: text(each["name"])
        for each in result["tests"]
        if not (each["decision"] and each["decision"]["outcome"] == "accept")
    }


def _laboratories(result: Data) -> dict[str, Text]:
    steps: list[Mapping[str, Any]] = (result["itinerary"] or {"steps": []})["steps"]
    names = {step["laboratory"]: text(step["laboratory_name"]) for step in steps}
    return {laboratory: names[laboratory] for laboratory in laboratories_of(steps)}


def _figure(result: Data, name: str) -> float | None:
    itinerary = result["itinerary"]
    return float(itinerary[name]) if itinerary else None
