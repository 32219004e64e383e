"""Takes in the scope table that a laboratory uploads: long work with its progress, and an account of every row.

In comes a file; the job reads it row by row, keeps what became of each, and puts it in the place of the laboratory's
earlier table among the scopes in QILIAN_HOME. Until that is done the earlier one is in force, also if somebody cancels.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.laboratories.scopes import UPLOAD, RowAccount, ScopeLaboratory, keep_upload, read_upload
from qilian.laboratories.scopes.bounds import check_bounds
from qilian.laboratories.scopes.journal import open_table
from qilian.laboratories.scopes.tables import read_table
from qilian.portal.accounts.actor import Actor
from qilian.portal.errors import PortalError
from qilian.portal.home import SCOPES_FOLDER, home_folder
from qilian.portal.jobs.models import State
from qilian.portal.jobs.running import Running, start
from qilian.portal.network.models import Laboratory, ScopeRow, ScopeTable
from qilian.portal.network.searching import accreditations
from qilian.portal.site.uploads import Upload
from qilian.text import Language, Text

KIND = "network.scope_table"
MAX_BYTES = UPLOAD.packed_bytes
_READING = 70
"""The rows are so many hundredths of the work, the index is the rest."""

_BATCH = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnderWayError(PortalError):
    """An upload while another one of the laboratory is being read."""


def under_way(laboratory: Laboratory) -> ScopeTable | None:
    """Return the table of a laboratory that waits or is being read."""
    waiting = laboratory.scope_tables.filter(job__state__in=(State.WAITING, State.RUNNING), job__is_cancel_asked=False)
    return waiting.defer("content").select_related("job").first()


@transaction.atomic
def begin(laboratory: Laboratory, actor: Actor, file: Upload) -> ScopeTable:
    """Keep an uploaded file and start the job that takes it over.

    Raises
    ------
    LaboratoryError
        If the file is no table whose columns are known.
    UnderWayError
        If an upload of the laboratory is under way.
    """
    with _as_file(file.kind, file.content) as path:
        check_bounds(path)
        open_table(path, laboratory=laboratory.code, sole=True)
    locked = Laboratory.objects.select_for_update().get(pk=laboratory.pk)
    if under_way(locked):
        raise UnderWayError(_("A table is being read already."), mend=_("Wait for it, or cancel it."))
    locked.scope_tables.filter(in_force__isnull=True).delete()
    table = ScopeTable.objects.create(
        laboratory=locked, uploaded_by=actor.user, name=file.name, kind=file.kind, content=file.content
    )
    table.job = start(actor, KIND, {"table": table.pk})
    table.save(update_fields=["job"])
    return table


def take_over(running: Running) -> dict[str, Any]:
    """Read a table and put it in force; the work of the job. What was begun is undone if it cannot be ended."""
    table = ScopeTable.objects.select_related("laboratory").get(pk=running.job.arguments["table"])
    try:
        with _as_file(table.kind, table.content) as path:
            _keep_rows(table, path, running)
            if table.taken:
                running.report(_READING, 100)
                keep_upload(
                    path, home_folder() / SCOPES_FOLDER, table.laboratory.code, standing=_standing(table.laboratory)
                )
    except BaseException:
        table.rows.all().delete()
        raise
    with transaction.atomic():
        if table.taken:
            table.laboratory.scope_tables.exclude(pk=table.pk).delete()
            table.in_force = timezone.now()
        table.save(update_fields=["columns", "taken", "unread", "in_force"])
    return {"url": reverse("network:scope_table")}


def unread_csv(table: ScopeTable, language: Language) -> str:
    """Return the rows that were not taken over as CSV: line, reason, mend, and the beginning of the row."""
    stream = io.StringIO()
    stream.write("\ufeff")  # tells spreadsheets that it is UTF-8
    writer = csv.writer(stream)
    writer.writerow(Text(zh, en).say(language) for zh, en in _HEADER)
    for row in table.rows.filter(is_taken=False).iterator(chunk_size=1000):
        text = f"'{row.text}" if row.text.startswith(_FORMULA) else row.text
        writer.writerow((row.line, row.why.say(language), row.how.say(language), text))
    return stream.getvalue()


_HEADER = (("行号", "line"), ("原因", "reason"), ("如何修改", "mend"), ("该行内容", "row"))


@contextmanager
def _as_file(kind: str, content: bytes | memoryview) -> Iterator[Path]:
    """Put a table into a file for the length of a block: its reader wants one."""
    with TemporaryDirectory(prefix="qilian-") as folder:
        path = Path(folder) / f"scope.{kind}"
        path.write_bytes(content)
        yield path


def _keep_rows(table: ScopeTable, path: Path, running: Running) -> None:
    check_bounds(path)
    expected = max(1, sum(1 for _ in read_table(path)[1]))
    waiting: list[ScopeRow] = []

    def heard(row: RowAccount) -> None:
        waiting.append(_row(table, row))
        if len(waiting) >= _BATCH:
            ScopeRow.objects.bulk_create(waiting)
            table.taken += sum(each.is_taken for each in waiting)
            table.unread += sum(not each.is_taken for each in waiting)
            waiting.clear()
            running.report(min(_READING, _READING * (table.taken + table.unread) // expected), 100)

    account = read_upload(path, table.laboratory.code, heard=heard)
    ScopeRow.objects.bulk_create(waiting)
    table.columns, table.taken, table.unread = account.columns, account.taken, account.unread


def _row(table: ScopeTable, row: RowAccount) -> ScopeRow:
    said = row.wording
    return ScopeRow(
        table=table,
        line=row.line,
        is_taken=said is not None,
        object=said.object if said else "",
        parameter=said.parameter if said else "",
        standard=said.standard if said else "",
        limit=said.limit if said else "",
        references=list(row.references),
        limits=[f"{limit.name.replace('_', ' ')} {limit}" for limit in row.limits],
        unchecked=[[fault.text, fault.reason.zh, fault.reason.en] for fault in row.unchecked],
        reason=list(_both(row.reason)),
        mend=list(_both(row.mend)),
        text=row.text,
    )


def _both(words: Text | None) -> Iterator[str]:
    if words is not None:
        yield from (words.zh, words.en)


def _standing(laboratory: Laboratory) -> ScopeLaboratory:
    held = tuple(accreditations(laboratory.accreditations))
    return ScopeLaboratory(laboratory.code, laboratory.name, laboratory.region, laboratory.tier, held)
