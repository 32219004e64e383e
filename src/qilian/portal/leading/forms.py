"""The forms of leaders and suppliers: an invitation, parts of the chain, a requirement, a figure, help."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qilian.chain import ControlPoint
from qilian.portal.accounts.models import Organisation
from qilian.portal.improvement.forms.fields import AheadField, named, node_choices
from qilian.portal.improvement.indicators import choices as indicator_choices
from qilian.portal.improvement.mapping import name_of_node, name_of_test
from qilian.portal.leading.commands import MOST_NODES
from qilian.portal.leading.counting import Shared, in_force
from qilian.portal.leading.models import Basis, Help, HelpKind, Requirement
from qilian.portal.site.templatetags.portal import told
from qilian.portal.workbench.forms import DayInput
from qilian.portal.workbench.models import Evidence
from qilian.standards import StandardRef
from qilian.text import Text


class PastField(forms.DateField):
    """A day that is not ahead."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=DayInput(), **options)

    def clean(self, value: Any) -> date | None:
        """Refuse a day that has not come."""
        day: date | None = super().clean(value)
        if day is not None and not date(2000, 1, 1) <= day <= timezone.localdate():
            raise ValidationError(_("Give a day that is not ahead."))
        return day


class NodesForm(forms.Form):
    """Which parts of the chain the supplier makes."""

    nodes = forms.MultipleChoiceField(
        label=gettext_lazy("Parts of the chain that the supplier makes for you"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("Both of you see the control points of these parts, and of no others."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["nodes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = node_choices()[1:]

    def clean_nodes(self) -> list[str]:
        """Refuse more than can be looked at."""
        found: list[str] = self.cleaned_data["nodes"]
        if len(found) > MOST_NODES:
            raise ValidationError(_("At most %(most)s parts of the chain."), params={"most": MOST_NODES})
        return found


class InviteForm(NodesForm):
    """Whom a leader asks, and why."""

    supplier = forms.CharField(
        label=gettext_lazy("Supplier"), max_length=160, help_text=gettext_lazy("Full name or credit code of a firm.")
    )
    words = forms.CharField(
        label=gettext_lazy("What you offer (optional)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("supplier", "nodes", "words")

    def clean_supplier(self) -> Organisation:
        """Return the organisation; one that is not here is named."""
        (found,) = named([self.cleaned_data["supplier"].strip()])
        return found


def _decimal(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=15, decimal_places=4, required=False, **options)


class RequirementForm(forms.Form):
    """What is required at a control point, from a day on."""

    lower = _decimal(gettext_lazy("At least"))
    upper = _decimal(gettext_lazy("At most"))
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=30, required=False)
    test = forms.ChoiceField(label=gettext_lazy("Test"), required=False)
    standard = forms.CharField(
        label=gettext_lazy("Standard (optional)"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example: GB/T 12642—2013."),
    )
    starts = AheadField(label=gettext_lazy("From which day"))
    words = forms.CharField(
        label=gettext_lazy("More about it (optional)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_open = forms.BooleanField(
        label=gettext_lazy("The regulator of our division may read it"),
        required=False,
        help_text=gettext_lazy("Otherwise only you and the supplier do."),
    )

    def __init__(self, *args: Any, point: ControlPoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["test"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("(no test is named)")), *((each, told(name_of_test(each))) for each in point.tests)]

    def clean_standard(self) -> str:
        """Refuse what is no standard's reference; write it as it is written."""
        given: str = self.cleaned_data["standard"].strip()
        try:
            return str(StandardRef.parse(given)) if given else ""
        except ValueError:
            raise ValidationError(_("This is no standard's reference.")) from None

    def clean(self) -> dict[str, Any]:
        """There is a limit, and the limits leave something between them."""
        data = super().clean() or {}
        low, high = data.get("lower"), data.get("upper")
        if low is None and high is None and not {"lower", "upper"} & set(self.errors):
            self.add_error("lower", _("Give at least one limit."))
        if low is not None and high is not None and low > high:
            self.add_error("upper", _("It lies below the other limit."))
        return data


class MeasurementForm(forms.Form):
    """A figure of the supplier, and the report that it comes from."""

    value = forms.DecimalField(label=pgettext_lazy("value", "Figure"), max_digits=15, decimal_places=4)
    uncertainty = _decimal(gettext_lazy("Expanded uncertainty (optional)"), min_value=0)
    on = PastField(label=gettext_lazy("Measured on"))
    report = forms.ChoiceField(
        label=gettext_lazy("From which report"),
        required=False,
        help_text=gettext_lazy("Of those kept with your products. The leader reads its number, never the file."),
    )

    def __init__(self, *args: Any, supplier: Organisation, versions: Sequence[Requirement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = versions
        self._reports = {
            f"{row.pk}/{place}": (row, report)
            for row in Evidence.objects.filter(product__organisation=supplier).defer("content").order_by("-pk")[:100]
            for place, report in enumerate(row.reports)
        }
        field = self.fields["report"]
        assert isinstance(field, forms.ChoiceField)
        own = [(key, _report_said(report)) for key, (_row, report) in self._reports.items()]
        field.choices = [("", _("(our own figure)")), *own]

    def clean(self) -> dict[str, Any]:
        """The figure is of a day on which something was required, whose unit it has."""
        data = super().clean() or {}
        required = in_force(self._versions, data["on"]) if data.get("on") else None
        if data.get("on") and required is None:
            self.add_error("on", _("On that day nothing was required here."))
        self._unit = required.unit if required else ""
        return data

    def fields_of(self) -> dict[str, Any]:
        """Return the row's fields."""
        given = {name: self.cleaned_data[name] for name in ("value", "uncertainty", "on")}
        row, report = self._reports.get(self.cleaned_data["report"], (None, None))
        return {**given, "unit": self._unit, "evidence": row, "report": _report_said(report) if report else ""}


def _report_said(report: dict[str, Any]) -> str:
    laboratory = told(Text(**report["laboratory"]))
    return " · ".join(filter(None, (str(report["id"]), laboratory, report["issued"])))[:200]


class BeforeForm(forms.Form):
    """A figure before help."""

    before = _decimal(pgettext_lazy("help", "Before"))
    before_uncertainty = _decimal(gettext_lazy("Its expanded uncertainty (optional)"), min_value=0)
    before_basis = forms.ChoiceField(label=gettext_lazy("The figure before is"), choices=Basis.choices, required=False)
    before_source = forms.CharField(label=gettext_lazy("Report of it, or how you know"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """A measured figure names its report; without a figure there is nothing to say of it."""
        data = super().clean() or {}
        for side in {"before", "after"} & set(self.fields):
            if data.get(side) is None:
                data |= {f"{side}_uncertainty": None, f"{side}_basis": "", f"{side}_source": ""}
                continue
            data[f"{side}_basis"] = data.get(f"{side}_basis") or Basis.TYPED
            if data[f"{side}_basis"] == Basis.MEASURED and not data.get(f"{side}_source"):
                self.add_error(f"{side}_source", _("Name the report that it was measured by."))
        return data


class FiguresForm(BeforeForm):
    """A figure before and after."""

    after = _decimal(gettext_lazy("After (may follow later)"))
    after_uncertainty = _decimal(gettext_lazy("Its expanded uncertainty (optional)"), min_value=0)
    after_basis = forms.ChoiceField(label=gettext_lazy("The figure after is"), choices=Basis.choices, required=False)
    after_source = forms.CharField(label=gettext_lazy("Report of it, or how you know"), max_length=120, required=False)

    def figures(self) -> dict[str, Any]:
        """Return the row's fields."""
        return {name: self.cleaned_data[name] for name in self.base_fields}


class HelpForm(BeforeForm):
    """What was done, at which control point or for which indicator, and the figure before; the one after follows."""

    kind = forms.ChoiceField(label=gettext_lazy("What was done"), choices=HelpKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("In one line"), min_length=4, max_length=80)
    words = forms.CharField(
        label=gettext_lazy("More about it (optional)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    on = PastField(label=gettext_lazy("On which day"))
    about = forms.ChoiceField(
        label=gettext_lazy("What it was to improve"),
        help_text=gettext_lazy(
            "A control point with a requirement, or an indicator: its figure says whether it helped."
        ),
    )
    field_order = ("kind", "title", "on", "about", "words", *BeforeForm.base_fields)

    def __init__(self, *args: Any, rows: Sequence[Shared], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._required = {each.point.id: each.requirement for each in rows if each.requirement}
        points = [(f"point/{each.point.id}", _about(each.point, each.requirement)) for each in rows if each.requirement]
        indicators = [(f"indicator/{key}", said) for key, said in indicator_choices()]
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        groups = ((_("Control points"), points), (_("Indicators"), indicators))
        field.choices = [("", "–"), *(group for group in groups if group[1])]

    def fields_of(self) -> dict[str, Any]:
        """Return the row's fields."""
        given = {name: self.cleaned_data[name] for name in ("kind", "title", "words", "on")}
        what, _slash, name = self.cleaned_data["about"].partition("/")
        system, _slash, indicator = name.partition("/") if what == "indicator" else ("", "", "")
        requirement = self._required[name] if what == "point" else None
        before = {name: self.cleaned_data[name] for name in BeforeForm.base_fields}
        return {**given, **before, "requirement": requirement, "system": system, "indicator": indicator}


def figures_of(row: Help) -> dict[str, Any]:
    """Return what the form of figures starts with."""
    found = {name: getattr(row, name) for name in FiguresForm.base_fields}
    return {name: f"{each.normalize():f}" if isinstance(each, Decimal) else each for name, each in found.items()}


def _about(point: ControlPoint, requirement: Requirement) -> str:
    unit = f" ({requirement.unit})" if requirement.unit else ""
    return f"{told(name_of_node(point.node))}: {told(point.characteristic)}{unit}"
