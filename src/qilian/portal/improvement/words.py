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
    "problem posed": _("not public yet"),
    "problem listed": _("on the list"),
    "problem solving": _("being solved"),
    "problem solved": _("solved"),
    "problem merged": _("part of another problem"),
    "problem dropped": _("dropped"),
}
COLOURS: Mapping[str, str] = {
    "survey open": "green",
    "survey draft": "yellow",
    "demand draft": "yellow",
    "demand new": "azure",
    "demand assigned": "blue",
    "demand closed": "green",
    "problem posed": "yellow",
    "problem listed": "azure",
    "problem solving": "blue",
    "problem solved": "green",
}
EVENTS: Mapping[str, "str | Promise"] = {
    "draft": _("Begun"),
    "publish": _("Published"),
    "remind": _("Firms reminded"),
    "survey close": _("Survey closed"),
    "demand close": pgettext_lazy("happened", "Closed"),
    "discard": _("Discarded"),
    "pose": _("Problem posed"),
    "put": _("Demands added"),
    "take_out": _("Demand split off"),
    "hold_apart": _("Held apart from another demand"),
    "edit": _("Changed"),
    "list": _("Put on the public list"),
    "merge": _("Made part of another problem"),
    "drop": _("Dropped"),
    "take_up": _("Project begun"),
    "solve": _("Solved"),
    "give_up": _("Project stopped: on the list again"),
    "reopen": _("Open again"),
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
    "list": _("Put it on the public list"),
    "drop": _("Drop the problem"),
    "solve": _("It is solved"),
    "give_up": _("Give the project up"),
    "reopen": _("Open it again"),
    "raise": _("Send"),
    "assign": _("Set owner, measure and deadline"),
    "refuse": _("Do not take up"),
    "withdraw": _("Withdraw"),
}
URGENCY_COLOURS: Mapping[int, str] = {1: "secondary", 2: "yellow", 3: "red"}
PROBLEM_VIEWS: Mapping[str, "str | Promise"] = {
    "open": pgettext_lazy("problems", "Open"),
    "solved": pgettext_lazy("problems", "Solved"),
    "all": _("All"),
}
