"""``qilian plan``: the main job."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import (
    JsonOption,
    Lang,
    LangOption,
    PackOption,
    console,
    print_json,
    progress,
    read_date,
    write_whole,
)

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
    evidence: Annotated[
        list[Path] | None, typer.Option(help="Report files or folders already held; repeatable.")
    ] = None,
    objective: Annotated[Objective, typer.Option(help="What the itinerary is made for.")] = Objective.time,
    samples: Annotated[int, typer.Option(min=1, max=20, help="Identical whole units of the product.")] = 2,
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of search for each itinerary.")] = 0.6,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option(help="Also write a self-contained HTML report.")] = None,
) -> None:
    """Say what binds a product, what must be tested, where, when and in which order."""
    from qilian.content import load_pack
    from qilian.evidence import read_reports
    from qilian.laboratories import read_network
    from qilian.planning import make_plan, plan_to_data, write_html, write_text
    from qilian.portal.library import commands
    from qilian.product import read_product

    day = read_date(on, "--on")
    language: Language = lang.value
    knowledge = load_pack(pack)
    knowledge = replace(knowledge, catalogue=commands.catalogue(knowledge.catalogue))
    made = read_product(product, knowledge.vocabulary)
    network = read_network(labs) if labs else None
    with progress() as report:
        found = make_plan(
            made,
            knowledge,
            list(dict.fromkeys(market)),
            day,
            home=home,
            objective=objective.value,
            network=network,
            evidence=read_reports(evidence or ()),
            sample_units=samples,
            limit_seconds=limit,
            report=report,
        )
    if html:
        write_whole(html, write_html(found, language))
    if as_json:
        print_json(plan_to_data(found))
        return
    write_text(found, console(), language)
    if html:
        typer.echo(f"\nHTML: {html}")
