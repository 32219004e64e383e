"""The pages on which a demand is made, and the forms by which it is answered."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qilian.laboratories import working_days
from qilian.portal.accounts.models import User
from qilian.portal.improvement.forms.fields import AheadField
from qilian.portal.improvement.forms.surveys import NodeForm, TestsForm, has_tests, node_said, tests_said
from qilian.portal.improvement.models import Demand, Urgency
from qilian.portal.improvement.parts import Part, PartForm
from qilian.portal.improvement.questions import kept, said

MEASURE_DAYS = 20
"""Working days that are proposed for a measure."""


class WhatForm(PartForm):
    """What the firm needs."""

    title = forms.CharField(
        label=gettext_lazy("In one line"),
        min_length=4,
        max_length=80,
        help_text=gettext_lazy("For example: harmonic reducers lose accuracy after 3,000 hours."),
    )
    words = forms.CharField(
        label=gettext_lazy("What happens, since when, what has been tried?"),
        min_length=4,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class UrgencyForm(PartForm):
    """How hard it is."""

    urgency = forms.TypedChoiceField(
        label=gettext_lazy("For your firm it is"), choices=Urgency.choices, coerce=int, widget=forms.RadioSelect
    )


class AnswersForm(PartForm):
    """What the survey asks besides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in self.row.survey.asked:
            self.fields[question.id] = question.field()

    def start(self) -> dict[str, Any]:
        """Return what was answered."""
        return dict(self.row.answers)

    def changes(self) -> dict[str, Any]:
        """Return the answers together."""
        return {"answers": kept(self.row.survey.asked, self.cleaned_data)}


class DueForm(forms.Form):
    """Until when something is done: a working day."""

    due = AheadField(label=pgettext_lazy("deadline", "Until"), help_text=gettext_lazy("A working day."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].initial = working_days.after(timezone.localdate(), MEASURE_DAYS)

    def clean_due(self) -> Any:
        """Refuse a day on which nobody works."""
        day = self.cleaned_data["due"]
        if not working_days.is_working_day(day):
            raise ValidationError(_("Nobody works on that day: take the next working day."))
        return day


class AssignForm(DueForm):
    """Who sees to a demand, how, and until when (定人、定措施、定时限)."""

    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who sees to it"))
    measure = forms.CharField(
        label=gettext_lazy("Measure"), min_length=4, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("owner", "measure", "due")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


def _what(row: Demand) -> str:
    return f"{row.title}\n{row.words}".strip() if row.title and row.words else ""


def _answers(row: Demand) -> str:
    if row.survey is None:
        return ""
    pairs = said(row.survey.asked, row.answers)
    if any(question.required and not answer for question, answer in pairs):
        return ""
    return "\n".join(f"{question.text} {answer or '–'}" for question, answer in pairs)


def _has_questions(row: Demand) -> bool:
    return row.survey is not None and bool(row.survey.questions)


PARTS = (
    Part("what", gettext_lazy("What do you need?"), WhatForm, _what),
    Part("node", gettext_lazy("Which part of the chain is it about?"), NodeForm, node_said, required=False),
    Part("tests", gettext_lazy("Which tests of it?"), TestsForm, tests_said, has_tests, required=False),
    Part("urgency", gettext_lazy("How hard is it?"), UrgencyForm, lambda row: str(row.urgency_word)),
    Part("answers", gettext_lazy("What the survey asks besides"), AnswersForm, _answers, _has_questions),
)
