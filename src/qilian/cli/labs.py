"""``qilian labs``: import scope tables of any size, and ask who can test something, with the line that proves it."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from qilian.cli.common import (
    NEGATIVE,
    JsonOption,
    Lang,
    LangOption,
    PackOption,
    console,
    print_json,
    read_date,
)
from qilian.errors import QilianError
from qilian.text import Text

app = typer.Typer(no_args_is_help=True, help="Laboratories' scopes: who can test what.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Scope table (.csv, .csv.gz, .tsv, .xlsx).", show_default=False)],
    register: Annotated[Path | None, typer.Option(help="Table with region, tier and accreditations.")] = None,
    laboratory: Annotated[str, typer.Option(help="The laboratory, where the table has no such column.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=COLUMN for a table of another kind, e.g. standard=stdCh+stdEn; repeatable."),
    ] = None,
    name: Annotated[str, typer.Option(help="What to call the table; its file name without it.")] = "",
    lang: LangOption = Lang.zh,
) -> None:
    """Import a scope table; every row that could not be read is listed with its line."""
    from qilian.laboratories.scopes import import_scopes

    columns = dict(_field_and_column(each) for each in column or ())
    report = import_scopes(file, _folder(), columns=columns, laboratory=laboratory, name=name, register=register)
    words = Text(
        "{source}：读取 {rows:,} 行，收录 {read:,}，未能读取 {unread:,}（见 {file}）；实验室 {laboratories:,} 家",
        "{source}: {rows:,} rows, {read:,} taken, {unread:,} unread (listed in {file}); {laboratories:,} laboratories",
    )
    typer.echo(
        words.say(lang.value).format(
            source=report.source,
            rows=report.rows,
            read=report.read,
            unread=report.unread,
            file=report.unread_file,
            laboratories=report.laboratories,
        )
    )


@app.command()
def match(
    text: Annotated[str, typer.Argument(help="What is to be tested, in Chinese or English.", show_default=False)],
    standard: Annotated[list[str] | None, typer.Option(help="A standard that the line must cite; repeatable.")] = None,
    region: Annotated[str, typer.Option(help="Code of a division or its beginning, e.g. 33 or 3301.")] = "",
    tier: Annotated[list[str] | None, typer.Option(help="province, city or district; repeatable.")] = None,
    on: Annotated[
        str | None,
        typer.Option(help="Day on which the accreditation has to be valid; editions are judged today without."),
    ] = None,
    limit: Annotated[list[str] | None, typer.Option(help="NAME=VALUE UNIT, e.g. temperature=-40..85°C.")] = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many laboratories.")] = 20,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Find the laboratories that can do a test, each with the scope line that proves it."""
    from qilian.content import load_pack
    from qilian.laboratories.scopes import Bridge, Demand, Matcher, matches_json, open_scopes
    from qilian.portal.library import commands

    demand = Demand.asked(
        text,
        standards=standard or (),
        limits=limit or (),
        region=region,
        tiers=tier,
        on=read_date(on, "--on") if on else None,
        as_of=None if on else date.today(),  # noqa: DTZ011 - a user's own calendar day
    )
    knowledge = load_pack(pack)
    bridge = Bridge([test.name for test in knowledge.tests.values()])
    catalogue = commands.catalogue_around(demand.standards, knowledge.catalogue)
    found = Matcher(open_scopes(_folder()), catalogue=catalogue, bridge=bridge).match(demand, top)
    if as_json:
        print_json(matches_json(found))
    else:
        terminal = console()
        for each in found.laboratories:
            line = each.lines[0]
            terminal.print(f"{each.laboratory.id} {each.score:.2f}", highlight=False, markup=False)
            shown = " · ".join(part for part in (line.object, line.parameter, line.standard, line.row) if part)
            terminal.print(f"    {shown}", highlight=False, markup=False)
        for failed in found.near_misses:
            for short in failed.shortfalls:
                reason = short.by.say(lang.value)
                terminal.print(f"× {failed.laboratory.id} {short.limit}: {reason}", highlight=False, markup=False)
    if not found.laboratories:
        typer.echo(Text("没有实验室符合要求", "no laboratory meets the demand").say(lang.value), err=True)
        raise typer.Exit(NEGATIVE)


def _field_and_column(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or not column:
        raise QilianError(f"{text}: no column", where="--column", mend="write FIELD=COLUMN, e.g. parameter=检测项目")
    return field.strip(), column.strip()


def _folder() -> Path:
    """Return where scopes are kept, in QILIAN_HOME."""
    from qilian.portal.home import SCOPES_FOLDER, home_folder

    return home_folder() / SCOPES_FOLDER
