"""``qilian serve``: the portal, with its workers; ``qilian portal …``: what an operator does beside it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from qilian.errors import QilianError

app = typer.Typer(no_args_is_help=True, help="Look after the portal.")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that answer requests.")] = 2,
    demo: Annotated[bool, typer.Option("--demo", help="Fill in sample data and accounts first; plain HTTP.")] = False,
) -> None:
    """Serve the portal and do its long work, until stopped."""
    if demo:
        os.environ.setdefault("QILIAN_HTTPS", "off")
    from qilian.portal import serving

    prepared = serving.prepare()
    if demo:
        from qilian.portal.demo import fill

        for line in fill():
            typer.echo(line)
    typer.echo(f"Qilian: http://{host}:{port}/  ({prepared}; stop with Ctrl-C)")
    serving.serve(host, port, workers)


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def manage(
    arguments: Annotated[list[str], typer.Argument(help="A command of Django, e.g. check --deploy.")],
) -> None:
    """Run one of Django's own commands on the portal, e.g. ``qilian portal manage check --deploy``."""
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError

    from qilian.portal.setup import setup

    setup()
    try:
        ManagementUtility(["qilian portal manage", *arguments]).execute()
    except CommandError as error:
        raise QilianError(str(error)) from None


@app.command()
def operator(
    email: Annotated[str, typer.Argument(help="Mail address of who is to run the portal.")],
    name: Annotated[str, typer.Option(help="Name of the operator, if there is none yet.")] = "平台运营方",
    region: Annotated[str, typer.Option(help="Its six-digit administrative division.")] = "330000",
) -> None:
    """Invite an operator, who then invites everybody else; prints the link, which opens for 14 days."""
    from qilian.portal.setup import setup

    setup()
    from django.core.exceptions import ValidationError

    from qilian.portal.accounts.first import invite_operator

    try:
        typer.echo(invite_operator(email, name, region))
    except ValidationError as error:
        raise QilianError("; ".join(error.messages), mend="check --name and --region") from None


@app.command()
def demo() -> None:
    """Fill the portal with sample data and one demo account for each role."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.demo import fill

    for line in fill():
        typer.echo(line)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="ZIP file to write; it must not be there yet.")]) -> None:
    """Write every row and every file of the portal into one ZIP file, while the portal goes on."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.operation import backup as room

    manifest = room.backup(file)
    typer.echo(
        f"{file}: {sum(manifest['rows'].values())} rows, {manifest['files']} files, version {manifest['version']}"
    )


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="ZIP file of `qilian portal backup`.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what is here first.")] = False,
) -> None:
    """Read a backup into this installation; stop the portal meanwhile. Works between SQLite and PostgreSQL."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.operation import backup as room

    manifest = room.restore(file, replace=replace)
    typer.echo(f"{sum(manifest['rows'].values())} rows, {manifest['files']} files of {manifest['made']}")


@app.command()
def network(
    folder: Annotated[Path, typer.Argument(help="Folder with laboratories.yaml, benches.csv, scope.csv, busy.csv.")],
) -> None:
    """Keep the laboratories of a network folder in the portal; those that are there already stay as they are."""
    from qilian.laboratories import read_network
    from qilian.portal.setup import setup

    read = read_network(folder)
    setup()
    from qilian.portal.network.storing import keep

    added = keep(read)
    typer.echo(f"{folder}: {added} laboratories added, {len(read.laboratories) - added} were there already")
