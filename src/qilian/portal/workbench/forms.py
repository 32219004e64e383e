"""The forms of the workbench: a product's wishes, one question, uploads, sharing."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from qilian.compliance import known_markets
from qilian.errors import QilianError
from qilian.laboratories import Network
from qilian.planning import Pack
from qilian.portal.accounts.actor import Actor
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.questions import is_unknown, plain
from qilian.portal.workbench.reading import MAX_EVIDENCE_BYTES, MAX_PRODUCT_BYTES
from qilian.product import Parameter, Vocabulary

NONE = "-"
"""Stands for the empty set among the boxes of a question."""

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class DayInput(forms.DateInput):
    """The browser's own input of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def city_choices(network: Network) -> list[tuple[str, str]]:
    """Return the cities with a laboratory first, then the others, by their names."""
    language = page_language()
    busy = {laboratory.city for laboratory in network.laboratories}
    cities = sorted(network.geography.cities, key=lambda city: (city.id not in busy, city.id))
    return [(city.id, city.name.say(language)) for city in cities]


def market_choices(pack: Pack) -> list[tuple[str, str]]:
    """Return the markets that can be asked for, with their names."""
    language = page_language()
    names = pack.markets
    return [(each, names[each].say(language) if each in names else each) for each in known_markets(pack.rules)]


def home_of(actor: Actor, network: Network) -> str:
    """Return the city of the actor's organisation, empty where the network does not know it."""
    return home_in(actor.organisation.region if actor.organisation else "", network)


def home_in(region: str, network: Network) -> str:
    """Return the city that a division lies in, empty where the network does not know it."""
    return next((city.id for city in network.geography.cities if region and city.region[:4] == region[:4]), "")


class WishesForm(forms.Form):
    """What a plan is to be made for."""

    markets = forms.MultipleChoiceField(
        label=_("Markets"), help_text=_("Where it is to be sold."), widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(
        label=_("Placed on the market on"),
        help_text=_("Rules and standards are judged as of this day; the samples are ready on it, too."),
        widget=DayInput,
    )
    home = forms.ChoiceField(label=_("City of the samples"), required=False)
    specimens = forms.IntegerField(
        label=_("Whole units for testing"),
        help_text=_("More units can be in several laboratories at once."),
        min_value=1,
        max_value=20,
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        markets, home = self.fields["markets"], self.fields["home"]
        assert isinstance(markets, forms.MultipleChoiceField)
        assert isinstance(home, forms.ChoiceField)
        markets.choices = market_choices(pack)
        home.choices = [("", _("not yet known")), *city_choices(pack.network)]

    def clean_on(self) -> date:
        """Refuse days that no rule was written for."""
        day = self.cleaned_data["on"]
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise ValidationError(_("Give a day between 2000 and 2099."))
        return date.fromisoformat(str(day))


class StartForm(WishesForm):
    """A product that is made by answering questions."""

    name = forms.CharField(label=_("Name or type of the product"), max_length=160)
    field_order: tuple[str, ...] = ("name", "markets", "on", "home", "specimens")


class ChangeForm(StartForm):
    """What a product is called, who makes it, and what its next plan is made for."""

    name_en = forms.CharField(label=_("Its English name"), max_length=160, required=False)
    maker = forms.CharField(label=_("Maker"), max_length=160, required=False)
    maker_en = forms.CharField(label=_("The maker's English name"), max_length=160, required=False)
    field_order = ("name", "name_en", "maker", "maker_en", "markets", "on", "home", "specimens")


class UploadForm(WishesForm):
    """A product that is read from a file."""

    file = forms.FileField(label=_("Product file"), help_text=_("YAML in the form of Qilian, at most 1 MB."))
    field_order = ("file", "markets", "on", "home", "specimens")

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large."""
        return _bounded(self.cleaned_data["file"], MAX_PRODUCT_BYTES)


class EvidenceForm(forms.Form):
    """A report that is held already."""

    file = forms.FileField(
        label=_("Report file"),
        help_text=_(
            "At most 10 MB: Qilian JSON or CSV, PTB calibration certificate (XML), AASX or AAS JSON with quality "
            "documents, UNTP credential, signed credential (JWT)."
        ),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large."""
        return _bounded(self.cleaned_data["file"], MAX_EVIDENCE_BYTES)


class ShareForm(forms.Form):
    """For how long a link opens."""

    days = forms.TypedChoiceField(
        label=_("Opens for"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
    )


class AnswerForm(forms.Form):
    """One question; :meth:`written` is the answer as a product file writes it."""

    def __init__(self, parameter: Parameter, vocabulary: Vocabulary, data: Any = None, given: object = None) -> None:
        initial = {} if given is None or is_unknown(given) else {"answer": _initial(parameter, plain(given))}
        super().__init__(data, initial=initial)
        self.parameter, self.vocabulary = parameter, vocabulary
        self.fields["answer"] = _field(parameter)

    def clean(self) -> dict[str, Any]:
        """Refuse what the vocabulary refuses, in words that say how to mend it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "answer" in cleaned:
            written = _written(self.parameter, cleaned["answer"])
            try:
                self.vocabulary.convert(self.parameter, written, "")
            except QilianError:
                self.add_error("answer", _hint(self.parameter))
            else:
                cleaned["written"] = written
        return cleaned

    @property
    def written(self) -> object:
        """The answer of a form that is valid: text with unit, truth, choice, or list of choices."""
        return self.cleaned_data["written"]


def _bounded(file: UploadedFile[bytes], limit: int) -> UploadedFile[bytes]:
    if (file.size or 0) > limit:
        raise ValidationError(_("Larger than %(limit)s MB."), params={"limit": limit // 1_000_000})
    return file


def _field(parameter: Parameter) -> forms.Field:
    language = page_language()
    label = parameter.label.say(language)
    choices = [
        (
            choice.id,
            format_html('{}<span class="form-hint d-block mb-0">{}</span>', choice.label.say(language), note)
            if (note := choice.note.say(language))
            else choice.label.say(language),
        )
        for choice in parameter.choices
    ]
    match parameter.kind:
        case "boolean":
            return forms.ChoiceField(
                label=label, choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
            )
        case "choice":
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        case "set":
            return forms.MultipleChoiceField(
                label=label,
                help_text=_("All that hold."),
                choices=[*choices, (NONE, _("None of these"))],
                widget=forms.CheckboxSelectMultiple,
            )
        case "date":
            return forms.DateField(label=label, widget=DayInput)
        case "number":
            unit = parameter.unit
            help_text: Any = _("A number; in %(unit)s unless you write another unit.") % {"unit": unit} if unit else ""
            widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text" if unit else "decimal"})
            named = f"{label}({unit})" if unit and language == "zh" else f"{label} ({unit})" if unit else label
            return forms.CharField(label=named, max_length=60, help_text=help_text, widget=widget)
        case "text":
            return forms.CharField(label=label, max_length=200)


def _initial(parameter: Parameter, value: object) -> object:
    if parameter.kind == "boolean":
        return "yes" if value is True else "no"
    if parameter.kind == "set":
        return list(value) if isinstance(value, list) and value else [NONE]
    return value


def _written(parameter: Parameter, answer: Any) -> object:
    match parameter.kind:
        case "boolean":
            return answer == "yes"
        case "set":
            return [each for each in answer if each != NONE]
        case "date":
            return answer.isoformat()
        case "number" if _is_bare(answer):
            return f"{answer.strip()} {parameter.unit}" if parameter.unit else float(answer)
        case _:
            return answer.strip()


def _is_bare(answer: str) -> bool:
    try:
        return math.isfinite(float(answer))
    except ValueError:
        return False


def _hint(parameter: Parameter) -> Any:
    if parameter.kind != "number":
        return _("This is no answer to the question.")
    unit = f" {parameter.unit}" if parameter.unit else ""
    low, high = parameter.minimum, parameter.maximum
    facts: Mapping[str, str] = {
        "example": f"12{unit}",
        "low": f"{low:g}{unit}" if low is not None else "",
        "high": f"{high:g}{unit}" if high is not None else "",
    }
    if low is not None and high is not None:
        return _("Write one number from %(low)s to %(high)s, e.g. %(example)s.") % facts
    if low is not None:
        return _("Write one number, at least %(low)s, e.g. %(example)s.") % facts
    return _("Write one number, e.g. %(example)s.") % facts
