"""The forms of experts and clinics."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.portal.accounts.models import Organisation
from qilian.portal.chain.reading import chain
from qilian.portal.improvement.experts import Match
from qilian.portal.improvement.forms.fields import AheadField, named, node_choices
from qilian.portal.improvement.mapping import name_of_test
from qilian.portal.improvement.models import Expert
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language, told

MOST_INTERESTS = 200


class ExpertForm(forms.Form):
    """What an expert knows, and in whom they have an interest."""

    words = forms.CharField(
        label=gettext_lazy("About you (optional)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    systems = forms.MultipleChoiceField(
        label=gettext_lazy("Systems that you know"), required=False, widget=forms.CheckboxSelectMultiple
    )
    nodes = forms.MultipleChoiceField(
        label=gettext_lazy("Parts of the chain that you know well"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )
    tests = forms.MultipleChoiceField(
        label=gettext_lazy("Tests that you know well"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    interests = forms.CharField(
        label=gettext_lazy("Firms in which you have an interest"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy(
            "Name or credit code, one a line: firms that you work for, own a share of, or compete with. You are not "
            "asked about problems of theirs."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found, language = chain(), page_language()
        systems = [(name, title.say(language)) for name, title in found.systems.items()] if found else []
        tests = [(each, name_of_test(each).say(language)) for each in pack().tests]
        for name, options in (("systems", systems), ("nodes", node_choices()[1:]), ("tests", tests)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = options

    def clean_interests(self) -> list[Organisation]:
        """Return the firms; one that is not here is named."""
        lines = list(
            dict.fromkeys(line.strip() for line in self.cleaned_data["interests"].splitlines() if line.strip())
        )
        if len(lines) > MOST_INTERESTS:
            raise ValidationError(_("At most %(most)s firms."), params={"most": MOST_INTERESTS})
        return named(lines)


def of_expert(row: Expert | None) -> dict[str, Any]:
    """Return what the form starts with."""
    if row is None:
        return {}
    plain = {name: getattr(row, name) for name in ("words", "systems", "nodes", "tests")}
    return {**plain, "interests": "\n".join(each.name for each in row.interests.all())}


class CallForm(forms.Form):
    """Who is called to a clinic, when and where, and what it goes through."""

    experts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Experts"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    on = AheadField(label=gettext_lazy("Day"))
    place = forms.CharField(label=gettext_lazy("Place"), min_length=2, max_length=120)
    agenda = forms.CharField(
        label=gettext_lazy("Agenda"), min_length=4, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, matches: Sequence[Match], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["experts"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [
            (each.expert.pk, f"{each.expert} · {each.expert.organisation} · {'; '.join(map(told, each.reasons))}")
            for each in matches
        ]


class FindingForm(forms.Form):
    """What is found, and what is advised."""

    finding = forms.CharField(
        label=gettext_lazy("What is found"), min_length=4, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    advice = forms.CharField(
        label=gettext_lazy("What is advised"), min_length=4, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
