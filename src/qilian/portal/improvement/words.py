"""The words of states and events, as pages and histories say them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATES: Mapping[str, "str | Promise"] = {
    "survey draft": _("not published yet"),
    "survey open": pgettext_lazy("survey", "open"),
    "survey closed": pgettext_lazy("survey", "closed"),
    "survey discarded": _("discarded"),
    "demand draft": _("not sent yet"),
    "demand new": _("without an owner yet"),
    "demand assigned": _("being seen to"),
    "demand closed": _("met"),
    "demand refused": _("not taken up"),
    "demand withdrawn": _("withdrawn"),
    "demand discarded": _("discarded"),
}
COLOURS: Mapping[str, str] = {
    "survey open": "green",
    "survey draft": "yellow",
    "demand draft": "yellow",
    "demand new": "azure",
    "demand assigned": "blue",
    "demand closed": "green",
}
EVENTS: Mapping[str, "str | Promise"] = {
    "draft": _("Begun"),
    "publish": _("Published"),
    "remind": _("Firms reminded"),
    "survey close": _("Survey closed"),
    "demand close": pgettext_lazy("happened", "Closed"),
    "discard": _("Discarded"),
    "raise": _("Sent"),
    "assign": _("Owner, measure and deadline set"),
    "refuse": _("Not taken up"),
    "withdraw": _("Withdrawn"),
}
ACTIONS: Mapping[str, "str | Promise"] = {
    "publish": _("Publish"),
    "remind": _("Remind those who have not answered"),
    "survey close": _("Close the survey"),
    "demand close": pgettext_lazy("do", "Close"),
    "discard": _("Discard"),
    "raise": _("Send"),
    "assign": _("Set owner, measure and deadline"),
    "refuse": _("Do not take up"),
    "withdraw": _("Withdraw"),
}
URGENCY_COLOURS: Mapping[int, str] = {1: "secondary", 2: "yellow", 3: "red"}
