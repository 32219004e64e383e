"""What the pages of the map are asked: which laboratories count, and where a new bench would stand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qilian.chain import Where
from qilian.laboratories import TIERS, City, Network
from qilian.portal.accounts import regions
from qilian.portal.network.forms import region_choices
from qilian.portal.network.models import Tier
from qilian.portal.workbench.forms import city_choices

_ANY = ("", _("all"))
_MOST_KM = 5_000


class WhereForm(forms.Form):
    """Which laboratories count: of a division, of a tier, within some kilometres of a city."""

    region = forms.ChoiceField(label=_("Division"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=[_ANY, *Tier.choices], required=False)
    city = forms.ChoiceField(label=_("Near the city"), required=False)
    km = forms.IntegerField(label=_("Within kilometres"), min_value=0, max_value=_MOST_KM, required=False)

    def __init__(self, data: Any, *, network: Network) -> None:
        super().__init__(data, auto_id="%s")
        self.network = network
        codes = sorted({laboratory.region for laboratory in network.laboratories})
        self.fields["region"].choices = [_ANY, *region_choices(codes)]  # type: ignore[attr-defined]
        self.fields["city"].choices = [("", _("anywhere")), *city_choices(network)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a city without kilometres and kilometres without a city."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("city") and cleaned.get("km") is None and "km" not in self.errors:
            self.add_error("km", _("Write how far from the city a laboratory may be, e.g. 100."))
        if cleaned.get("km") is not None and not cleaned.get("city") and "city" not in self.errors:
            self.add_error("city", _("Choose the city from which the kilometres count."))
        return cleaned

    def where(self) -> Where:
        """Return the answer; everywhere while the form is not valid."""
        if not self.is_valid():
            return Where()
        said = self.cleaned_data
        place = self.network.geography.find(said["city"]) if said["city"] else None
        region = said["region"]
        return Where(
            place=place,
            within_km=None if place is None else float(said["km"]),
            tiers=tuple(tier for tier in TIERS if tier == said["tier"]) or None,
            region=region,
            region_name=regions.full_title(region) if region else None,
        )


class BenchForm(forms.Form):
    """Where a new bench would stand, and how far those who need it would travel."""

    city = forms.ChoiceField(label=_("City of the new bench"))
    km = forms.IntegerField(label=_("Reached within kilometres"), min_value=0, max_value=_MOST_KM, initial=100)

    def __init__(self, data: Any, *, network: Network, home: str) -> None:
        super().__init__(data or {"city": home, "km": 100}, auto_id="%s")
        self.network = network
        self.fields["city"].choices = city_choices(network)  # type: ignore[attr-defined]

    def place(self) -> City:
        """Return the city of a valid form."""
        return self.network.geography.find(self.cleaned_data["city"])
