"""``qilian route``: the solver on files of format qilian-routing/1, and the independent check of its plans."""

from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import NEGATIVE, JsonOption, print_json, progress
from qilian.cli.route_fronts import print_pareto, route_front
from qilian.cli.route_generate import route_generate

if TYPE_CHECKING:
    from qilian.routing import Objective, Plan, Problem

app = typer.Typer(no_args_is_help=True, help="Route tests; `route FILE` is short for `route solve FILE`.")
app.command("front")(route_front)
app.command("generate")(route_generate)


class RouteBackend(StrEnum):
    """Where the workers of the batch search are."""

    processes = "processes"
    ray = "ray"


@app.command("solve")
def route_solve(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    objective: Annotated[
        str,
        typer.Option(
            help="time, makespan, price or distance; two with a comma: the second among the best; pareto: time x price."
        ),
    ] = "time",
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search.")] = 10.0,
    work: Annotated[
        int | None,
        typer.Option(
            min=1, help="Units of work in place of seconds: the same plan on any machine.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    fairness: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            help="Several products: none complete later than so many times its hour alone.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Several products: how many workers search at a time.")] = 1,
    backend: Annotated[
        RouteBackend, typer.Option(help="Where the workers are: processes of this machine, or Ray.")
    ] = RouteBackend.processes,
    as_json: JsonOption = False,
) -> None:
    """Find the best plan of a routing instance, with its lower bound."""
    from qilian import routing

    problem = routing.read_problem(instance)
    seconds = limit if work is None else None
    if objective == "pareto":
        print_pareto(instance, problem, seconds, work, seed, as_json=as_json)
        return
    first, *others = read_objectives(objective)
    if others:
        solve_in_order(instance, problem, (first, others[0]), seconds, work, seed, as_json=as_json)
        return
    with progress(seconds) as report:
        found = routing.solve(
            problem,
            first,
            limit_seconds=seconds,
            work_limit=work,
            seed=seed,
            on_progress=partial(report, first) if report else None,
            fairness=fairness,
            workers=workers,
            backend=backend.value,
        )
    if as_json:
        print_json(routing.plan_to_data(found))
        return
    proof = "proven" if found.proven else f"gap {(found.value - found.lower_bound) / (found.value or 1):.1%}"
    typer.echo(
        f"{instance.name}: {found.objective} {found.value:g}, lower bound {found.lower_bound:g} ({proof}), "
        f"{len(found.assignments)} tests, {found.seconds:.2f} s"
    )


def read_objectives(text: str) -> "list[Objective]":
    """Read one objective, or two with a comma between them.

    Raises
    ------
    RoutingError
        For an unknown objective, or more than two.
    """
    from qilian.routing import OBJECTIVES, RoutingError

    found = [name for part in text.split(",") for name in OBJECTIVES if name == part.strip()]
    if len(found) != text.count(",") + 1 or len(found) > 2 or len(set(found)) != len(found):
        mend = f"use one of {', '.join(OBJECTIVES)}, or two of them with a comma, or pareto"
        raise RoutingError(f"unknown objective {text}", where="--objective", mend=mend)
    return found


def solve_in_order(
    instance: Path,
    problem: "Problem",
    objectives: "tuple[Objective, Objective]",
    limit: float | None,
    work: int | None,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Find and print the best plan for two objectives in order."""
    from qilian.routing.front_data import ranking_to_data
    from qilian.routing.lexicographic import solve_in_order as solve

    with progress(limit) as report:
        ranking = solve(problem, objectives, limit_seconds=limit, work_limit=work, seed=seed, on_progress=report)
    if as_json:
        print_json(ranking_to_data(ranking))
        return
    stages = "; ".join(
        f"{stage.objective} {stage.value:g}, lower bound {stage.lower_bound:g} ({'proven' if stage.proven else 'open'})"
        for stage in ranking.stages
    )
    typer.echo(f"{instance.name}: {stages}; {len(ranking.plan.assignments)} tests, {ranking.plan.seconds:.2f} s")


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


class Prefer(StrEnum):
    """What a new plan is sought for first."""

    few_changes = "few_changes"
    objective = "objective"


@app.command("what-if")
def route_what_if(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="Its plan (.json).", show_default=False)],
    change: Annotated[
        list[str] | None, typer.Option(help='e.g. "forbid lab=ID", "add-sample"; repeat for all together.')
    ] = None,
    why_not: Annotated[list[str] | None, typer.Option(help="Say why this laboratory is not in the plan.")] = None,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search for each answer.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Find the best plan if something were otherwise, and the difference."""
    from qilian import routing
    from qilian.routing.answers import answer_to_data
    from qilian.routing.asking import read_change
    from qilian.routing.names import duration
    from qilian.routing.what_if import what_if
    from qilian.routing.why_not import why_not as say_why_not

    if not change and not why_not:
        raise routing.RoutingError("nothing was asked", mend="give --change or --why-not")
    problem = routing.read_problem(instance)
    plan = unproven(routing.read_plan(plan_file))
    for laboratory in why_not or ():
        typer.echo(say_why_not(problem, plan, laboratory, limit_seconds=limit, seed=seed).words.en, err=as_json)
    if not change:
        return
    answer = what_if(problem, plan, [read_change(text) for text in change], limit_seconds=limit, seed=seed)
    if as_json:
        print_json(answer_to_data(answer))
    elif answer.plan and answer.difference:
        found, extra = answer.plan, answer.difference
        typer.echo(
            f"{found.objective} {found.value:g}, lower bound {found.lower_bound:g}; "
            f"{duration(extra.hours).en}, {extra.price:+g} yuan, {extra.kilometres:+g} km, {len(answer.moved)} moved"
        )
    else:
        typer.echo(answer.reason.en)
    if answer.plan is None:
        raise typer.Exit(NEGATIVE)


@app.command("replan")
def route_replan(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="Its plan (.json).", show_default=False)],
    at: Annotated[int, typer.Option(min=0, help="Hour to plan again from.", show_default=False)],
    event: Annotated[
        list[str] | None, typer.Option(help='e.g. "closed bench=ID", "failed test=ID product=ID"; repeatable.')
    ] = None,
    prefer: Annotated[Prefer, typer.Option(help="What comes first.")] = Prefer.few_changes,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search.")] = 5.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Plan again after something went wrong; what has started stays."""
    from qilian import routing
    from qilian.routing.answers import replanned_to_data
    from qilian.routing.asking import read_event
    from qilian.routing.replan import replan

    events = [read_event(text, at) for text in event or ()]
    problem, plan = routing.read_problem(instance), routing.read_plan(plan_file)
    found = replan(problem, plan, at, events, prefer=prefer.value, limit_seconds=limit, seed=seed)
    if as_json:
        print_json(replanned_to_data(found))
        return
    few = "proven fewest" if found.fewest_proven else f"at least {found.fewest_changes} must"
    typer.echo(
        f"{found.plan.objective} {found.plan.value:g}, lower bound {found.plan.lower_bound:g}; {len(found.fixed)} "
        f"started, {len(found.kept)} kept, {len(found.moved)} moved ({few}), {len(found.added)} added"
    )
    for each in found.moved:
        typer.echo(
            f"{each.after.test}: {each.before.bench} {each.before.start} -> {each.after.bench} {each.after.start}"
        )
    for item in found.added:
        typer.echo(f"{item.test}: again at {item.bench} {item.start}")


def unproven(plan: "Plan") -> "Plan":
    """Return a plan without the lower bound of its file, which nobody has checked."""
    return replace(plan, lower_bound=min(0, plan.value), proven=plan.value <= 0)
