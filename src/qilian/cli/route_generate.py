"""``qilian route generate``: an invented routing problem as a file, the same for the same numbers."""

from pathlib import Path
from typing import Annotated

import typer


def route_generate(
    out: Annotated[Path, typer.Argument(help="File to write (.json or .json.gz).", show_default=False)],
    tests: Annotated[int, typer.Option(min=1, help="Tests of each product.")] = 20,
    laboratories: Annotated[int, typer.Option(min=1, help="Each has one to four benches.")] = 60,
    products: Annotated[int, typer.Option(min=1, help="Several make a batch.")] = 1,
    units: Annotated[int, typer.Option(min=1, help="Sample units of each product.")] = 2,
    cities: Annotated[int, typer.Option(min=1, help="Cities of a made-up province.")] = 11,
    destructive: Annotated[int, typer.Option(min=0, help="Destructive tests of each product.")] = 1,
    horizon: Annotated[int, typer.Option(min=1, help="Hours that the benches are open for.")] = 4320,
    seed: Annotated[int, typer.Option(help="The same seed gives the same problem.")] = 1,
) -> None:
    """Write an invented problem in the format qilian-routing/1."""
    from qilian.routing import generate, write_problem

    problem = generate(
        tests,
        laboratories,
        seed,
        units=units,
        products=products,
        cities=cities,
        horizon=horizon,
        destructive=destructive,
    )
    write_problem(problem, out)
    typer.echo(f"{out}: {len(problem.products)} x {tests} tests, {len(problem.benches)} benches, invented")
