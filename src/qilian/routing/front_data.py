"""Answers for two objectives as plain values: fronts (``qilian-routing-front/1``) and plans for two objectives in order
(``qilian-routing-ranking/1``)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from qilian.routing.files import Json, plan_to_data

if TYPE_CHECKING:
    from qilian.routing.lexicographic import Ranking
    from qilian.routing.pareto import Front


def front_to_data(front: "Front") -> dict[str, Json]:
    """Return a front as plain values."""
    return {
        "format": "qilian-routing-front/1",
        "charge": front.charge,
        "complete": front.complete,
        "proven": front.proven,
        "seconds": front.seconds,
        "points": [
            {
                "hours": point.hours,
                "cost": point.cost,
                "least_cost": point.least_cost,
                "earliest": point.earliest,
                "proven": point.proven,
                "plan": plan_to_data(point.plan),
            }
            for point in front.points
        ],
    }


def pareto_to_data(front: "Front") -> dict[str, Json]:
    """Return the fastest plan of a front of time and price, with all points as plans in ``pareto``.

    There ``lower_bound`` is the point's: no plan that costs at most its ``price`` is complete earlier. ``least_price``
    is what plans that are complete by its ``hours`` cost at least.
    """
    points: list[Json] = []
    for point in front.points:
        plan = replace(point.plan, lower_bound=point.earliest, proven=point.earliest >= point.hours)
        points.append(
            {**plan_to_data(plan), "hours": point.hours, "price": point.cost, "least_price": point.least_cost}
        )
    return {**plan_to_data(front.points[0].plan), "pareto": points, "pareto_proven": front.proven}


def ranking_to_data(ranking: "Ranking") -> dict[str, Json]:
    """Return a plan for two objectives in order as plain values."""
    return {
        "format": "qilian-routing-ranking/1",
        "proven": ranking.proven,
        "stages": [
            {
                "objective": stage.objective,
                "value": stage.value,
                "lower_bound": stage.lower_bound,
                "proven": stage.proven,
            }
            for stage in ranking.stages
        ],
        "plan": plan_to_data(ranking.plan),
    }
