"""The menu: what an actor may open, in the order of the road."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from qilian.portal.accounts.access import Access
    from qilian.portal.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    label: "str | Promise"
    words: "str | Promise"
    icon: str
    url: str
    namespace: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one word of the menu; a group of one is that entry itself."""

    label: "str | Promise"
    icon: str
    entries: tuple[Entry, ...]

    @property
    def here(self) -> bool:
        """Whether the page that is open is one of the group's."""
        return any(entry.here for entry in self.entries)


_ENTRIES: tuple[tuple[str, "str | Promise", "str | Promise", str], ...] = (
    ("workbench:products", _("Products"), _("Describe a product, get its obligations, tests and test path."), "robot"),
    (
        "window:orders",
        _("Service window"),
        _("Demands at the counter, from words to a plan, and their orders."),
        "clipboard-list",
    ),
    ("library:search", _("Standards"), _("Find a standard: is it in force, what replaces it, who adopts it?"), "book"),
    ("rulebook:rules", _("Rules"), _("Read every rule with its source, and say where one is wrong."), "scale"),
    ("booking:paths", _("Bookings"), _("Paths that are booked: appointments, samples, reports."), "calendar-event"),
    ("booking:board", _("Board"), _("Your benches over time, requests, samples, reports."), "calendar-event"),
    ("network:laboratories", _("Laboratories"), _("Who can test this? Scopes, benches, cities."), "microscope"),
    ("chain:map", _("Quality map"), _("From material to machine: where is the chain weak, who can test it?"), "map"),
    ("evaluation:contests", _("Evaluation"), _("Figures, targets, contests with ranks."), "chart-dots"),
    (
        "improvement:problems",
        _("Improvement"),
        _("From what firms need to problems, projects and standards."),
        "adjustments",
    ),
    ("leading:bonds", _("Chain leaders"), _("Leaders help suppliers; help counts by its effect."), "users"),
    (
        "scenarios:postings",
        _("Scenarios"),
        _("What makers offer, what scenarios need, who fits whom, and what trials show."),
        "flask",
    ),
    ("accounts:organisations", _("Organisations"), _("Who takes part in your region."), "building"),
    ("operation:overview", _("Operation"), _("Health, long work, imports, errors."), "settings"),
)

_GROUPS: tuple[tuple["str | Promise", str, frozenset[str]], ...] = (
    (_("Standards and rules"), "book", frozenset({"library", "rulebook"})),
    (_("Chain"), "map", frozenset({"chain", "evaluation", "improvement", "scenarios", "leading"})),
    (_("Administration"), "settings", frozenset({"accounts", "operation"})),
)
_FEW = 6
"""So many entries fit on one line in English."""


def entries(request: HttpRequest, actor: "Actor | None") -> list[Entry]:
    """Return the entries that the actor may open, and which of them is open."""
    shown = []
    for name, label, words, icon in _ENTRIES:
        url, access = _page(name)
        if actor is not None and access is not None and access.admits(actor):
            namespace = name.partition(":")[0]
            here = request.resolver_match is not None and request.resolver_match.namespace == namespace
            shown.append(Entry(label, words, icon, url, namespace, here))
    return shown


def groups(shown: list[Entry]) -> list[Group]:
    """Return the entries under the words of the menu, each group where its first entry stands; few need no groups."""
    few = len(shown) <= _FEW
    under = {} if few else {each: (label, icon) for label, icon, namespaces in _GROUPS for each in namespaces}
    found: dict[tuple[str | Promise, str], list[Entry]] = {}
    for entry in shown:
        found.setdefault(under.get(entry.namespace, (entry.label, entry.icon)), []).append(entry)
    return [Group(label, icon, tuple(members)) for (label, icon), members in found.items()]


@cache
def _page(name: str) -> "tuple[str, Access | None]":
    """Return the address of a page and who may come in; nobody where there is no such page."""
    from qilian.portal.accounts.access import access_of

    try:
        url = reverse(name)
    except NoReverseMatch:
        return "", None
    return url, access_of(resolve(url))
