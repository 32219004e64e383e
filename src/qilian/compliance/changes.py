"""What will change for a product: rules that start or end, and new editions of the standards that its rules cite.

In come an assessment, the catalogue and a date; out go dated :class:`ComingChange` entries, the earliest first.
"""

import calendar
from dataclasses import dataclass
from datetime import date

from qilian.compliance.assessment import Assessment
from qilian.compliance.conditions import Truth
from qilian.compliance.rules import Rule
from qilian.standards import Catalogue, StandardRef
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class ComingChange:
    """One dated change.

    Attributes
    ----------
    date
        First day on which a rule binds, last day on which it does, or the day of an edition.
    rule
        Id of the rule that starts or ends; None for a change of an edition.
    certain
        False where it depends on what is still unknown of the product.
    """

    date: date
    what: Text
    references: tuple[StandardRef, ...]
    rule: str | None
    certain: bool = True


def coming_changes(
    assessment: Assessment, catalogue: Catalogue, on: date, months: int = 24
) -> tuple[ComingChange, ...]:
    """Return the changes after ``on`` and within ``months``.

    A rule counts if its condition holds of the product, or is undecided, whether it is in force yet or not.
    Editions count if such a rule cites the standard, as far as the world knew on ``on`` what was to come.
    Of a rule that starts or ends only the acts and dated references are shown, or all where it has none: an undated
    standard beside them neither starts nor ends on that day.
    """
    until = _months_later(on, months)
    changes: list[ComingChange] = []
    cited: dict[StandardRef, None] = {}
    for obligation in assessment.obligations:
        rule = obligation.rule
        truth = obligation.outcome if obligation.in_force else rule.when.verdict(assessment.values).truth
        ended = rule.in_force_until is not None and rule.in_force_until < on
        if truth is Truth.FALSE or ended:
            continue
        certain = truth is Truth.TRUE
        if rule.in_force_from and on < rule.in_force_from <= until:
            what = Text(f"开始实施：{rule.title.zh}", f"Begins to bind: {rule.title.en}")
            changes.append(ComingChange(rule.in_force_from, what, _changing(rule), rule.id, certain))
        if rule.in_force_until and on <= rule.in_force_until <= until:
            what = Text(f"最后有效日：{rule.title.zh}", f"Last day in force: {rule.title.en}")
            changes.append(ComingChange(rule.in_force_until, what, _changing(rule), rule.id, certain))
        cited.update(dict.fromkeys(rule.references))
    # What a rule already announces (an act and its rule start on one day) is not said again of its act.
    announced = [(reference, change.date) for change in changes for reference in change.references]
    for change in catalogue.changes(cited, on, until, known_on=on):
        if not any(change.reference == said and abs((change.date - day).days) <= 1 for said, day in announced):
            when = "" if change.when.precision == "day" else f" ({change.when})"
            zh, en = ("(推定)", " (inferred)") if change.when.inferred else ("", "")
            what = Text(
                f"{change.reference}:{change.what.zh}{when}{zh}", f"{change.reference}: {change.what.en}{when}{en}"
            )
            changes.append(ComingChange(change.date, what, (change.reference,), None))
    return tuple(sorted(changes, key=lambda change: (change.date, change.rule or "", change.what.en)))


def _changing(rule: Rule) -> tuple[StandardRef, ...]:
    return tuple(each for each in rule.references if each.is_dated) or rule.references


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
