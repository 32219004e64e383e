"""The command line: reads arguments, calls the rooms, prints what they find, turns their errors into one line.

Codes: 0 done, 1 a negative answer, 2 input that cannot be used. A file for each command; everything heavy is imported
inside the command that needs it, so that ``qilian --help`` answers at once.
"""

import io
import os
import sys
from typing import Annotated

import typer

from qilian.cli import audit, chain, content, evaluation, evidence, labs, route, serve, standards
from qilian.cli.intake import intake
from qilian.cli.plan import plan
from qilian.errors import QilianError

BAD_INPUT = 2

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Qilian 质链: from product parameters to a verified test path.",
)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"qilian {installed('qilian')}")
        raise typer.Exit


app.command()(plan)
app.command()(intake)
app.add_typer(content.app, name="content")
app.add_typer(route.app, name="route")
app.add_typer(standards.app, name="standards")
app.add_typer(evidence.app, name="evidence")
app.add_typer(labs.app, name="labs")
app.add_typer(chain.app, name="chain")
app.add_typer(evaluation.app, name="evaluation")
app.command()(serve.serve)
app.add_typer(serve.app, name="portal")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run the command line; every error becomes one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows another one
    try:
        code = app(_spelled_out(sys.argv[1:]), standalone_mode=False)
        sys.stdout.flush()
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
    except OSError as error:
        typer.echo(f"qilian: cannot write the answer ({error.strerror})", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = BAD_INPUT
    sys.exit(code if isinstance(code, int) else 0)


def _spelled_out(arguments: list[str]) -> list[str]:
    """Put the command that is meant in front of a file: ``route FILE`` becomes ``route solve FILE``."""
    commands = {*(command.name for command in route.app.registered_commands), "--help"}
    if arguments[:1] == ["route"] and arguments[1:2] and arguments[1] not in commands:
        return ["route", "solve", *arguments[1:]]
    return arguments


def _print_usage_error(message: str) -> None:
    if message.startswith("Usage:"):  # called without arguments: the whole help is the answer
        typer.echo(message)
    else:
        typer.echo(f"qilian: {' '.join(message.split()).rstrip('.')}; see --help", err=True)
