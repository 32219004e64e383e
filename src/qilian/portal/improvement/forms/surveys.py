"""The pages on which a survey is made."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.portal.accounts import regions
from qilian.portal.improvement.forms.fields import AheadField, NodeField, region_choices, test_choices, tests_of
from qilian.portal.improvement.mapping import name_of_node, name_of_test
from qilian.portal.improvement.models import Survey
from qilian.portal.improvement.parts import Part, PartForm
from qilian.portal.improvement.questions import MOST_CHOICES, Kind, Question
from qilian.portal.site.templatetags.portal import day, told


class TitleForm(PartForm):
    """What it is called, and why it asks."""

    title = forms.CharField(label=gettext_lazy("Title"), min_length=2, max_length=80)
    words = forms.CharField(
        label=gettext_lazy("Why you ask (optional)"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Firms read this first: what will be done with their answers, and by whom."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RegionForm(PartForm):
    """Whom it asks."""

    region = forms.ChoiceField(label=gettext_lazy("The firms of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        assert self.actor.organisation is not None
        field.choices = region_choices(self.actor.organisation.region)


class ClosesForm(PartForm):
    """Until when it is answered."""

    closes = AheadField(label=gettext_lazy("The last day for answers"))


class NodeForm(PartForm):
    """Which part of the chain it is about."""

    node = NodeField(
        label=gettext_lazy("Part of the chain"),
        required=False,
        help_text=gettext_lazy("Demands of the same part are more likely to be one problem."),
    )

    def changes(self) -> dict[str, Any]:
        """Tests belong to the node: another one has others."""
        node = self.cleaned_data["node"]
        held = set(tests_of(node))
        return {"node": node, "tests": [each for each in self.row.tests if each in held]}


class TestsForm(PartForm):
    """Which tests of that part it is about."""

    tests = forms.MultipleChoiceField(
        label=gettext_lazy("Tests (optional)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tests"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = test_choices(self.row.node)


class QuestionForm(forms.Form):
    """One more question."""

    text = forms.CharField(label=gettext_lazy("Question"), min_length=2, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("How it is answered"), choices=Kind.choices, widget=forms.RadioSelect)
    choices = forms.CharField(
        label=gettext_lazy("What can be chosen"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("One choice a line; only for “one of several” and “any of several”."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    required = forms.BooleanField(label=gettext_lazy("It has to be answered"), required=False)

    def clean_choices(self) -> tuple[str, ...]:
        """Return the lines, where the kind has any."""
        if self.data.get("kind") not in (Kind.CHOICE, Kind.CHOICES):
            return ()
        lines = [line.strip()[:80] for line in self.cleaned_data["choices"].splitlines()]
        found = tuple(dict.fromkeys(line for line in lines if line))
        if not 2 <= len(found) <= MOST_CHOICES:
            raise ValidationError(
                _("Write between 2 and %(most)s different choices, one a line."), params={"most": MOST_CHOICES}
            )
        return found

    def question(self, name: str) -> Question:
        """Return the question, under an id."""
        given = self.cleaned_data
        return Question(name, given["text"], given["kind"], given["choices"], given["required"])


def node_said(row: Any) -> str:
    """Say the part of the chain that a row is about."""
    return told(name_of_node(row.node)) if row.node else ""


def tests_said(row: Any) -> str:
    """Say the tests that a row is about."""
    return "; ".join(told(name_of_test(each)) for each in row.tests)


def has_tests(row: Any) -> bool:
    """Return whether the part of the chain has tests to choose from."""
    return bool(tests_of(row.node))


def _title(row: Survey) -> str:
    return f"{row.title}\n{row.words}".strip()


PARTS = (
    Part("title", gettext_lazy("What is the survey called?"), TitleForm, _title),
    Part("region", gettext_lazy("Whom does it ask?"), RegionForm, lambda row: regions.full_name(row.region) or "–"),
    Part("closes", gettext_lazy("Until when?"), ClosesForm, lambda row: day(row.closes) if row.closes else ""),
    Part("node", gettext_lazy("Which part of the chain is it about?"), NodeForm, node_said, required=False),
    Part("tests", gettext_lazy("Which tests of it?"), TestsForm, tests_said, has_tests, required=False),
)
