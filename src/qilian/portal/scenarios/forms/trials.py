"""The forms of trials: asking for one, and the four kinds of evidence."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor
from qilian.portal.scenarios.models import EvidenceKind, Trial
from qilian.portal.scenarios.reading import conditions_of, known
from qilian.portal.site.templatetags.portal import page_language, told
from qilian.portal.site.uploads import Upload, UploadField
from qilian.portal.workbench.models import Evidence as Report
from qilian.product import Parameter
from qilian.scenarios import read_statement, statement_to_data, wanted_words

MAX_FILE_BYTES = 20 * 1024 * 1024
KINDS = ("pdf", "png", "jpg", "xlsx", "json", "csv")
"""What a file of evidence may be."""


class AskForm(forms.Form):
    """What one writes to the other side."""

    words = forms.CharField(
        label=gettext_lazy("What you want to try, and how you can be reached"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EvidenceForm(forms.Form):
    """What every piece of evidence has."""

    title = forms.CharField(label=gettext_lazy("What it shows, in one line"), min_length=4, max_length=120)
    words = forms.CharField(
        label=gettext_lazy("More about it (optional)"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, trial: Trial, actor: Actor, **kwargs: Any) -> None:
        self.trial, self.actor = trial, actor
        super().__init__(*args, **kwargs)

    def upload(self) -> Upload | None:
        """Return the file, of kinds that have one."""
        return None

    def given(self) -> dict[str, Any]:
        """Return what the command takes."""
        return {name: self.cleaned_data[name] for name in ("title", "words")}


class FileForm(EvidenceForm):
    """A file."""

    file = UploadField(label=gettext_lazy("File"), max_bytes=MAX_FILE_BYTES, kinds=KINDS)

    def upload(self) -> Upload | None:
        """Return the file."""
        found: Upload | None = self.cleaned_data["file"]
        return found


class ReportForm(EvidenceForm):
    """A test report that stands with one of the organisation's products."""

    report = forms.ModelChoiceField(label=gettext_lazy("Report"), queryset=Report.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["report"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Report.objects.visible_to(self.actor).select_related("product").defer("content")
        field.label_from_instance = report_said  # type: ignore[method-assign,assignment]  # as Django documents it
        field.help_text = _("One of those that stand with your products in the workbench; the other side gets a copy.")

    def upload(self) -> Upload | None:
        """Return a copy of the report."""
        return copy_of(self.cleaned_data["report"])


class LinkForm(EvidenceForm):
    """A page elsewhere."""

    link = forms.URLField(label=gettext_lazy("Address"), max_length=300, assume_scheme="https")

    def clean_link(self) -> str:
        """Take pages of the web alone."""
        link: str = self.cleaned_data["link"]
        if not link.startswith(("https://", "http://")):
            raise ValidationError(_("Write an address that begins with https://."))
        return link

    def given(self) -> dict[str, Any]:
        """Return what the command takes."""
        return {**super().given(), "link": self.cleaned_data["link"]}


class FiguresForm(EvidenceForm):
    """Measured values: a field for each parameter that the need has a condition on; empty for what was not measured."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: dict[str, Parameter] = {}
        conditions = conditions_of(self.trial.conditions) or ()
        for place, wanted in enumerate(conditions):
            parameter = wanted.parameter
            if parameter.id in {each.id for each in self.asked.values()}:
                continue
            wants = "; ".join(told(wanted_words(each)) for each in conditions if each.parameter.id == parameter.id)
            self.asked[f"figure{place}"] = parameter
            self.fields[f"figure{place}"] = _field(parameter, wants)

    def clean(self) -> dict[str, Any]:
        """Read each value by its parameter."""
        data, self.figures = super().clean() or {}, list[dict[str, Any]]()
        for name, parameter in self.asked.items():
            if data.get(name) in (None, "", []):
                continue
            try:
                self.figures.append(statement_to_data(read_statement(written(parameter, data[name]), known())))
            except QilianError as error:
                self.add_error(name, error.what + (f"; {error.mend}" if error.mend else ""))
        if not self.figures and not self.errors:
            raise ValidationError(_("Write at least one measured value."))
        return data

    def given(self) -> dict[str, Any]:
        """Return what the command takes."""
        return {**super().given(), "figures": self.figures}


FORMS: dict[str, type[EvidenceForm]] = {
    EvidenceKind.FIGURES: FiguresForm,
    EvidenceKind.FILE: FileForm,
    EvidenceKind.REPORT: ReportForm,
    EvidenceKind.LINK: LinkForm,
}


def written(parameter: Parameter, value: Any) -> dict[str, Any]:
    """Return a measured value in the written form; a range is written ``-10 .. 40``."""
    named: dict[str, Any] = {"parameter": parameter.id}
    if parameter.id.startswith("own:"):
        named = {"own": parameter.label.zh, "kind": parameter.kind, "unit": parameter.unit}
    if parameter.kind == "boolean":
        return {**named, "value": value == "yes"}
    low, dots, high = value.partition("..") if isinstance(value, str) else (value, "", "")
    return {**named, "from": low.strip(), "to": high.strip()} if dots else {**named, "value": value}


def copy_of(report: Report) -> Upload:
    """Return the file of a report of the workbench."""
    return Upload(report.name, "report", bytes(report.content))


def report_said(report: Report) -> str:
    """Say a report: its file, and its product."""
    return f"{report.name} · {report.product}"


def _field(parameter: Parameter, wants: str) -> forms.Field:
    language = page_language()
    label, options = parameter.label.say(language), [(each.id, each.label.say(language)) for each in parameter.choices]
    if parameter.kind == "boolean":
        choices = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(label=label, choices=choices, required=False, help_text=wants)
    if parameter.kind == "choice":
        return forms.ChoiceField(label=label, choices=[("", "–"), *options], required=False, help_text=wants)
    if parameter.kind == "set":
        return forms.MultipleChoiceField(
            label=label, choices=options, required=False, help_text=wants, widget=forms.CheckboxSelectMultiple
        )
    unit = f" ({parameter.unit})" if parameter.unit else ""
    hint = _("%(wants)s. Write a number, or a range as 10 .. 40.") % {"wants": wants}
    return forms.CharField(label=f"{label}{unit}", max_length=60, required=False, help_text=hint)
