"""The forms of the laboratories: filters, the question who can test something, and what a laboratory says of itself."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qilian.errors import QilianError
from qilian.laboratories import Geography
from qilian.laboratories.scopes import Demand, Need
from qilian.laboratories.scopes.demand import MAX_TEXT
from qilian.portal.accounts import regions
from qilian.portal.network.models import Bench, Laboratory, Line, Tier, validate_opening_hours
from qilian.portal.network.scope_tables import MAX_BYTES
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.site.uploads import UploadField
from qilian.standards import StandardRef

_ANY = ("", _("all"))
_MOST_HOURS, _MOST_PRICE = 10_000, 100_000_000


class DayInput(forms.DateInput):
    """The browser's own input of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.DateTimeInput):
    """The browser's own input of a day and an hour."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"step": 3600})


class BenchChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One bench, named in the reader's language."""

    def label_from_instance(self, bench: Bench) -> str:
        """Return its name."""
        return bench.title.say(page_language())


class BenchChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Some benches, named in the reader's language."""

    def label_from_instance(self, bench: Bench) -> str:
        """Return its name."""
        return bench.title.say(page_language())


def region_choices(codes: list[str]) -> list[tuple[str, str]]:
    """Return the provinces, cities and districts in which the divisions of some codes lie, in order, with names."""
    found = {each for code in codes for each in (f"{code[:2]}0000", f"{code[:4]}00", code) if regions.name(each)}
    return [(code, regions.full_title(code).say(page_language())) for code in sorted(found)]


class FilterForm(forms.Form):
    """What a list of laboratories is filtered by."""

    text = forms.CharField(label=_("Words of a test, method or name"), max_length=100, required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=[_ANY, *Tier.choices], required=False)
    region = forms.ChoiceField(label=_("Division"), required=False)
    city = forms.ChoiceField(label=_("In the city"), required=False)
    on = forms.DateField(label=_("Accredited on"), widget=DayInput, required=False)

    def __init__(self, data: Any, *, geography: Geography) -> None:
        super().__init__(data, auto_id="%s")
        language = page_language()
        places = list(Laboratory.objects.order_by().values_list("region", "city").distinct())
        cities = {city for _, city in places}
        self.fields["region"].choices = [_ANY, *region_choices([region for region, _ in places])]  # type: ignore[attr-defined]
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            _ANY,
            *((city.id, city.name.say(language)) for city in geography.cities if city.id in cities),
        ]


class QuestionForm(forms.Form):
    """Who can test this? :meth:`demand` is what the engine is asked."""

    text = forms.CharField(
        label=_("What is to be tested?"),
        help_text=_("Chinese or English: object, test, method, in any order."),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    limits = forms.CharField(
        label=_("Limits"),
        help_text=_("What the laboratory has to reach, by semicolons: 16 kg; -40..85 °C."),
        max_length=300,
        required=False,
    )
    standard = forms.CharField(
        label=_("By the standard"), help_text=_("The line has to cite it; without a year the edition of the day."),
        max_length=120, required=False,
    )  # fmt: skip
    region = forms.ChoiceField(label=_("Division"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=[_ANY, *Tier.choices], required=False)
    on = forms.DateField(label=_("Accredited on"), widget=DayInput, required=False)

    def __init__(self, data: Any, *, geography: Geography) -> None:
        super().__init__(data, auto_id="%s")
        codes = [*regions.provinces(), *(city.region for city in geography.cities)]
        self.fields["region"].choices = [_ANY, *region_choices(codes)]  # type: ignore[attr-defined]

    def clean_limits(self) -> tuple[str, ...]:
        """Return each limit as the engine reads it: one without a name gets one, the unit says the quantity."""
        pieces = [piece.strip() for piece in self.cleaned_data["limits"].replace("；", ";").split(";") if piece.strip()]
        named = tuple(piece if "=" in piece else f"limit={piece}" for piece in pieces)
        for piece, written in zip(pieces, named, strict=True):
            try:
                Need.parse(written)
            except QilianError:
                raise ValidationError(
                    _("%(piece)s: not a limit with a known unit. Write for example 16 kg or -40..85 °C."),
                    params={"piece": piece},
                ) from None
        return named

    def clean_standard(self) -> str:
        """Refuse what is no reference."""
        written: str = self.cleaned_data["standard"].strip()
        if written:
            try:
                StandardRef.parse(written)
            except QilianError:
                raise ValidationError(
                    _("%(written)s: not a reference. Write for example GB/T 12642-2013."), params={"written": written}
                ) from None
        return written

    def clean(self) -> dict[str, Any]:
        """Refuse an empty question."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["text"].strip() and not cleaned["standard"]:
            self.add_error("text", _("Write what is to be tested, or a standard."))
        return cleaned

    def demand(self, today: date) -> Demand:
        """Return the question of a valid form."""
        said = self.cleaned_data
        return Demand.asked(
            said["text"],
            standards=[said["standard"]] if said["standard"] else [],
            limits=said["limits"],
            region=said["region"],
            tiers=[said["tier"]] if said["tier"] else None,
            on=said["on"],
            as_of=said["on"] or today,
        )


class VersionForm(forms.Form):
    """A change of something that another may be changing, too: it carries the version that it was made from."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)


class BenchForm(VersionForm):
    """A bench and when it is staffed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    opens = forms.CharField(
        label=_("Opening hours"),
        max_length=120,
        validators=[validate_opening_hours],
        help_text=_("For example Mon-Fri 8-17; Sat 8-12. Statutory holidays are taken off by themselves."),
    )


class NewBenchForm(BenchForm):
    """A bench that is added, with the tests of another one."""

    like = BenchChoice(
        label=_("Does the same tests as"), queryset=Bench.objects.none(), required=False, empty_label=_("none yet")
    )

    def __init__(self, data: Any, *, laboratory: Laboratory) -> None:
        super().__init__(data)
        self.fields["like"].queryset = laboratory.benches.filter(is_open=True)  # type: ignore[attr-defined]


class LineForm(VersionForm):
    """What a test of a scope line takes and costs, and on which benches it is done."""

    hours = forms.IntegerField(label=_("Hours on the bench"), min_value=1, max_value=_MOST_HOURS)
    price = forms.IntegerField(label=_("Price (CNY)"), min_value=0, max_value=_MOST_PRICE)
    benches = BenchChoices(
        label=_("Benches that do it"),
        queryset=Bench.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, line: Line, version: str) -> None:
        super().__init__(
            data, initial={"hours": line.hours, "price": line.price, "benches": line.benches, "version": version}
        )
        self.fields["benches"].queryset = line.laboratory.benches.all()  # type: ignore[attr-defined]


class AnswerDaysForm(VersionForm):
    """How soon a laboratory answers."""

    answer_days = forms.IntegerField(
        label=_("Working days to answer an appointment"),
        help_text=_("0: every appointment that fits is taken at once."),
        min_value=0,
        max_value=60,
    )


class ScopeTableForm(forms.Form):
    """A scope table."""

    file = UploadField(label=_("Scope table"), max_bytes=MAX_BYTES, kinds=("csv", "xlsx"))
