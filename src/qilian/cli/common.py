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

    from rich.console import Console

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
        if len(text) == len("2026-12-01"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise QilianError(f"{text}: not a date", where=option, mend="write year-month-day, e.g. 2026-12-01")


@contextmanager
def progress(limit: float | None = None) -> "Iterator[Callable[[str, routing.Progress], None] | None]":
    """Show a search's best value and bound, and how much of its seconds is gone; stay silent in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, Task, TextColumn, TimeElapsedColumn
    from rich.progress_bar import ProgressBar

    class LimitColumn(BarColumn):
        def render(self, task: Task) -> ProgressBar:
            pulse = limit is None
            return ProgressBar(total=limit or 1, completed=min(task.elapsed or 0, limit or 1), width=30, pulse=pulse)

    columns = LimitColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        task = shown.add_task("…", total=None)

        def report(objective: str, found: "routing.Progress") -> None:
            words = f"{objective}: {found.value:g}, lower bound {found.lower_bound:g}, {found.seconds:.1f} s"
            shown.update(task, description=words)

        yield report


def write_whole(path: Path, text: str) -> None:
    """Write a regular file whole or not at all; a symbolic link keeps pointing where it points.

    Raises
    ------
    QilianError
        If it cannot be written, or is there already and not a regular file.
    """
    import tempfile

    part: Path | None = None
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise QilianError("not a regular file", where=str(path), mend="name a file")
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as stream:
            part = Path(stream.name)
            stream.write(text)
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except (OSError, ValueError, RuntimeError) as error:
        if part:
            part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise QilianError(f"cannot be written ({reason})", where=str(path), mend="choose another path") from None


def _umask() -> int:
    """Return the user's mask for new files, which a temporary file does not heed."""
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask


def console(*, stderr: bool = False) -> "Console":
    """Return the terminal; a reader that goes away (``| head``) ends the program without a fuss."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Quiet(stderr=stderr)


def print_json(data: object) -> None:
    """Print JSON as UTF-8, whatever the terminal's encoding: programs read it."""
    import json

    sys.stdout.flush()
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n")
