"""``qilian content``: whether a content pack is sound, and what its files look like."""

from typing import Annotated

import typer

from qilian.cli.common import NEGATIVE, print_json

app = typer.Typer(no_args_is_help=True, help="Content packs: the rules, tests and standards of a chain.")


@app.command("check")
def content_check(pack: Annotated[str, typer.Argument(help="Content pack.")] = "robots") -> None:
    """Prove that a content pack is sound: ids resolve, dates are in order, conditions can be met, examples decide."""
    from qilian.content import check_pack, load_chain, load_pack

    found = load_pack(pack)
    findings = check_pack(found)
    for finding in findings:
        typer.echo(str(finding))
    chain = load_chain(found) if not findings else None
    mapped = f", {len(chain.nodes)} chain nodes, {len(chain.points)} control points" if chain else ""
    typer.echo(
        f"{found.id} {found.version}: {len(found.rules)} rules, {len(found.tests)} tests, "
        f"{len(found.catalogue.editions)} editions, {len(found.network.laboratories)} laboratories{mapped}; "
        f"{len(findings)} findings"
    )
    if findings:
        raise typer.Exit(NEGATIVE)


@app.command("schema")
def content_schema(
    kind: Annotated[
        str, typer.Argument(help="pack, parameters, implications, rules, tests, order, product, chain, chain-nodes…")
    ],
) -> None:
    """Print the JSON Schema of one kind of file."""
    from qilian.content import schema

    print_json(schema(kind))
