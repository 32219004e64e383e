"""``qilian intake``: what a text in free words asks for, each finding with the words that it came from."""

from datetime import date
from typing import Annotated

import typer

from qilian.cli.common import NEGATIVE, JsonOption, Lang, LangOption, PackOption, console, print_json, read_date


def intake(
    text: Annotated[str, typer.Argument(help="What is asked for, in Chinese or English.", show_default=False)],
    on: Annotated[str | None, typer.Option(help='Day from which "next month" is reckoned; today without it.')] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Read a demand: product, parameters, tests, standards, markets, dates."""
    from qilian.content import load_pack
    from qilian.intake import demand_to_data, finding_words, read_demand

    knowledge = load_pack(pack)
    day = read_date(on, "--on") if on else date.today()  # noqa: DTZ011 - the user's own day
    demand = read_demand(text, knowledge, on=day)
    if as_json:
        print_json(demand_to_data(demand, {each.id: each.unit for each in knowledge.vocabulary.parameters.values()}))
    else:
        terminal = console()
        for finding in demand.findings:
            terminal.print(finding_words(demand, finding, knowledge, lang.value), highlight=False, markup=False)
        for span in demand.unread:
            unread = "未读" if lang is Lang.zh else "unread"
            terminal.print(f"? {unread}: {demand.text[span.start : span.end]}", highlight=False, markup=False)
    if not demand.findings:
        raise typer.Exit(NEGATIVE)
