"""The trade of time against price for a kept plan: points of which none is both earlier and cheaper than another.

In comes a plan's row; a job finds the points and keeps them in the row with their itineraries, of which one can be
picked. One specimen kind: the routing room's certified front. Several: the cheapest plan for each of some deadlines.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian import routing
from qilian.planning import CompliancePlan, PlanningError, plan_to_data
from qilian.planning.journey import itinerary_of, plan_of
from qilian.portal.accounts.actor import Actor
from qilian.portal.jobs.models import Job
from qilian.portal.jobs.running import Running, start
from qilian.portal.workbench.making import Settings, plan_for, with_itinerary
from qilian.portal.workbench.making import keep as keep_plan
from qilian.portal.workbench.models import Plan
from qilian.portal.workbench.showing import ShownPlan
from qilian.routing.changes import FinishBy, changed
from qilian.routing.errors import RoutingError
from qilian.routing.pareto import pareto

KIND = "workbench.front"
POINTS = 7
SECONDS = 9.0
"""Wall time of the whole search."""


def begin(plan: Plan, actor: Actor) -> Job:
    """Start the job that finds the front of a plan."""
    return start(actor, KIND, {"plan": plan.pk})


def find(running: Running) -> dict[str, Any]:
    """Find the front and keep it in the plan's row; the work of the job."""
    row = Plan.objects.select_related("product").get(pk=running.job.arguments["plan"])
    made = plan_for(row.product, Settings.read(row.settings), own_hours_free=True)
    journey = made.journey
    if journey is None or journey.problem is None or made.itinerary is None:
        raise PlanningError("the plan has no itinerary", mend="allow more laboratories or give another city")
    points = []
    for number, (found, proven) in enumerate(_points(journey.problem, made)):
        running.report(min(number + 1, POINTS), POINTS)
        points.append(_written(made, journey.problem, found, proven))
    kept = _undominated(points)
    Plan.objects.filter(pk=row.pk).update(front={"points": kept})
    page = reverse("workbench:plan_part", args=(row.product_id, row.number, "itinerary"))
    return {"url": f"{page}?objective={made.itinerary.objective}#front"}


def _points(problem: routing.Problem, made: CompliancePlan) -> Iterator[tuple[routing.Plan, bool]]:
    """Yield plans from the fastest to the cheapest, and whether none is cheaper that ends as early."""
    try:
        front = pareto(problem, points=POINTS, limit_seconds=SECONDS)
    except RoutingError:  # more than one specimen kind, or too many tests
        yield from _by_deadline(problem, made)
    else:
        yield from ((point.plan, point.proven) for point in front.points)


def _by_deadline(problem: routing.Problem, made: CompliancePlan) -> Iterator[tuple[routing.Plan, bool]]:
    """Search the cheapest plan for each deadline, from that of the deadline before on; both known ends too."""
    found = {each.objective: each for each in (made.itinerary, *made.alternatives) if each}
    if made.journey is None or not {"time", "cost"} <= set(found):
        return
    start, cheapest = (plan_of(made.journey, found[objective]) for objective in ("time", "cost"))
    yield from ((start, False), (cheapest, cheapest.proven))
    first, last = (max(each.end for each in plan.assignments) for plan in (start, cheapest))
    deadlines = sorted({round(first + (last - first) * step / (POINTS - 1)) for step in range(POINTS)})
    for hour in deadlines:
        by_then = changed(problem, [FinishBy(hour)])
        start = routing.solve(by_then, "price", limit_seconds=SECONDS / len(deadlines), start=start)
        yield start, start.proven


def _written(made: CompliancePlan, problem: routing.Problem, found: routing.Plan, proven: bool) -> dict[str, Any]:
    """Return a point as JSON: its figures, and its itinerary as a plan's result has it."""
    assert made.journey is not None
    price = routing.evaluate(problem, found.assignments, "price")
    bound = next((each.lower_bound for each in made.alternatives if each.objective == "cost"), 0.0)
    plan = replace(found, objective="price", value=price, lower_bound=min(bound, price), proven=price <= bound)
    data: Any = plan_to_data(replace(made, itinerary=itinerary_of(made.journey, "cost", plan)))["itinerary"]
    return {**{name: data[name] for name in ("days", "price", "kilometres")}, "proven": proven, "itinerary": data}


def _undominated(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out points that are neither earlier nor cheaper than another; the fastest first."""
    kept: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda each: (each["days"], each["price"])):
        if not kept or point["price"] < kept[-1]["price"]:
            kept.append(point)
    return kept


def picked(plan: Plan, number: int) -> dict[str, Any] | None:
    """Return a point of a plan's front; None if there is none of that number."""
    points: list[dict[str, Any]] = (plan.front or {}).get("points", [])
    return points[number] if 0 <= number < len(points) else None


def keep(shown: ShownPlan, actor: Actor, number: int) -> Plan | None:
    """Keep a point of a plan's front as the product's next version; None if there is none of that number.

    Raises
    ------
    QilianError
        If it does not fit the product or the network any more.
    """
    found = picked(shown.plan, number)
    if found is None:
        return None
    product, settings = shown.plan.product, replace(shown.settings, objective="cost")
    plan = with_itinerary(plan_for(product, settings, own_hours_free=True), found["itinerary"])
    note = _("picked: %(days)s days, ¥%(price)s") % {"days": f"{found['days']:.1f}", "price": f"{found['price']:,.0f}"}
    return keep_plan(product, actor, settings, plan, note)
