"""The records behind a computed figure, as a page shows them: named and linked where the reader may open them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.models import Path
from qilian.portal.evaluation.models import Figure
from qilian.portal.evaluation.subjects import firms_in
from qilian.portal.network.models import Laboratory
from qilian.portal.window.models import Order
from qilian.portal.workbench.models import Plan

Numbers = Iterable[int]
Named = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record: what it is, what it gave, and its page; ``url`` is empty where the reader may not open it."""

    title: str
    gave: str
    url: str


def shown(figure: Figure, actor: Actor) -> list[ShownRecord]:
    """Return the records behind a figure in their order, with one query for each kind of them."""
    kinds: dict[str, list[int]] = {}
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


_NAMES: dict[str, Callable[[Numbers, Actor], Named]] = {
    "plan": _plans,
    "path": _paths,
    "order": _orders,
    "firm": _firms,
    "laboratory": _laboratories,
}
