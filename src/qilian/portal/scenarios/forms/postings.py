"""The pages on which an offer or a need is made, and the two on which one of its terms is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from qilian.errors import QilianError
from qilian.portal.accounts import regions
from qilian.portal.improvement.forms.fields import NodeField
from qilian.portal.improvement.forms.surveys import node_said
from qilian.portal.improvement.parts import Part, PartForm
from qilian.portal.scenarios.models import Posting, Side
from qilian.portal.scenarios.reading import checked, known
from qilian.portal.site.templatetags.portal import page_language, told
from qilian.product import Parameter
from qilian.scenarios import OPERATORS, own_parameter

OWN = "-"
"""Stands among the parameters for one of one's own."""


class WhatForm(PartForm):
    """What it is."""

    title = forms.CharField(label=gettext_lazy("In one line"), min_length=4, max_length=80)
    words = forms.CharField(
        label=gettext_lazy("What it is for, how it works, what was done so far"),
        min_length=4,
        max_length=5000,
        help_text=gettext_lazy("No names of persons: write how to reach you when you ask for a trial."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class NodeForm(PartForm):
    """Which part of the chain it is about."""

    node = NodeField(label=gettext_lazy("Part of the chain"), required=False)


class ReachForm(PartForm):
    """Who may see it."""

    reach = forms.ChoiceField(label=gettext_lazy("It is seen by"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reach"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, reach_word(code)) for code in regions.around(self.row.organisation.region)]


def reach_word(code: str) -> str:
    """Say who sees what is published for a division."""
    if code == regions.COUNTRY:
        return _("everybody, also without logging in")
    return _("organisations of %(region)s") % {"region": told(regions.full_title(code))}


def _what(row: Posting) -> str:
    return f"{row.title}\n{row.words}" if row.title and row.words else ""


PARTS = (
    Part("what", gettext_lazy("What is it?"), WhatForm, _what),
    Part("node", gettext_lazy("Which part of the chain is it about?"), NodeForm, node_said, required=False),
    Part("reach", gettext_lazy("Who may see it?"), ReachForm, lambda row: reach_word(row.reach) if row.reach else ""),
)


class ParameterForm(forms.Form):
    """Which parameter: one of the vocabulary, or one of one's own with its unit."""

    parameter = forms.ChoiceField(
        label=gettext_lazy("Parameter"), help_text=gettext_lazy("The last line is for one that is not listed.")
    )
    own = forms.CharField(label=gettext_lazy("Its name, if it is not listed"), required=False, max_length=60)
    unit = forms.CharField(
        label=gettext_lazy("Its unit, if it is not listed"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("For example N·m, dB, %; empty for a count."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("It is, if it is not listed"),
        required=False,
        choices=[("number", gettext_lazy("a number")), ("boolean", gettext_lazy("yes or no"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parameter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = parameter_choices()

    def clean(self) -> dict[str, Any]:
        """A parameter of one's own has a name, and a unit that can be read."""
        data = super().clean() or {}
        if data.get("parameter") != OWN:
            return data
        if not data.get("own", "").strip():
            self.add_error("own", _("Write its name."))
        else:
            try:
                own_parameter(data["own"], data.get("kind") or "number", data.get("unit"), known())
            except QilianError as error:
                self.add_error("unit" if error.where == "unit" else "own", str(error))
        return data

    def named(self) -> dict[str, str]:
        """Return the parameter as the value's page is asked for it."""
        data = self.cleaned_data
        if data["parameter"] != OWN:
            return {"parameter": data["parameter"]}
        kind = data.get("kind") or "number"
        return {"own": data["own"].strip(), "kind": kind, **({"unit": data["unit"].strip()} if data["unit"] else {})}


def parameter_choices() -> list[tuple[str, Any]]:
    """Return all parameters for a list to choose from, those of any technology first."""
    language, groups = page_language(), {str(_("Any technology")): list[tuple[str, str]]()}
    for name, each in known().parameters.items():
        group = str(_("Any technology")) if name.startswith("technology.") else str(_("Of the product"))
        unit = f" ({each.unit})" if each.unit else ""
        groups.setdefault(group, []).append((name, each.label.say(language) + unit))
    return [("", "---------"), *groups.items(), (OWN, _("another one: write its name below"))]


class ValueForm(forms.Form):
    """What an offer states of a parameter, or what a need asks of it; which fields it has depends on the kind."""

    def __init__(self, *args: Any, parameter: Parameter, named: Mapping[str, str], is_offer: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.parameter, self.named, self.is_offer = parameter, named, is_offer
        language = page_language()
        yes_no = [("yes", _("yes")), ("no", _("no"))]
        options = [(each.id, each.label.say(language)) for each in parameter.choices]
        number = parameter.kind == "number"
        if not is_offer and len(OPERATORS[parameter.kind]) > 1:
            words = [(each, operator_word(each)) for each in OPERATORS[parameter.kind]]
            self.fields["operator"] = forms.ChoiceField(label=_("It is"), choices=words, widget=forms.RadioSelect)
        if number:
            unit = named.get("unit") or parameter.unit
            hint = _("With its unit, e.g. 12 %(unit)s; a number alone is in %(unit)s.") % {"unit": unit} if unit else ""
            self.fields["value"] = forms.CharField(label=_("Value"), max_length=60, help_text=hint)
            self.fields["upper"] = forms.CharField(label=_("Highest"), max_length=60, required=False)
            self.fields["upper"].help_text = (
                _("Only for a range that it covers; the value above is then its lowest.")
                if is_offer
                else _("Only for “between” and “a range that covers”; the value above is then the lowest.")
            )
        elif parameter.kind == "boolean":
            self.fields["value"] = forms.ChoiceField(label=_("Value"), choices=yes_no, widget=forms.RadioSelect)
        elif parameter.kind == "set" or not is_offer:
            self.fields["value"] = forms.MultipleChoiceField(
                label=_("Value"), choices=options, widget=forms.CheckboxSelectMultiple
            )
        else:
            self.fields["value"] = forms.ChoiceField(label=_("Value"), choices=options, widget=forms.RadioSelect)
        if not is_offer:
            self.fields["wish"] = forms.BooleanField(label=_("Only a wish: an offer fits without it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Hold the value against parameter and unit, as the matching reads it."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            checked(Side.OFFER if self.is_offer else Side.NEED, self.term())
        except QilianError as error:
            raise ValidationError({"value": error.what + (f"; {error.mend}" if error.mend else "")}) from None
        return data

    def term(self) -> dict[str, Any]:
        """Return the statement or condition in the written form."""
        data, kind = self.cleaned_data, self.parameter.kind
        value: Any = data["value"]
        if kind == "boolean":
            value = value == "yes"
        upper = data.get("upper", "")
        if self.is_offer:
            return {**self.named, **({"from": value, "to": upper} if upper else {"value": value})}
        operator = data.get("operator") or OPERATORS[kind][0]
        if operator in ("between", "covers"):
            value = [value, upper]
        elif operator in ("is", "contains") and isinstance(value, list):
            value = value[0] if len(value) == 1 else value
        return {**self.named, operator: value, "wish": bool(data.get("wish"))}


def operator_word(operator: str) -> str:
    """Say how a value is compared."""
    return {
        "at_least": _("at least"),
        "at_most": _("at most"),
        "between": _("between two values"),
        "covers": _("a range that covers"),
        "is": pgettext("value", "this one"),
        "in": _("one of these"),
        "contains": _("includes"),
    }[operator]
