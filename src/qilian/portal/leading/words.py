"""The words of states, events, standings and effects, as pages and histories say them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qilian.portal.leading.judging import Standing, Verdict

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATES: Mapping[str, "str | Promise"] = {
    "bond invited": _("asked, not answered yet"),
    "bond active": pgettext_lazy("bond", "active"),
    "bond declined": pgettext_lazy("bond", "declined"),
    "bond withdrawn": _("taken back"),
    "bond ended": pgettext_lazy("bond", "ended"),
    "help entered": _("to be confirmed"),
    "help confirmed": pgettext_lazy("help", "confirmed"),
    "help disputed": pgettext_lazy("help", "disputed"),
    "help dropped": pgettext_lazy("help", "dropped"),
}
COLOURS: Mapping[str, str] = {
    "bond invited": "yellow",
    "bond active": "green",
    "help entered": "yellow",
    "help confirmed": "green",
    "help disputed": "red",
}
EVENTS: Mapping[str, "str | Promise"] = {
    "invite": _("Invited"),
    "accept": pgettext_lazy("happened", "Accepted"),
    "decline": pgettext_lazy("happened", "Declined"),
    "withdraw": pgettext_lazy("happened", "Taken back"),
    "end": pgettext_lazy("happened", "Ended"),
    "set_nodes": _("Parts of the chain changed"),
    "require": _("Requirement shared"),
    "lift": _("Requirement lifted"),
    "read": _("Figure given"),
    "enter": _("Help entered"),
    "measure": _("Figures before and after given"),
    "confirm": _("Help confirmed"),
    "dispute": _("Help disputed"),
    "drop": pgettext_lazy("happened", "Dropped"),
}
STANDINGS: Mapping[Standing, tuple["str | Promise", str]] = {
    Standing.MET: (pgettext_lazy("requirement", "met"), "green"),
    Standing.MISSED: (pgettext_lazy("requirement", "missed"), "red"),
    Standing.UNKNOWN: (_("cannot be told"), "secondary"),
}
VERDICTS: Mapping[Verdict, tuple["str | Promise", str]] = {
    Verdict.IMPROVED: (_("improved"), "green"),
    Verdict.NOT_IMPROVED: (_("not improved"), "red"),
    Verdict.UNKNOWN: (_("cannot be told"), "secondary"),
}
