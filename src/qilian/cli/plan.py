"""``qilian plan``: the main job."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import JsonOption, Lang, LangOption, PackOption, progress, read_date, write_whole

if TYPE_CHECKING:
    from qilian.text import Language


class Objective(StrEnum):
    """What the first itinerary is made for."""

    time = "time"
    cost = "cost"
    distance = "distance"


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
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option(help="Also write a self-contained HTML report.")] = None,
) -> None:
    """Say what binds a product, what must be tested, where, when and in which order."""
    from qilian.content import load_pack
    from qilian.laboratories import read_network
    from qilian.planning import make_plan, write_html, write_json, write_text
    from qilian.product import read_product

    day = read_date(on, "--on")
    language: Language = lang.value
    knowledge = load_pack(pack)
    made = read_product(product, knowledge.vocabulary)
    network = read_network(labs) if labs else None
    with progress() as report:
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
        write_whole(html, write_html(found, language))
    if as_json:
        sys.stdout.write(write_json(found) + "\n")
        return
    from rich.console import Console

    write_text(found, Console(), language)
    if html:
        typer.echo(f"\nHTML: {html}")
