"""What the command line does with the library: parsed arguments in, printed text or JSON-ready data out.

Each function starts Django itself (:func:`qilian.portal.setup.setup`), so that commands that need no database do not
pay for it. Printing goes to a rich console that the caller gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from qilian.portal.home import is_database_made
from qilian.portal.setup import setup
from qilian.standards.stages import stage_words
from qilian.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console

    from qilian.portal.library.comparing import Move
    from qilian.portal.library.importing import Account, Report
    from qilian.portal.library.looking_up import Answer
    from qilian.standards import Catalogue, Change, StandardRef
    from qilian.standards.editions import Json

_SHOWN_REJECTIONS = 20
_COUNTS = {
    "read": Text("读取", "read"),
    "new": Text("新增", "new"),
    "changed": Text("变更", "changed"),
    "unchanged": Text("未变", "unchanged"),
    "rejected": Text("拒收", "rejected"),
}


def import_files(
    paths: Sequence[Path],
    console: "Console",
    *,
    source: str = "",
    dated: date | None = None,
    table: "Catalogue | None" = None,
    language: Language = "zh",
) -> "list[Account]":
    """Import files one after the other bring the search index up to date, and tell those who follow what changed.

    The account of each file is printed as soon as the file is in.

    Parameters
    ----------
    table
        The catalogue of a content pack, whose documents are found beside the library's.

    Raises
    ------
    QilianError
        At the first file that cannot be imported; the ones before it are in.
    """
    setup()
    from qilian.portal.library.comparing import imports
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.indexing import refresh

    before = [run.pk for run in imports()]
    accounts = []
    for path in paths:
        with _progress(path.name, console) as report:
            account = import_file(path, source=source, dated=dated, report=report)
        print_account(account, console, language)
        accounts.append(account)
    with _progress(Text("检索", "search").say(language), console) as report:
        refresh(table, report)
    if before:
        from qilian.portal.library.news import tell_followers
        from qilian.portal.rulebook.reading import pack

        tell_followers(before[-1], None, pack())
    return accounts


def print_account(account: "Account", console: "Console", language: Language = "zh") -> None:
    """Print what an import found; the counts after the first add up to it."""
    counts = "  ".join(f"{words.say(language)} {getattr(account, name):,}" for name, words in _COUNTS.items())
    console.print(f"{account.source} {account.dated}: {counts}", highlight=False, soft_wrap=True, markup=False)
    if account.gone:
        gone = Text(f"来源不再收录 {account.gone:,} 份", f"no longer in the source: {account.gone:,}")
        console.print(f"  {gone.say(language)}", highlight=False, soft_wrap=True)
    if account.kept:
        kept = Text(
            f"文件不足来源的一半，按补充处理；其余 {account.kept:,} 份保留",
            f"the file has less than half of the source and is an addition: {account.kept:,} others are kept",
        )
        console.print(f"  {kept.say(language)}", highlight=False, soft_wrap=True)
    for member, reason in account.rejections[:_SHOWN_REJECTIONS]:
        console.print(
            f"  {_COUNTS['rejected'].say(language)} {member}: {reason}", highlight=False, soft_wrap=True, markup=False
        )
    if account.rejected > _SHOWN_REJECTIONS:
        console.print(
            f"  … {account.rejected - _SHOWN_REJECTIONS:,}: qilian standards doctor", highlight=False, soft_wrap=True
        )


def account_json(account: "Account") -> "dict[str, Json]":
    """Return an account as ``standards import --json`` prints it."""
    return {
        "source": account.source,
        "file": account.file,
        "dated": account.dated.isoformat(),
        **{name: getattr(account, name) for name in (*_COUNTS, "gone", "kept")},
        "rejections": [{"member": member, "reason": reason} for member, reason in account.rejections],
    }


def show(ref: "StandardRef", on: date, table: "Catalogue | None" = None) -> "Answer":
    """Return what is known of a reference on a date; its ``as_json`` is ``standards show --json``.

    Parameters
    ----------
    table
        The catalogue of a content pack, which answers for what the library does not hold.
    """
    setup()
    from qilian.portal.library.looking_up import look_up

    return look_up(ref, on, table)


def catalogue(table: "Catalogue") -> "Catalogue":
    """Return what a plan judges by: a pack's table with what the library holds of its documents.

    While there is no library this is the table itself, at no cost: no database is made, and Django is not loaded.
    """
    if not is_database_made():
        return table
    setup()
    from qilian.portal.library.looking_up import catalogue_for

    return catalogue_for(table)


def catalogue_around(refs: "Sequence[StandardRef]", table: "Catalogue") -> "Catalogue":
    """Return what the library and a pack's table say of some references; the table itself while there is no library."""
    if not refs or not is_database_made():
        return table
    setup()
    from qilian.portal.library.looking_up import catalogue_around as around

    return around(refs, table)


def print_answer(answer: "Answer", console: "Console", language: Language = "zh") -> None:
    """Print an answer: the edition and its standing, its codes, its neighbours, its line of time, the sources."""
    entry, record = answer.entry, answer.record

    def line(zh: str, en: str, value: str) -> None:
        if value:
            console.print(f"{Text(zh, en).say(language)}: {value}", highlight=False, soft_wrap=True, markup=False)

    subject = str(entry.edition.ref) if entry.edition else str(entry.reference)
    console.print(f"{subject}  {entry.title.say(language)}", highlight=False, soft_wrap=True, markup=False)
    line(f"{entry.on} 状态", f"on {entry.on}", entry.standing.say(language))
    line("发布", "published", str(entry.published or ""))
    if record:
        words = stage_words(record.stage).say(language) if record.stage else ""
        seen = entry.edition.source_seen if entry.edition else None
        line(f"阶段（{seen}）", f"stage on {seen}", f"{record.stage} {words}".strip())
        line("技术委员会", "committee", record.committee)
        line("ICS", "ICS", ", ".join(record.ics))
    line("代替", "replaces", ", ".join(map(str, entry.replaces)))
    line("被代替", "replaced by", ", ".join(map(str, entry.replaced_by)))
    line("修改单", "amended by", ", ".join(map(str, entry.amended_by)))
    line("在编修订", "drafts under way", ", ".join(map(str, entry.under_revision_by)))
    for each in entry.equivalents:
        line("等效", "equivalent", f"{each.reference} ({each.degree.value}): {each.remark.say(language)}")
    if entry.timeline:
        line("时间线", "line of time", f"{len(entry.timeline)}")
    print_changes(entry.timeline, console, language)
    for snapshot in answer.snapshots:
        line("目录", "catalogue", snapshot.words.say(language))


def changes(after: date, until: date, table: "Catalogue | None" = None) -> "tuple[Change, ...]":
    """Return what happened after a day and up to another; with a pack's table, to its documents only."""
    setup()
    from qilian.portal.library import comparing

    return comparing.changes(after, until, table)


def changes_json(found: "Iterable[Change]", language: Language = "zh") -> "list[Json]":
    """Return changes as ``standards changes --json`` prints them."""
    return [
        {
            "date": str(change.when),
            "inferred": change.when.inferred,
            "reference": str(change.reference),
            "what": change.what.say(language),
        }
        for change in found
    ]


def moves(after_import: int, until_import: int | None, table: "Catalogue | None" = None) -> "tuple[Move, ...]":
    """Return what the imports after one and up to another found; with a pack's table, of its documents only.

    Raises
    ------
    LibraryError
        If there is no such import.
    """
    setup()
    from qilian.portal.library import comparing

    return comparing.moves(after_import, until_import, table)


def moves_json(found: "Iterable[Move]", language: Language = "zh") -> "list[Json]":
    """Return differences between imports as ``standards changes --after-import --json`` prints them."""
    return [
        {
            "import": move.found_by,
            "source": move.source,
            "dated": move.dated.isoformat(),
            "reference": str(move.reference),
            "kind": move.kind,
            "before": move.before,
            "after": move.after,
            "what": move.what.say(language),
        }
        for move in found
    ]


def print_moves(found: "Iterable[Move]", console: "Console", language: Language = "zh") -> None:
    """Print differences between imports, those of one import under its number, source and day."""
    for (number, source, dated), some in groupby(found, key=lambda move: (move.found_by, move.source, move.dated)):
        console.print(f"{number}  {source} {dated}", highlight=False, markup=False, soft_wrap=True)
        for move in some:
            line = f"  {move.reference}  {move.what.say(language)}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)


def imports_json() -> "list[Json]":
    """Return the finished imports, the oldest first, as ``standards imports --json`` prints them."""
    setup()
    from qilian.portal.library import comparing

    return [
        {
            "import": run.id,
            "source": run.source.name,
            "file": run.file,
            "dated": run.dated.isoformat(),
            "finished": run.finished.isoformat(timespec="seconds") if run.finished else None,
            **{name: getattr(run, name) for name in (*_COUNTS, "gone")},
        }
        for run in comparing.imports()
    ]


def print_imports(found: "Iterable[Json]", console: "Console", language: Language = "zh") -> None:
    """Print imports, one line each; the number is what ``changes --after-import`` takes."""
    for run in found:
        assert isinstance(run, dict)
        counts = "  ".join(f"{words.say(language)} {run[name]:,}" for name, words in _COUNTS.items())
        line = f"{run['import']}  {run['source']} {run['dated']}  {counts}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def print_changes(found: "Iterable[Change]", console: "Console", language: Language = "zh") -> None:
    """Print changes, one line each; a date that no source gives is marked."""
    mark = Text("（推定）", " (inferred)").say(language)
    for change in found:
        inferred = mark if change.when.inferred else ""
        line = f"  {change.when!s:10}  {change.reference}  {change.what.say(language)}{inferred}"
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def doctor(console: "Console", *, examples: int = 10, language: Language = "zh") -> int:
    """Print what is odd in the data, by kind with some examples; return the number of findings.

    Parameters
    ----------
    examples
        How many of each kind to print; 0 for all.
    """
    setup()
    from qilian.portal.library.doctor import KINDS, examine

    total = 0
    for kind, findings in groupby(examine(), key=lambda finding: finding.kind):
        some = list(findings)
        total += len(some)
        console.print(f"{KINDS[kind].say(language)}: {len(some):,}", highlight=False, soft_wrap=True, markup=False)
        for finding in some[: examples or None]:
            console.print(f"  {finding.subject}  {finding.detail}", highlight=False, soft_wrap=True, markup=False)
    return total


@contextmanager
def _progress(name: str, console: "Console") -> "Iterator[Report]":
    """Show a bar on a terminal: members compared, then members parsed and stored."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from qilian.portal.library.importing import Progress as Step

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def report(step: Step) -> None:
            bar.update(task, description=f"{name} {step.phase}", completed=step.done, total=step.total)

        yield report
