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
    from qilian.laboratories.scopes import Matcher
    from qilian.planning import Pack
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
    what_if: Annotated[
        list[str] | None, typer.Option(help='What if? e.g. "forbid lab=ID", "add-sample"; repeat for all together.')
    ] = None,
    why_not: Annotated[
        list[str] | None, typer.Option(help="Say why this laboratory is not on the itinerary; repeatable.")
    ] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option(help="Also write a self-contained HTML report.")] = None,
) -> None:
    """Say what binds a product, what must be tested, where, when and in which order."""
    from qilian import planning
    from qilian.content import load_pack
    from qilian.evidence import read_reports
    from qilian.laboratories import read_network
    from qilian.planning import make_plan, plan_to_data, write_html, write_text
    from qilian.portal.home import SCOPES_FOLDER, home_path
    from qilian.portal.library import commands
    from qilian.product import read_product

    day = read_date(on, "--on")
    language: Language = lang.value
    knowledge = load_pack(pack)
    knowledge = replace(knowledge, catalogue=commands.catalogue(knowledge.catalogue))
    made = read_product(product, knowledge.vocabulary)
    network = read_network(labs) if labs else None
    scopes = scopes_matcher(home_path() / SCOPES_FOLDER, knowledge)
    with progress(limit) as report:
        found = make_plan(
            made,
            knowledge,
            list(dict.fromkeys(market)),
            day,
            home=home,
            objective=objective.value,
            network=network,
            scopes=scopes,
            evidence=read_reports(evidence or ()),
            sample_units=samples,
            limit_seconds=limit,
            report=report,
        )
    if html:
        write_whole(html, write_html(found, language))
    answer = planning.what_if(found, what_if) if what_if else None
    reasons = [planning.why_not(found, laboratory) for laboratory in why_not or ()]
    if as_json:
        data = plan_to_data(found)
        if answer:
            data["what_if"] = planning.what_if_to_data(answer)
        if reasons:
            data["why_not"] = [planning.why_not_to_data(reason) for reason in reasons]
        print_json(data)
        return
    write_text(found, console(), language)
    if answer:
        planning.write_what_if(answer, console(), language)
    for reason in reasons:
        console().print(reason.words.say(language), markup=False, highlight=False)
    if html:
        typer.echo(f"\nHTML: {html}")


def scopes_matcher(folder: Path, pack: "Pack") -> "Matcher | None":
    """Return a matcher over the national scopes, or None where none were imported."""
    from qilian.laboratories.scopes import Matcher, has_scopes, open_scopes

    return Matcher(open_scopes(folder), catalogue=pack.catalogue) if has_scopes(folder) else None
