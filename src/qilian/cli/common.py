"""What the commands share: exit codes, dates, languages, progress on a terminal, files written whole or not at all."""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.errors import QilianError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qilian import routing

NEGATIVE = 1
"""Exit code of a negative answer: a plan that fails its check, content with findings, nothing found."""


class Lang(StrEnum):
    """Languages of the reports."""

    zh = "zh"
    en = "en"


LangOption = Annotated[Lang, typer.Option(envvar="QILIAN_LANG", help="Language of the answer.")]
PackOption = Annotated[str, typer.Option(help="Content pack.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def read_date(text: str, option: str) -> date:
    """Read a date of the command line.

    Raises
    ------
    QilianError
        If it is not written year-month-day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QilianError(f"{text}: not a date", where=option, mend="write year-month-day, e.g. 2026-12-01") from None


@contextmanager
def progress() -> "Iterator[Callable[[str, routing.Progress], None] | None]":
    """Show a search's best value and bound on a terminal; stay silent in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:

        def report(objective: str, found: "routing.Progress") -> None:
            status.update(f"{objective}: {found.value:g}, lower bound {found.lower_bound:g}, {found.seconds:.1f} s")

        yield report


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    QilianError
        If it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise QilianError(
            f"cannot be written ({error.strerror})", where=str(path), mend="choose another path"
        ) from None
