"""Fields that several forms share: a node of the chain, tests, a division, a working day ahead."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.models import Organisation
from qilian.portal.chain.reading import chain
from qilian.portal.improvement.mapping import name_of_test, nodes_by_system
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.forms import DayInput

_FARTHEST = timedelta(days=3 * 366)


class NodeField(forms.ChoiceField):
    """A node of the chain, under the names of the systems."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=node_choices, **options)


def node_choices() -> list[tuple[str, Any]]:
    """Return all nodes for a list to choose from, with an empty line first."""
    language = page_language()
    groups = [
        (name.say(language), [(node.id, node.name.say(language)) for node in nodes])
        for name, nodes in nodes_by_system()
    ]
    return [("", _("(not any one part)")), *groups]


def tests_of(node: str) -> tuple[str, ...]:
    """Return the ids of the tests that the control points of a node name."""
    found = chain()
    return tuple(dict.fromkeys(test for point in found.points_of(node) for test in point.tests)) if found else ()


def test_choices(node: str) -> list[tuple[str, str]]:
    """Return the tests of a node with their names."""
    language = page_language()
    return [(each, name_of_test(each).say(language)) for each in tests_of(node)]


def region_choices(own: str) -> list[tuple[str, str]]:
    """Return a division and those below it, with their full names."""
    below = [code for code in (*regions.provinces(), *regions.cities(own), *regions.districts(own)) if code != own]
    wanted = [code for code in below if regions.lies_in(code, own)]
    return [(code, regions.full_name(code) or regions.name(code)) for code in (own, *wanted)]


class AheadField(forms.DateField):
    """A day from today on, at most three years ahead."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=DayInput(), **options)

    def clean(self, value: Any) -> date | None:
        """Refuse a day that is past, or years away."""
        day: date | None = super().clean(value)
        today = timezone.localdate()
        if day is not None and not today <= day <= today + _FARTHEST:
            raise ValidationError(_("Give a day from today on, at most three years ahead."))
        return day


def named(lines: list[str]) -> list[Organisation]:
    """Return organisations by name or credit code.

    Raises
    ------
    ValidationError
        Naming those that are not here.
    """
    rows = Organisation.objects.filter(name__in=lines) | Organisation.objects.filter(credit_code__in=lines)
    by_line = {each.name: each for each in rows} | {each.credit_code: each for each in rows if each.credit_code}
    if unknown := [line for line in lines if line not in by_line]:
        raise ValidationError(_("No organisation here is called: %(names)s"), params={"names": "; ".join(unknown[:5])})
    return list(dict.fromkeys(by_line[line] for line in lines))
