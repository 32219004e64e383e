"""The pages on which a project is made, and the forms of its milestones, targets and results."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qilian.portal.accounts.models import Organisation
from qilian.portal.improvement.forms.fields import AheadField, named
from qilian.portal.improvement.indicators import choices, indicator
from qilian.portal.improvement.models import Project, ProjectKind, Result, Target
from qilian.portal.improvement.parts import Part, PartForm
from qilian.portal.site.templatetags.portal import day, told

MOST_PARTNERS = 30


class KindForm(PartForm):
    """What it is for."""

    kind = forms.ChoiceField(label=gettext_lazy("It is a"), choices=ProjectKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("Title"), min_length=4, max_length=80)
    words = forms.CharField(
        label=gettext_lazy("What will be done"), min_length=4, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class LeadForm(PartForm):
    """Who does it. Names are written, since there may be thousands of organisations."""

    lead = forms.CharField(
        label=gettext_lazy("Lead"),
        max_length=160,
        help_text=gettext_lazy("Full name or credit code of an organisation."),
    )

    def start(self) -> dict[str, Any]:
        """Return the lead's name."""
        return {"lead": self.row.lead.name if self.row.lead else ""}

    def clean_lead(self) -> Organisation:
        """Return the organisation."""
        (found,) = named([self.cleaned_data["lead"].strip()])
        return found


class TimeForm(PartForm):
    """When, and for how much."""

    begins = AheadField(label=gettext_lazy("Begins on"))
    ends = AheadField(label=gettext_lazy("Ends on"))
    budget = forms.IntegerField(
        label=gettext_lazy("Budget in yuan (optional)"), required=False, min_value=0, max_value=10**12
    )

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("It ends before it has begun."))
        return data


class PartnersForm(forms.Form):
    """Who takes part besides the lead."""

    partners = forms.CharField(
        label=gettext_lazy("Partners"),
        required=False,
        max_length=6000,
        help_text=gettext_lazy("Full name or credit code, one a line: firms, laboratories, expert bodies."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_partners(self) -> list[Organisation]:
        """Return the organisations."""
        lines = list(dict.fromkeys(line.strip() for line in self.cleaned_data["partners"].splitlines() if line.strip()))
        if len(lines) > MOST_PARTNERS:
            raise ValidationError(_("At most %(most)s partners."), params={"most": MOST_PARTNERS})
        return named(lines)


class MilestoneForm(forms.Form):
    """A step, and until when."""

    title = forms.CharField(label=gettext_lazy("Milestone"), min_length=2, max_length=120)
    due = AheadField(label=pgettext_lazy("deadline", "Until"))


class TargetForm(forms.Form):
    """A figure of an indicator that is aimed at."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), choices=choices)
    baseline = forms.DecimalField(label=gettext_lazy("Today"), max_digits=15, decimal_places=4)
    goal = forms.DecimalField(label=gettext_lazy("Goal"), max_digits=15, decimal_places=4)


class ResultForm(forms.ModelForm[Result]):
    """What came of a project."""

    class Meta:
        model = Result
        fields = ("kind", "title", "reference", "words", "target", "basis")
        labels = {  # noqa: RUF012
            "kind": pgettext_lazy("result", "What it is"),
            "title": gettext_lazy("In one line"),
            "reference": gettext_lazy("Number or address (optional)"),
            "words": gettext_lazy("More about it (optional)"),
            "target": gettext_lazy("Of an effect: measured by"),
            "basis": gettext_lazy("Of an effect: it rests on"),
        }
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}  # noqa: RUF012

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = project.targets.exclude(reached=None)
        field.label_from_instance = target_said  # type: ignore[method-assign,assignment]
        field.required = False


class MeasureForm(forms.Form):
    """The figure that was measured."""

    reached = forms.DecimalField(max_digits=15, decimal_places=4)


def target_said(target: Target) -> str:
    """Say a target's indicator."""
    found = indicator(target.system, target.indicator)
    return f"{told(found.title)} ({told(found.unit)})" if found else str(target)


def _kind(row: Project) -> str:
    return f"{row.kind_word}\n{row.title}\n{row.words}" if row.kind and row.title and row.words else ""


def _time(row: Project) -> str:
    money = f"\n¥ {row.budget:,}" if row.budget else ""
    return f"{day(row.begins)} – {day(row.ends)}{money}" if row.begins and row.ends else ""


PARTS = (
    Part("kind", gettext_lazy("What is the project?"), KindForm, _kind),
    Part("lead", gettext_lazy("Who leads it?"), LeadForm, lambda row: row.lead.name if row.lead else ""),
    Part("time", gettext_lazy("When, and for how much?"), TimeForm, _time),
)
