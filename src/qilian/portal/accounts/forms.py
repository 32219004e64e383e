"""Forms about people and organisations."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts.models import User


class SignupName(forms.Form):
    """Asks for a name when registering."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; called by django-allauth."""
        del request
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
