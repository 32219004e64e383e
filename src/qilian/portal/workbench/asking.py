"""The form of the what-if controls: what is asked to be otherwise than in a kept plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qilian.laboratories.model import TIERS
from qilian.planning import OBJECTIVES
from qilian.planning.words import WORDS
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.forms import DayInput, city_choices
from qilian.portal.workbench.showing import ShownPlan
from qilian.portal.workbench.what_ifs import Asked

TIER_NAMES = {
    "province": gettext_lazy("province"),
    "city": gettext_lazy("city"),
    "district": gettext_lazy("district"),
}


class AskForm(forms.Form):
    """Everything stands as it is in the plan until somebody changes it."""

    home = forms.ChoiceField(label=gettext_lazy("City of the samples"))
    on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput)
    objective = forms.ChoiceField(label=gettext_lazy("Made for"))
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Laboratories of these tiers"), widget=forms.CheckboxSelectMultiple
    )
    without = forms.MultipleChoiceField(
        label=gettext_lazy("Without these laboratories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    specimens = forms.IntegerField(label=gettext_lazy("Whole units"), min_value=1, max_value=20)

    def __init__(self, data: Any = None, *, shown: ShownPlan) -> None:
        settings = shown.settings
        initial = {
            "home": shown.result["home"],
            "on": settings.on,
            "objective": settings.objective,
            "tiers": list(settings.tiers),
            "without": list(settings.without),
            "specimens": settings.specimens,
        }
        super().__init__(data, initial=initial, auto_id="ask_%s")
        self.shown = shown
        language = page_language()
        choices: dict[str, list[tuple[str, Any]]] = {
            "home": [*city_choices(shown.pack.network)],
            "objective": [(each, WORDS[each].say(language)) for each in OBJECTIVES],
            "tiers": [(each, TIER_NAMES[each]) for each in TIERS],
            "without": self._laboratories(),
        }
        for name, allowed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)
            field.choices = allowed

    def _laboratories(self) -> list[tuple[str, Any]]:
        """Return the laboratories of the plan, and those that are left out already."""
        language = page_language()
        used = {step["laboratory"] for each in self.shown.itineraries for step in each["steps"]}
        offered = [*sorted(used), *(each for each in self.shown.settings.without if each not in used)]
        return [(each, self.shown.laboratory_name(each).say(language)) for each in offered]

    @property
    def asked(self) -> Asked:
        """What the valid form asks."""
        given = self.cleaned_data
        return Asked(
            home=given["home"],
            on=given["on"],
            tiers=tuple(given["tiers"]),
            without=tuple(given["without"]),
            more_units=given["specimens"] - self.shown.settings.specimens,
            objective=given["objective"],
        )

    def words(self) -> list[str]:
        """Say what is asked to be otherwise."""
        given, settings, language = self.cleaned_data, self.shown.settings, page_language()
        said = []
        if given["home"] != self.shown.result["home"]:
            said.append(_("samples in %(city)s") % {"city": self.shown.city_name(given["home"]).say(language)})
        if given["on"] != settings.on:
            said.append(_("on %(date)s") % {"date": given["on"].isoformat()})
        if given["objective"] != settings.objective:
            said.append(WORDS[given["objective"]].say(language))
        if set(given["tiers"]) != set(settings.tiers):
            tiers = ", ".join(str(TIER_NAMES[each]) for each in given["tiers"])
            said.append(_("laboratories of the tiers %(tiers)s") % {"tiers": tiers})
        fresh = [each for each in given["without"] if each not in settings.without]
        names = [self.shown.laboratory_name(each).say(language) for each in fresh]
        said += [_("without %(laboratory)s") % {"laboratory": name} for name in names]
        if given["specimens"] != settings.specimens:
            said.append(_("%(count)s whole units") % {"count": given["specimens"]})
        return said
