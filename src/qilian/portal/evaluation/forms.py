"""Forms of evaluation: a table to freeze, an appeal that was decided, a figure that is given, a table of figures."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qilian.errors import QilianError
from qilian.evaluation import Contest as FrozenContest
from qilian.evaluation import checked_period, read_figure, write_figure
from qilian.portal.evaluation import contests, importing, tool_importing
from qilian.portal.evaluation.models import Figure
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.site.uploads import UploadField


class FigureField(forms.CharField):
    """A figure as people write it; its cleaned value is a number, NaN where it is left empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, required=False, **options)

    def clean(self, value: Any) -> float:
        """Refuse what is no plain number."""
        try:
            return read_figure(super().clean(value).strip(), "", "")
        except QilianError:
            raise ValidationError(_("A number of at most 15 digits such as 12.5, or nothing.")) from None


class DayField(forms.DateField):
    """A day that has come."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> date:
        """Refuse a day that has not come yet."""
        day: date = super().clean(value)
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day


class FreezeForm(forms.Form):
    """A table of figures, and what it is."""

    title = forms.CharField(label=_("Name of the contest"), max_length=80)
    period = forms.CharField(label=_("Period"), max_length=7, help_text=_("For example 2026-Q4."))
    system = forms.ChoiceField(label=_("Indicator system"))
    file = UploadField(
        label=_("Table of figures"),
        max_bytes=contests.MAX_BYTES,
        kinds=("csv",),
        required=False,
        help_text=_("CSV, at most 2 MB. Without one, the figures that are kept here of the division's firms count."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["system"].choices = system_choices()  # type: ignore[attr-defined]

    def clean_period(self) -> str:
        """Refuse what is no period."""
        try:
            return checked_period(self.cleaned_data["period"].strip())
        except ValueError:
            raise ValidationError(_("Not a period: write 2026, 2026-Q4 or 2026-12.")) from None


class AppealForm(forms.Form):
    """An appeal against one figure, as it was decided."""

    firm = forms.ChoiceField(label=_("Firm"))
    indicator = forms.ChoiceField(label=_("Indicator"))
    raised = DayField(label=_("Raised on"))
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("upheld", _("upheld")), ("rejected", _("rejected")), ("withdrawn", _("withdrawn"))],
    )
    now = FigureField(
        label=_("The figure from now on"),
        help_text=_("Only for an appeal that is upheld; leave it empty where the figure is missing."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, contest: FrozenContest, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.contest = contest
        firms = sorted(zip(contest.figures.ids, contest.figures.names, strict=True))
        self.fields["firm"].choices = [(firm, f"{name} ({firm})") for firm, name in firms]  # type: ignore[attr-defined]
        language = page_language()
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            (each.id, f"{each.title.say(language)} ({each.unit.say(language)})") for each in contest.system.indicators
        ]

    def clean(self) -> dict[str, Any]:
        """An appeal that changes nothing is not upheld."""
        data = super().clean() or {}
        upheld = data.get("outcome") == "upheld" and {"firm", "indicator", "now"} <= data.keys()
        if upheld and write_figure(data["now"]) == write_figure(self.was):
            self.add_error("now", _("That is the figure that stands there."))
        return data

    @property
    def was(self) -> float:
        """The figure that is appealed against."""
        figures = self.contest.figures
        row, column = (
            figures.ids.index(self.cleaned_data["firm"]),
            figures.indicators.index(self.cleaned_data["indicator"]),
        )
        return float(figures.values[row, column])


class GiveForm(forms.Form):
    """A figure, where it was read, and the day on which it held."""

    value = FigureField(
        label=_("Measured figure"), help_text=_("Leave it empty where there is none: it is never read as zero.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The document, system or person that it was read from.")
    )
    on = DayField(label=_("As of"))

    def __init__(self, *arguments: Any, standing: Figure | None, **options: Any) -> None:
        initial: dict[str, Any] = {"on": timezone.localdate()}
        if standing is not None:
            value = None if standing.value is None else write_figure(standing.value)
            initial = {"value": value, "source": standing.source, "on": standing.on}
        options["initial"] = initial
        super().__init__(*arguments, **options)


class ImportForm(forms.Form):
    """A table with a figure a row."""

    system = forms.ChoiceField(label=_("Indicator system"))
    file = UploadField(label=_("Table of figures"), max_bytes=importing.MAX_BYTES, kinds=("csv", "xlsx"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["system"].choices = system_choices()  # type: ignore[attr-defined]


class ToolsForm(forms.Form):
    """A file of policy tools."""

    file = UploadField(label=_("Policy tools"), max_bytes=tool_importing.MAX_BYTES, kinds=("yaml", "csv"))


def system_choices() -> list[tuple[str, str]]:
    """Return the portal's indicator systems by id, with their titles."""
    language = page_language()
    return [(name, system.title.say(language)) for name, system in contests.systems().items()]
