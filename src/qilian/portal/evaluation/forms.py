"""Forms of contests: a table to freeze, and an appeal that was decided."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qilian.errors import QilianError
from qilian.evaluation import Contest as FrozenContest
from qilian.evaluation import checked_period, read_figure, write_figure
from qilian.portal.evaluation import contests
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.site.uploads import UploadField


class FreezeForm(forms.Form):
    """A table of figures, and what it is."""

    title = forms.CharField(label=_("Name of the contest"), max_length=80)
    period = forms.CharField(label=_("Period"), max_length=7, help_text=_("For example 2026-Q4."))
    system = forms.ChoiceField(label=_("Indicator system"))
    file = UploadField(label=_("Table of figures"), max_bytes=contests.MAX_BYTES, kinds=("csv",))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        language = page_language()
        choices = [(name, system.title.say(language)) for name, system in contests.systems().items()]
        self.fields["system"].choices = choices  # type: ignore[attr-defined]

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
    raised = forms.DateField(label=_("Raised on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("upheld", _("upheld")), ("rejected", _("rejected")), ("withdrawn", _("withdrawn"))],
    )
    now = forms.CharField(
        label=_("The figure from now on"),
        max_length=20,
        required=False,
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

    def clean_raised(self) -> date:
        """Refuse a day that has not come yet."""
        day: date = self.cleaned_data["raised"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day

    def clean_now(self) -> float:
        """Return the figure, NaN where there is none."""
        try:
            return read_figure(self.cleaned_data["now"].strip(), "", "")
        except QilianError:
            raise ValidationError(_("A number of at most 15 digits such as 12.5, or nothing.")) from None

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
