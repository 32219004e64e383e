"""From a confirmed demand to the client's product and plan, made by a clerk on the client's behalf, under a mandate."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.compliance import known_markets
from qilian.portal.accounts.actor import Actor
from qilian.portal.history.recording import OnBehalf, record, writing
from qilian.portal.window.drafts import Line, parameters_of, wanted
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.mandates import acting
from qilian.portal.window.models import Mandate, Order, Scope
from qilian.portal.workbench import making
from qilian.portal.workbench.forms import home_in
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan, Product


def lines_of(order: Order) -> tuple[Line, ...]:
    """Return the lines of an order's demand."""
    return tuple(Line.of(each) for each in order.demand.get("lines", ()))


def markets_of(lines: tuple[Line, ...]) -> list[str]:
    """Return the wanted markets that rules speak of; a region's scheme stands for its country's market."""
    known = known_markets(pack().rules)
    named = [line.id if line.id in known else line.id.partition("-")[0] for line in wanted(lines, "market")]
    return [each for each in dict.fromkeys(named) if each in known]


def placed_on(lines: tuple[Line, ...], today: date) -> date:
    """Return the day that the plan is made for: the last one named, so that rules that start until then count."""
    days = [date.fromisoformat(line.value) for line in wanted(lines, "date")]
    return max([*days, today])


def on_behalf(order: Order, actor: Actor, scope: Scope) -> OnBehalf:
    """Return what the history keeps of an act for an order's client; ask anew before each act.

    Raises
    ------
    NoMandate
        If the window has no mandate of the client that is in force and allows it.
    OrderRefused
        If the order is finished.
    """
    _mandate, behalf = acting(actor, order.client, scope)
    if order.is_final:
        raise OrderRefused(_("the order is finished"), where=order.reference, mend=_("open a new one"))
    return behalf


def make_plan(order: Order, actor: Actor) -> Plan:
    """Make or correct the client's product by the order's demand, and make its plan.

    Raises
    ------
    NoMandate
        If the window may not describe products for the client.
    OrderRefused
        If the order is not being worked on, or names no market.
    QilianError
        If the parameters cannot be used.
    """
    mandate, behalf = acting(actor, order.client, Scope.PRODUCTS)
    _refuse_unless_taken(order)
    lines = lines_of(order)
    markets = markets_of(lines)
    if not markets:
        raise OrderRefused(_("no market"), mend=_("correct the demand: where is the product to be sold?"))
    product = _described(order, actor, mandate, behalf, lines, markets)
    plan = making.make(product, actor, note=_("made at the window, order %(order)s") % {"order": order.reference})
    record(actor, "plan", product, data={"order": order.reference, "version": plan.number}, on_behalf=behalf)
    return plan


_DESCRIBED = ("name", "identifier", "maker", "parameters", "asked", "markets", "on", "home")


def _described(
    order: Order, actor: Actor, mandate: Mandate, behalf: OnBehalf, lines: tuple[Line, ...], markets: list[str]
) -> Product:
    """Save the client's product as the order's demand says it; two who ask at once correct one and the same."""
    knowledge = pack()
    with writing():
        here = Order.objects.select_related("product").get(pk=order.pk)
        _refuse_unless_taken(here)
        product = here.product or Product(organisation=order.client, pack=knowledge.id)
        event = "describe" if product.pk is None else "correct"
        product.name = product.name or (order.demand.get("name") or order.reference)[:160]
        product.identifier = product.identifier or order.reference
        product.maker = product.maker or order.client.name
        product.parameters = {**product.parameters, **parameters_of(lines)}
        product.asked = list(dict.fromkeys([*product.asked, *product.parameters]))
        product.markets, product.on = markets, placed_on(lines, timezone.localdate())
        product.home = product.home or home_in(order.client.region, knowledge.network)
        making.made_product(product, knowledge)
        product.save(update_fields=[*_DESCRIBED, "changed"] if product.pk else None)
        record(actor, event, product, data={"order": order.reference}, on_behalf=behalf)
        order.product, order.mandate = product, mandate
        order.save(update_fields=["product", "mandate"])
    return product


def _refuse_unless_taken(order: Order) -> None:
    if order.state != "taken":
        raise OrderRefused(_("the order is not being worked on"), mend=_("take it first"))
