"""``qilian route front`` and ``qilian route solve --objective pareto``: plans between the fastest and the cheapest."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import JsonOption, print_json

if TYPE_CHECKING:
    from qilian.routing import Problem
    from qilian.routing.pareto import Front


class RouteCharge(StrEnum):
    """What a front weighs against time."""

    price = "price"
    distance = "distance"


def route_front(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    against: Annotated[RouteCharge, typer.Option(help="What to weigh against time.")] = RouteCharge.price,
    points: Annotated[int, typer.Option(help="How many points, spread over the front.")] = 5,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Find plans between the fastest and the cheapest, each with its proof."""
    from qilian import routing
    from qilian.routing.front_data import front_to_data
    from qilian.routing.pareto import pareto

    problem = routing.read_problem(instance)
    front = pareto(problem, against.value, points=points, limit_seconds=limit, seed=seed)
    if as_json:
        print_json(front_to_data(front))
    else:
        print_front(instance, front)


def print_pareto(
    instance: Path, problem: "Problem", limit: float | None, work: int | None, seed: int, *, as_json: bool
) -> None:
    """Find and print the front of time and price; as JSON, the fastest plan with the list of all points."""
    from qilian.routing.front_data import pareto_to_data
    from qilian.routing.pareto import pareto

    front = pareto(problem, limit_seconds=limit, work_limit=work, seed=seed)
    if as_json:
        print_json(pareto_to_data(front))
    else:
        print_front(instance, front)


def print_front(instance: Path, front: "Front") -> None:
    """Print a line for each point of a front."""
    unit = "yuan" if front.charge == "price" else "km"
    for point in front.points:
        proof = "proven" if point.proven else f"gap {point.gap:.1%}"
        typer.echo(f"{point.hours} h  {point.cost:g} {unit}  {proof}")
    kind = "the whole front" if front.complete else "points of the front"
    typer.echo(f"{instance.name}: {len(front.points)} {kind}, {front.seconds:.2f} s")
