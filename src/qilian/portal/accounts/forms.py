"""Forms about people and organisations."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.models import Invitation, Kind, User
from qilian.portal.accounts.tokens import LIFETIMES


class SignupName(forms.Form):
    """Asks for a name when registering."""

    name = forms.CharField(
        label=_("Name of the person"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; called by django-allauth."""
        del request
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm[User]):
    """A person's name, and the language of their mails."""

    class Meta:
        model = User
        fields = ("name", "language")
        labels: ClassVar = {"name": _("Name of the person"), "language": _("Language of mails")}


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite."""

    class Meta:
        model = Invitation
        fields = ("email", "is_admin")
        labels: ClassVar = {"email": _("E-mail address"), "is_admin": _("May manage members")}
        widgets: ClassVar = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=[("read", _("read only")), ("write", _("read and write"))],
        initial="read",
        widget=forms.RadioSelect,
    )
    days = forms.ChoiceField(label=_("How many days does it live?"), choices=[(days, str(days)) for days in LIFETIMES])


class OrganisationFilter(forms.Form):
    """What to list."""

    q = forms.CharField(label=_("Name or code"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False)
    region = forms.CharField(label=_("Administrative division"), max_length=6, required=False)

    def clean_region(self) -> str:
        """Refuse what is no code of a division."""
        code: str = self.cleaned_data["region"]
        if code and not regions.name(code):
            raise ValidationError(_("Not the six-digit code of an administrative division."))
        return code
