"""The words of states, events and outcomes, as pages and histories say them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATES: Mapping[str, "str | Promise"] = {
    "posting draft": _("draft"),
    "posting published": _("published"),
    "posting withdrawn": _("withdrawn"),
    "posting discarded": _("discarded"),
    "trial asked": _("asked for"),
    "trial declined": _("declined"),
    "trial taken_back": _("taken back"),
    "trial research": _("research"),
    "trial validation": _("validation"),
    "trial conversion": _("conversion"),
    "trial converted": _("converted"),
    "trial ended": _("ended"),
}
COLOURS: Mapping[str, str] = {
    "posting draft": "yellow",
    "posting published": "green",
    "trial asked": "yellow",
    "trial research": "azure",
    "trial validation": "blue",
    "trial conversion": "purple",
    "trial converted": "green",
}
EVENTS: Mapping[str, "str | Promise"] = {
    "draft": _("Begun"),
    "publish": _("Published"),
    "discard": _("Discarded"),
    "revise": _("Taken back to be changed"),
    "withdraw": _("Withdrawn"),
    "ask": _("Trial asked for"),
    "accept": _("Agreed: research begins"),
    "decline": _("Declined"),
    "take_back": _("Taken back"),
    "advance": _("On to the next step"),
    "end": pgettext_lazy("trial", "Ended"),
    "show": _("Evidence added"),
    "verify": _("Evidence verified"),
}
ADVANCES: Mapping[str, "str | Promise"] = {
    "research": _("Research is done: validate it in the scenario"),
    "validation": _("Validated: convert it"),
    "conversion": _("Converted: it is in use"),
}
"""What going on means, by the step that is left."""
OUTCOMES: Mapping[str, "str | Promise"] = {
    "applies": _("fits"),
    "does_not_apply": _("does not fit"),
    "undecided": _("cannot be told"),
}
OUTCOME_COLOURS: Mapping[str, str] = {"applies": "green", "does_not_apply": "red", "undecided": "yellow"}
