"""The words of states and events, as pages and histories say them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATES: Mapping[str, "str | Promise"] = {
    "queued": _("in the queue"),
    "taken": _("being worked on"),
    "waiting": _("waits for the client"),
    "closed": _("finished"),
    "withdrawn": _("withdrawn"),
    "asked": _("asked for"),
    "valid": _("in force"),
    "declined": _("declined"),
    "revoked": _("revoked"),
    "returned": _("given back"),
    "open": pgettext_lazy("complaint", "open"),
    "answered": _("answered by the window"),
    "insisted": _("not content with the answer"),
    "settled": _("settled"),
    "dropped": _("dropped by the client"),
}
COLOURS: Mapping[str, str] = {
    "queued": "azure",
    "taken": "blue",
    "waiting": "yellow",
    "closed": "green",
    "asked": "yellow",
    "valid": "green",
    "open": "red",
    "answered": "yellow",
    "insisted": "orange",
    "settled": "green",
}
EVENTS: Mapping[str, "str | Promise"] = {
    "open": _("Order opened"),
    "take": _("Taken up"),
    "release": _("Put back into the queue"),
    "hand_over": _("Handed over"),
    "escalate": _("Passed to the window above"),
    "wait": _("Waits for the client"),
    "resume": _("Taken up again"),
    "close": _("Finished"),
    "withdraw": _("Withdrawn"),
    "correct": _("Demand corrected"),
    "describe": _("Product described for the client"),
    "plan": _("Plan made for the client"),
    "hold": _("Appointments held"),
    "confirm": _("Booking confirmed"),
    "cancel": _("Booking cancelled"),
    "lapse": _("Hold ended"),
    "change": _("Booking changed"),
    "add_report": _("Report kept as evidence for the client"),
    "remove_report": _("Report taken away again"),
    "ask": _("Asked for"),
    "record": _("Recorded"),
    "grant": _("Granted"),
    "decline": _("Declined"),
    "revoke": _("Revoked"),
    "return": _("Given back"),
    "raise": _("Complaint raised"),
    "answer": _("Answered"),
    "settle": _("Settled"),
    "drop": _("Complaint withdrawn"),
}
ACTIONS: Mapping[str, "str | Promise"] = {
    "take": _("Take it"),
    "release": _("Put it back into the queue"),
    "hand_over": _("Hand over"),
    "escalate": _("Pass to the window above"),
    "wait": _("Wait for the client"),
    "resume": _("Take up again"),
    "close": _("Finish"),
    "withdraw": _("Withdraw"),
    "grant": _("Grant"),
    "decline": _("Decline the mandate"),
    "revoke": _("Revoke"),
    "return": _("Give it back"),
    "answer": _("Answer the complaint"),
    "settle": _("Settle"),
    "accept": _("I am content with the answer"),
    "drop": _("Withdraw the complaint"),
    "insist": _("I am not content: the regulator shall decide"),
}
SAMPLES: Mapping[str, "str | Promise"] = {
    "ship": _("It is on its way"),
    "arrive": _("It is back"),
    "lose": _("It is lost"),
}
LEVELS: Mapping[str, "str | Promise"] = {
    "district": _("district window"),
    "city": _("city window"),
    "province": _("province window"),
    "country": _("national window"),
}
KINDS: Mapping[str, "str | Promise"] = {
    "parameter": _("Product"),
    "test": pgettext_lazy("one", "Test"),
    "standard": pgettext_lazy("one", "Standard"),
    "market": _("Market"),
    "date": _("Date"),
}
DECISIONS: Mapping[str, "str | Promise"] = {
    "wanted": "",
    "refused": _("not wanted"),
    "held": _("done already"),
    "dropped": _("left out by the clerk"),
}
