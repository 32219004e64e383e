"""Answers for two objectives as plain values: fronts (``qilian-routing-front/1``) and plans for two objectives in order
(``qilian-routing-ranking/1``)."""

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
