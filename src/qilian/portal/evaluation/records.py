"""The records behind a computed figure, as a page shows them: named and linked where the reader may open them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.models import Path
from qilian.portal.chain import reading as chain
from qilian.portal.evaluation.models import Figure
from qilian.portal.evaluation.subjects import find, firms_in, of_region
from qilian.portal.improvement.models import Demand, Problem, Project
from qilian.portal.leading.models import Bond
from qilian.portal.network.models import Laboratory
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window.models import Order
from qilian.portal.workbench.models import Plan

Numbers = Iterable[int | str]
Named = Mapping[int | str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record: what it is, what it gave, and its page; ``url`` is empty where the reader may not open it."""

    title: str
    gave: str
    url: str


def shown(figure: Figure, actor: Actor) -> list[ShownRecord]:
    """Return the records behind a figure in their order, with one query for each kind of them."""
    kinds: dict[str, list[int | str]] = {}
    for kind, number, _ in figure.records:
        kinds.setdefault(kind, []).append(number)
    named = {kind: _NAMES[kind](numbers, actor) for kind, numbers in kinds.items()}
    found = []
    for kind, number, gave in figure.records:
        title, url = named[kind].get(number, (f"{kind} {number}", ""))
        found.append(ShownRecord(title, gave, url))
    return found


def _plans(numbers: Numbers, actor: Actor) -> Named:
    rows = Plan.objects.visible_to(actor).in_short().filter(pk__in=numbers).select_related("product__organisation")
    return {
        row.pk: (
            f"{row.product.name} · {row.product.organisation} · #{row.number}",
            reverse("workbench:plan", args=[row.product_id, row.number]),
        )
        for row in rows
    }


def _paths(numbers: Numbers, actor: Actor) -> Named:
    rows = Path.objects.visible_to(actor).filter(pk__in=numbers).select_related("organisation")
    return {row.pk: (f"{row.name} · {row.organisation}", reverse("booking:path", args=[row.pk])) for row in rows}


def _orders(numbers: Numbers, actor: Actor) -> Named:
    rows = Order.objects.visible_to(actor).filter(pk__in=numbers).select_related("client")
    return {row.pk: (f"{row.reference} · {row.client}", reverse("window:order", args=[row.pk])) for row in rows}


def _firms(numbers: Numbers, actor: Actor) -> Named:
    rows = firms_in(actor).filter(pk__in=numbers)
    return {row.pk: (row.name, reverse("evaluation:subject", args=[f"firm:{row.pk}"])) for row in rows}


def _laboratories(numbers: Numbers, actor: Actor) -> Named:
    del actor  # everybody reads them
    rows = Laboratory.objects.filter(pk__in=numbers)
    return {row.pk: (row.name, reverse("network:laboratory", args=[row.code])) for row in rows}


def _demands(numbers: Numbers, actor: Actor) -> Named:
    rows = Demand.objects.visible_to(actor).filter(pk__in=numbers).select_related("firm")
    return {
        row.pk: (f"{row.reference} {row} · {row.firm}", reverse("improvement:demand", args=[row.pk])) for row in rows
    }


def _problems(numbers: Numbers, actor: Actor) -> Named:
    rows = Problem.objects.visible_to(actor).filter(pk__in=numbers)
    return {row.pk: (f"{row.reference} {row}", reverse("improvement:problem", args=[row.pk])) for row in rows}


def _projects(numbers: Numbers, actor: Actor) -> Named:
    rows = Project.objects.visible_to(actor).filter(pk__in=numbers)
    return {row.pk: (f"{row.reference} {row}", reverse("improvement:project", args=[row.pk])) for row in rows}


def _bonds(numbers: Numbers, actor: Actor) -> Named:
    """Name the supplier to both sides and to who counts the help; only the two sides open the bond."""
    rows = Bond.objects.filter(pk__in=numbers).select_related("supplier")
    theirs = {row.pk: row for row in rows.visible_to(actor)}
    return {
        row.pk: (
            f"{row.reference} · {row.supplier}",
            reverse("leading:bond", args=[row.pk]) if row.pk in theirs else "",
        )
        for row in [*theirs.values(), *rows.counted_for(actor)]
    }


def _nodes(numbers: Numbers, actor: Actor) -> Named:
    del actor  # everybody who is logged in reads the map
    found = {number: chain.find(str(number)) for number in numbers}
    return {
        number: (node.name.say(page_language()), reverse("chain:node", args=[node.id]))
        for number, node in found.items()
        if node
    }


def _regions(numbers: Numbers, actor: Actor) -> Named:
    found = {number: find(actor, f"region:{number}") for number in numbers}
    return {
        number: (about.name, reverse("evaluation:subject", args=[about.key]))
        if about
        else (of_region(str(number)).name, "")
        for number, about in found.items()
    }


_NAMES: dict[str, Callable[[Numbers, Actor], Named]] = {
    "plan": _plans,
    "path": _paths,
    "order": _orders,
    "firm": _firms,
    "laboratory": _laboratories,
    "demand": _demands,
    "problem": _problems,
    "project": _projects,
    "bond": _bonds,
    "node": _nodes,
    "region": _regions,
}
