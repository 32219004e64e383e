"""The command line: reads arguments, calls the rooms, prints what they find, turns their errors into one line.

Codes: 0 done, 1 a negative answer (a plan that fails its check, content with findings), 2 input that cannot be used.
Everything heavy is imported inside the command that needs it, so that ``qilian --help`` answers at once.
"""

import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.errors import QilianError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qilian import routing
    from qilian.text import Language

NEGATIVE = 1
BAD_INPUT = 2


app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Qilian 质链: from product parameters to a verified test path.",
)
content_app = typer.Typer(no_args_is_help=True, help="Content packs: the rules, tests and standards of a chain.")
route_app = typer.Typer(no_args_is_help=True, help="Route tests; `route FILE` is short for `route solve FILE`.")
app.add_typer(content_app, name="content")
app.add_typer(route_app, name="route")


class Lang(StrEnum):
    """Languages of the reports."""

    zh = "zh"
    en = "en"


class Objective(StrEnum):
    """What the first itinerary is made for."""

    time = "time"
    cost = "cost"
    distance = "distance"


class RouteObjective(StrEnum):
    """Objectives of the routing room."""

    time = "time"
    makespan = "makespan"
    price = "price"
    distance = "distance"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QilianError(f"{text}: not a date", where="--on", mend="write year-month-day, e.g. 2026-12-01") from None


@app.command()
def plan(
    product: Annotated[Path, typer.Argument(help="Product file (YAML).", show_default=False)],
    market: Annotated[list[str], typer.Option(help="A market to sell in; repeat for several.", show_default=False)],
    on: Annotated[str, typer.Option(help="Date to judge by, e.g. 2026-12-01.", show_default=False)],
    home: Annotated[str | None, typer.Option(help="City where the samples are, e.g. 杭州 or Hangzhou.")] = None,
    labs: Annotated[
        Path | None, typer.Option(help="Folder of a laboratory network (default: the pack's sample).")
    ] = None,
    objective: Annotated[Objective, typer.Option(help="What the itinerary is made for.")] = Objective.time,
    samples: Annotated[int, typer.Option(min=1, max=20, help="Identical sample units of each lot.")] = 2,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search for each itinerary.")] = 0.6,
    pack: Annotated[str, typer.Option(help="Content pack.")] = "robots",
    lang: Annotated[Lang, typer.Option(envvar="QILIAN_LANG", help="Language of the report.")] = Lang.zh,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a self-contained HTML report.")] = None,
) -> None:
    """Say what binds a product, what must be tested, where, when and in which order."""
    from qilian.content import load_pack
    from qilian.laboratories import read_network
    from qilian.planning import make_plan, write_html, write_json, write_text
    from qilian.product import read_product

    day = _date(on)
    language: Language = lang.value
    knowledge = load_pack(pack)
    made = read_product(product, knowledge.vocabulary)
    network = read_network(labs) if labs else None
    with _progress() as report:
        found = make_plan(
            made,
            knowledge,
            market,
            day,
            home=home,
            objective=objective.value,
            network=network,
            sample_units=samples,
            limit_seconds=limit,
            report=report,
        )
    if html:
        _write(html, write_html(found, language))
    if as_json:
        sys.stdout.write(write_json(found) + "\n")
        return
    from rich.console import Console

    write_text(found, Console(), language)
    if html:
        typer.echo(f"\nHTML: {html}")


@content_app.command("check")
def content_check(pack: Annotated[str, typer.Argument(help="Content pack.")] = "robots") -> None:
    """Prove that a content pack is sound: ids resolve, dates are in order, conditions can be met, examples decide."""
    from qilian.content import check_pack, load_pack

    found = load_pack(pack)
    findings = check_pack(found)
    for finding in findings:
        typer.echo(str(finding))
    typer.echo(
        f"{found.id} {found.version}: {len(found.rules)} rules, {len(found.tests)} tests, "
        f"{len(found.catalogue.editions)} editions, {len(found.network.laboratories)} laboratories; "
        f"{len(findings)} findings"
    )
    if findings:
        raise typer.Exit(NEGATIVE)


@content_app.command("schema")
def content_schema(
    kind: Annotated[str, typer.Argument(help="pack, parameters, implications, rules, tests, order or product.")],
) -> None:
    """Print the JSON Schema of one kind of file."""
    import json

    from qilian.content import schema

    typer.echo(json.dumps(schema(kind), ensure_ascii=False, indent=2))


@route_app.command("solve")
def route_solve(
    instance: Annotated[Path, typer.Argument(help="Instance (.json or .json.gz).", show_default=False)],
    objective: Annotated[RouteObjective, typer.Option(help="What to minimise.")] = RouteObjective.time,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan (qilian-routing-plan/1).")] = False,
) -> None:
    """Find the best plan of a routing instance, with its lower bound."""
    import json

    from qilian import routing

    problem = routing.read_problem(instance)
    with _progress() as report:
        found = routing.solve(
            problem,
            objective.value,
            limit_seconds=limit,
            seed=seed,
            on_progress=partial(report, objective.value) if report else None,
        )
    if as_json:
        typer.echo(json.dumps(routing.plan_to_data(found), ensure_ascii=False))
        return
    proof = "proven" if found.proven else f"gap {(found.value - found.lower_bound) / (found.value or 1):.1%}"
    typer.echo(
        f"{instance.name}: {found.objective} {found.value:g}, lower bound {found.lower_bound:g} ({proof}), "
        f"{len(found.assignments)} tests, {found.seconds:.2f} s"
    )


@route_app.command("verify")
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


@contextmanager
def _progress() -> "Iterator[Callable[[str, routing.Progress], None] | None]":
    """Show best value and bound on a terminal; stay silent in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:

        def report(objective: str, found: "routing.Progress") -> None:
            status.update(f"{objective}: {found.value:g}, lower bound {found.lower_bound:g}, {found.seconds:.1f} s")

        yield report


def _write(path: Path, text: str) -> None:
    """Write whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise QilianError(
            f"cannot be written ({error.strerror})", where=str(path), mend="choose another path"
        ) from None


def main() -> None:
    """Run the command line; every error becomes one line on standard error."""
    try:
        code = app(_spelled_out(sys.argv[1:]), standalone_mode=False)
    except QilianError as error:
        typer.echo(f"qilian: {error}", err=True)
        code = BAD_INPUT
    except typer.Abort:
        code = 130
    except typer.TyperException as error:
        _print_usage_error(error.format_message())
        code = BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _spelled_out(arguments: list[str]) -> list[str]:
    """Put the command that is meant in front of a file: ``route FILE`` becomes ``route solve FILE``."""
    if arguments[:1] == ["route"] and arguments[1:2] and arguments[1] not in {"solve", "verify", "--help"}:
        return ["route", "solve", *arguments[1:]]
    return arguments


def _print_usage_error(message: str) -> None:
    if message.startswith("Usage:"):  # called without arguments: the whole help is the answer
        typer.echo(message)
    else:
        typer.echo(f"qilian: {' '.join(message.split()).rstrip('.')}; see --help", err=True)
