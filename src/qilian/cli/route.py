"""``qilian route``: the solver on files of format qilian-routing/1, and the independent check of its plans."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from qilian.cli.common import NEGATIVE, JsonOption, print_json, progress

app = typer.Typer(no_args_is_help=True, help="Route tests; `route FILE` is short for `route solve FILE`.")


class RouteObjective(StrEnum):
    """Objectives of the routing room."""

    time = "time"
    makespan = "makespan"
    price = "price"
    distance = "distance"


@app.command("solve")
def route_solve(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    objective: Annotated[RouteObjective, typer.Option(help="What to minimise.")] = RouteObjective.time,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Find the best plan of a routing instance, with its lower bound."""
    from qilian import routing

    problem = routing.read_problem(instance)
    with progress() as report:
        found = routing.solve(
            problem,
            objective.value,
            limit_seconds=limit,
            seed=seed,
            on_progress=partial(report, objective.value) if report else None,
        )
    if as_json:
        print_json(routing.plan_to_data(found))
        return
    proof = "proven" if found.proven else f"gap {(found.value - found.lower_bound) / (found.value or 1):.1%}"
    typer.echo(
        f"{instance.name}: {found.objective} {found.value:g}, lower bound {found.lower_bound:g} ({proof}), "
        f"{len(found.assignments)} tests, {found.seconds:.2f} s"
    )


@app.command("verify")
def route_verify(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="Plan (.json).", show_default=False)],
) -> None:
    """Check a plan against its instance, by code that shares nothing with the solvers."""
    from qilian import routing

    violations = routing.verify(routing.read_problem(instance), routing.read_plan(plan_file))
    for violation in violations:
        typer.echo(str(violation))
    if violations:
        raise typer.Exit(NEGATIVE)
    typer.echo("the plan keeps every rule")
