"""Answers to what-ifs and re-plans as plain data, in formats that other programs read.

In come an :class:`Answer` or a :class:`Replanned`; out comes what ``--json`` prints. The JSON Schemas in ``schemas``
are those of ``answer_models``.
"""

from collections.abc import Iterable

from qilian.routing.changes import said
from qilian.routing.files import Json, plan_to_data
from qilian.routing.names import Names
from qilian.routing.plan import Assignment
from qilian.routing.replan import Replanned
from qilian.routing.what_if import Answer, Figures, Moved

WHAT_IF_FORMAT = "qilian-routing-what-if/1"
REPLAN_FORMAT = "qilian-routing-replan/1"


def answer_to_data(answer: Answer) -> dict[str, Json]:
    """Return an answer to a what-if."""
    return {
        "format": WHAT_IF_FORMAT,
        "changes": [said(change, Names()).en for change in answer.changes],
        "plan": plan_to_data(answer.plan) if answer.plan else None,
        "before": _figures(answer.before),
        "after": _figures(answer.after) if answer.after else None,
        "difference": _figures(answer.difference) if answer.difference else None,
        "moved": _moved(answer.moved),
        "reason": {"zh": answer.reason.zh, "en": answer.reason.en},
        "impossible": answer.impossible,
    }


def replanned_to_data(found: Replanned) -> dict[str, Json]:
    """Return a plan after events."""
    return {
        "format": REPLAN_FORMAT,
        "plan": plan_to_data(found.plan),
        "fixed": _assignments(found.fixed),
        "kept": _assignments(found.kept),
        "moved": _moved(found.moved),
        "added": _assignments(found.added),
        "stopped": _assignments(found.stopped),
        "fewest_changes": found.fewest_changes,
        "fewest_proven": found.fewest_proven,
        "near_bound": found.near_bound,
        "before": _figures(found.before),
        "after": _figures(found.after),
        "difference": _figures(found.difference),
    }


def _figures(figures: Figures) -> dict[str, Json]:
    return {"hours": figures.hours, "price": figures.price, "kilometres": figures.kilometres}


def _moved(moved: Iterable[Moved]) -> list[Json]:
    return [{"before": _assignment(each.before), "after": _assignment(each.after)} for each in moved]


def _assignments(items: Iterable[Assignment]) -> list[Json]:
    return [_assignment(item) for item in items]


def _assignment(item: Assignment) -> dict[str, Json]:
    return {
        "product": item.product,
        "test": item.test,
        "bench": item.bench,
        "unit": item.unit,
        "start": item.start,
        "end": item.end,
    }
