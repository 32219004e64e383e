"""The forms of the window: the client, the words, mandates, packages, moves, bookings, opinions."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from qilian.intake.reading import MAX_LENGTH
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation, validate_credit_code
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window.models import Scope
from qilian.portal.window.services import services
from qilian.portal.workbench.forms import DayInput

LONGEST_MANDATE = timedelta(days=3 * 366)


def clients_of(actor: Actor) -> "forms.models.QuerySet[Organisation]":  # type: ignore[name-defined]
    """Return the firms that a window serves: those of its division."""
    region = actor.organisation.region if actor.organisation else regions.COUNTRY
    return Organisation.objects.filter(kind=Kind.FIRM, region__startswith=regions.prefix(region))


def windows_near(region: str) -> "forms.models.QuerySet[Organisation]":  # type: ignore[name-defined]
    """Return the windows that serve a firm's division: its own, its city's, its province's."""
    near = [region, f"{region[:4]}00", f"{region[:2]}0000"]
    return Organisation.objects.filter(kind=Kind.WINDOW, region__in=near)


class NewClientForm(forms.Form):
    """A firm that is not here yet."""

    name = forms.CharField(label=_("Full name of the firm"), min_length=2, max_length=160)
    code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 digits and capital letters, as on its business licence."),
    )
    region = forms.ChoiceField(label=_("Division that it lies in"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        own = actor.organisation.region if actor.organisation else regions.COUNTRY
        below = [code for code in (*regions.cities(own), *regions.districts(own)) if code != own]
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, regions.full_title(code).say(page_language())) for code in (own, *below)]

    def clean_code(self) -> str:
        """Check form and check digit, and that no organisation has it."""
        code: str = uscc.compact(self.cleaned_data["code"])
        validate_credit_code(code)
        if Organisation.objects.filter(credit_code=code).exists():
            raise ValidationError(_("A firm with this code is here already: search for it."))
        return code

    def save(self) -> Organisation:
        """Make the firm; its own people can be invited to it later."""
        given = self.cleaned_data
        return Organisation.objects.create(
            kind=Kind.FIRM, name=given["name"], credit_code=given["code"], region=given["region"]
        )


class WordsForm(forms.Form):
    """What the client says."""

    service = forms.ChoiceField(label=_("Service"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What does the client want, in their own words?"),
        required=False,
        max_length=MAX_LENGTH,
        help_text=_(
            "Product, figures with units, tests, standards, markets, dates; Chinese or English. Leave it empty to fill "
            "in a form instead."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.id, each.name.say(page_language())) for each in services().values()]


class MandateForm(forms.Form):
    """What a mandate allows, and until when."""

    scope = forms.MultipleChoiceField(
        label=_("The window may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=Scope.values
    )
    expires = forms.DateField(label=_("Until"), widget=DayInput)
    paper = forms.CharField(
        label=_("Number of the signed paper"),
        max_length=60,
        required=False,
        help_text=_("As it is kept at the window. Without one, the firm is asked to grant the mandate itself."),
    )

    def __init__(self, *args: Any, with_paper: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires"].initial = timezone.localdate() + timedelta(days=183)
        if not with_paper:
            del self.fields["paper"]

    def clean_expires(self) -> date:
        """Refuse a day that is past, or years away."""
        day: date = self.cleaned_data["expires"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST_MANDATE:
            raise ValidationError(_("Give a day from today on, at most three years ahead."))
        return day


class GrantForm(MandateForm):
    """A firm grants a window of its division a mandate."""

    window = forms.ModelChoiceField(Organisation.objects.none(), label=_("Service window"))
    field_order = ("window", "scope", "expires")

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, with_paper=False, **kwargs)
        field = self.fields["window"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = windows_near(region)


class PackageForm(forms.Form):
    """For which client a package is opened."""

    client = forms.ModelChoiceField(Organisation.objects.none(), label=_("Client"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = clients_of(actor)


class MoveForm(forms.Form):
    """What goes with a move of an order."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(max_length=1000, required=False)
    to = forms.IntegerField(required=False)


class BookingForm(forms.Form):
    """What goes with a booking: the version that was seen, and the key that makes a retry change nothing."""

    version = forms.IntegerField(required=False, min_value=1)
    key = forms.CharField(max_length=80, required=False)


class RatingForm(forms.Form):
    """Stars and words."""

    stars = forms.TypedChoiceField(
        label=_("How content are you?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(5, _("5, very")), (4, "4"), (3, "3"), (2, "2"), (1, _("1, not at all"))],
    )
    words = forms.CharField(
        label=_("What was good, what was not? (optional)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ComplaintForm(forms.Form):
    """What is complained of."""

    words = forms.CharField(
        label=_("What went wrong?"),
        min_length=3,
        max_length=2000,
        help_text=_("The window has to answer; the regulator of the region sees it too."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
