"""``qilian audit``: is the history whole, and what does it say?"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Check and export the history of what was done in the portal.")


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="An export to check by itself; without it the database.")] = None,
    head: Annotated[str, typer.Option(help="A hash kept elsewhere that must be in the history.")] = "",
    against: Annotated[
        Path | None, typer.Option(help="An earlier export, all of which must still be in the history.")
    ] = None,
) -> None:
    """Find every entry that was changed, removed or moved; code 1 if there is one."""
    from qilian.portal.history import auditing

    if file is None:
        from qilian.portal.setup import setup

        setup()
    links = auditing.stored() if file is None else auditing.read(file)
    count, findings = auditing.examine(links, head=head, against=against)
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        typer.echo(f"{len(findings)} findings in {count} entries")
        raise typer.Exit(1)
    typer.echo(f"{count} entries, nothing changed, removed or moved")


@app.command()
def export(file: Annotated[Path, typer.Argument(help="File to write: a JSON line for each entry.")]) -> None:
    """Write the whole history into a file; keep the hash that it prints, so that a cut-off tail is found."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.history import auditing

    count, head = auditing.export(file)
    typer.echo(f"{count} entries, head {head or '-'}")
