"""The forms by which demands become a problem, and a problem is changed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.portal.improvement.forms.demands import DueForm
from qilian.portal.improvement.forms.fields import NodeField, tests_of
from qilian.portal.improvement.models import Demand, Problem, Urgency


class ProblemForm(forms.Form):
    """A problem in the regulator's words."""

    title = forms.CharField(
        label=gettext_lazy("The problem in one line"),
        min_length=4,
        max_length=80,
        help_text=gettext_lazy("It will be public: name no firm."),
    )
    words = forms.CharField(
        label=gettext_lazy("What is known of it"),
        min_length=4,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("How hard it is"), choices=Urgency.choices, coerce=int, widget=forms.RadioSelect
    )
    node = NodeField(label=gettext_lazy("Part of the chain"), required=False)

    def fields_of(self, tests: Sequence[str]) -> dict[str, Any]:
        """Return the row's fields; of the tests those that the part of the chain has."""
        given = {name: self.cleaned_data[name] for name in ("title", "words", "severity", "node")}
        held = set(tests_of(given["node"])) if given["node"] else set(tests)
        return {**given, "tests": [each for each in tests if each in held]}


class PoseForm(DueForm, ProblemForm):
    """A problem, and what the demands' owner does until when."""

    measure = forms.CharField(
        label=gettext_lazy("Measure"),
        min_length=4,
        max_length=2000,
        help_text=gettext_lazy("The firms read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("title", "words", "severity", "node", "measure", "due")


class PutForm(DueForm):
    """What the owner of demands that are put to a problem does until when."""

    measure = forms.CharField(
        label=gettext_lazy("Measure"), min_length=4, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("measure", "due")


def proposed(demands: Sequence[Demand]) -> dict[str, Any]:
    """Return what a new problem's form starts with: the most urgent demand's words, the node that most name."""
    first = max(demands, key=lambda row: (row.urgency or 0, -row.pk))
    nodes = [row.node for row in demands if row.node]
    return {
        "title": first.title,
        "words": "\n".join(row.words for row in demands)[:5000],
        "severity": first.urgency,
        "node": max(nodes, key=nodes.count) if nodes else "",
        "measure": _("Solved together with the demands of other firms as one problem."),
    }


def as_it_is(problem: Problem) -> dict[str, Any]:
    """Return what the form of a problem starts with when it is changed."""
    return {name: getattr(problem, name) for name in ProblemForm.base_fields}
