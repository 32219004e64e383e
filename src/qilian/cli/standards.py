"""``qilian standards``: import catalogues, and ask what stood on a date, what changes, and whom a change hits."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import NEGATIVE, JsonOption, Lang, LangOption, PackOption, console, print_json, read_date
from qilian.errors import QilianError

if TYPE_CHECKING:
    from qilian.standards import Catalogue
    from qilian.text import Language

app = typer.Typer(no_args_is_help=True, help="The standards library: what was in force on a date, and what changes.")

OnOption = Annotated[str | None, typer.Option(help="Date to judge by; today without it.")]
Reference = Annotated[str, typer.Argument(help='A reference in any spelling, e.g. "ISO 10218-1".', show_default=False)]


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Relaton YAML (folder, .zip, .tar.gz, .tar.zst), CSV or XLSX.", show_default=False),
    ],
    source: Annotated[str, typer.Option(help="What to call the catalogue; the file's name without it.")] = "",
    dated: Annotated[str | None, typer.Option(help="Day on which the data were true; the file's without it.")] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Import catalogues: only what changed is written, every record is accounted for, and search knows it."""
    from qilian.portal.library import commands

    day = read_date(dated, "--dated") if dated else None
    terminal = console(stderr=as_json)
    accounts = commands.import_files(
        files, terminal, source=source, dated=day, table=_table(pack), language=_language(lang)
    )
    if as_json:
        print_json([commands.account_json(account) for account in accounts])
    if not all(account.accepted for account in accounts):
        raise typer.Exit(NEGATIVE)


@app.command()
def show(
    reference: Reference,
    on: OnOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Show a standard as of a date: edition, stage, predecessors, successors, drafts and equivalents."""
    from qilian.portal.library import commands
    from qilian.standards import StandardRef

    answer = commands.show(StandardRef.parse(reference), _day(on), _table(pack))
    if as_json:
        print_json(answer.as_json(_language(lang)))
    else:
        commands.print_answer(answer, console(), _language(lang))
    if answer.entry.edition is None:
        raise typer.Exit(NEGATIVE)


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(help="A number in any spelling, or words in any language.", show_default=False)
    ],
    publisher: Annotated[str, typer.Option(help="e.g. ISO, GB/T")] = "",
    status: Annotated[str, typer.Option(help="current, superseded, withdrawn, draft or unknown on the date")] = "",
    committee: Annotated[str, typer.Option(help="e.g. ISO/TC 299")] = "",
    ics: Annotated[str, typer.Option(help="e.g. 25.040")] = "",
    on: OnOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 10,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Search by number or words."""
    from qilian.portal.library import search_commands

    day = _day(on)
    hits = search_commands.search(
        text,
        day,
        publisher=publisher,
        status=status,
        committee=committee,
        ics=ics,
        limit=limit,
        table=_table(pack),
    )
    if as_json:
        print_json(search_commands.search_json(text, day, hits))
    else:
        search_commands.print_hits(hits, console(), _language(lang))
    if not hits:
        raise typer.Exit(NEGATIVE)


@app.command()
def changes(
    since: Annotated[str | None, typer.Option(help="Day after which changes count.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(help="Last day that counts; today without it.")] = None,
    after_import: Annotated[
        int | None, typer.Option(min=0, help="Instead of days: what the imports after this one found (0: all).")
    ] = None,
    until_import: Annotated[int | None, typer.Option(min=1, help="Last import that counts; without it all.")] = None,
    pack: Annotated[str | None, typer.Option(help="Only documents that this content pack lists.")] = None,
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List what was published, withdrawn or replaced between two days, or what changed between two imports."""
    from qilian.portal.library import commands

    by_days = since is not None and after_import is None and until_import is None
    by_imports = after_import is not None and since is None and until is None
    if not by_days and not by_imports:
        raise QilianError(
            "changes between two days or between two imports",
            where="standards changes",
            mend="give --since DATE [--until DATE], or --after-import N [--until-import N]",
        )
    table = _table(pack) if pack else None
    if after_import is not None:
        moved = commands.moves(after_import, until_import, table)
        if as_json:
            print_json(commands.moves_json(moved, _language(lang)))
        else:
            commands.print_moves(moved, console(), _language(lang))
        return
    first = read_date(since or "", "--since")
    last = read_date(until, "--until") if until else date.today()  # noqa: DTZ011 - a user's own calendar day
    if last < first:
        raise QilianError(f"{last} is before {first}", where="--until", mend="give a later day")
    found = commands.changes(first, last, table)
    if as_json:
        print_json(commands.changes_json(found, _language(lang)))
    else:
        commands.print_changes(found, console(), _language(lang))


@app.command()
def imports(lang: LangOption = Lang.zh, as_json: JsonOption = False) -> None:
    """List the imports with their numbers, which `changes --after-import` takes."""
    from qilian.portal.library import commands

    found = commands.imports_json()
    if as_json:
        print_json(found)
    else:
        commands.print_imports(found, console(), _language(lang))


@app.command()
def impact(
    old: Reference,
    new: Annotated[str, typer.Argument(help="The edition that takes its place.", show_default=False)],
    pack: PackOption = "robots",
    products: Annotated[list[Path] | None, typer.Option(help="Product files to assess; repeat for several.")] = None,
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Say which rules, tests, scope lines and products stand on an edition, and what its successor asks of them."""
    from qilian.cli.plan import scopes_matcher
    from qilian.content import load_pack
    from qilian.planning.impact import impact as find_impact
    from qilian.planning.impact_json import impact_to_data
    from qilian.planning.impact_text import write_impact
    from qilian.portal.home import SCOPES_FOLDER, home_folder
    from qilian.portal.library import commands
    from qilian.product import read_product
    from qilian.standards import StandardRef

    knowledge = load_pack(pack)
    old_ref, new_ref = StandardRef.parse(old), StandardRef.parse(new)
    found = find_impact(
        knowledge,
        commands.catalogue(knowledge.catalogue),
        old_ref,
        new_ref,
        products=[read_product(path, knowledge.vocabulary) for path in products or ()],
        scopes=scopes_matcher(home_folder() / SCOPES_FOLDER, knowledge),
    )
    if as_json:
        print_json(impact_to_data(found))
    else:
        write_impact(found, console(), _language(lang))


@app.command()
def doctor(
    examples: Annotated[int, typer.Option(min=0, help="How many of each kind to print; 0 for all.")] = 10,
    lang: LangOption = Lang.zh,
) -> None:
    """List what is odd in the data: cycles, missing targets, self-references, rejected members."""
    from qilian.portal.library import commands

    if commands.doctor(console(), examples=examples, language=_language(lang)):
        raise typer.Exit(NEGATIVE)


def _language(lang: Lang) -> "Language":
    language: Language = lang.value
    return language


def _day(on: str | None) -> date:
    return read_date(on, "--on") if on else date.today()  # noqa: DTZ011 - a user's own calendar day


def _table(pack: str) -> "Catalogue":
    """Read the table of standards of a pack, which stands beside the library."""
    from qilian.content import load_table

    return load_table(pack)
