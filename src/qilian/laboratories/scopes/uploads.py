"""Takes the scope table that a laboratory uploads for itself, with an account of every row.

In come a file within :class:`~qilian.laboratories.scopes.bounds.Bounds` and the laboratory that it belongs to; out goes
an :class:`UploadAccount`: what each row was understood to say, or why it was not taken over. Columns that name
laboratories are passed over: nobody uploads the scope of another.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.bounds import UPLOAD, Bounds, check_bounds
from qilian.laboratories.scopes.citations import read_citations
from qilian.laboratories.scopes.index import import_scopes
from qilian.laboratories.scopes.journal import TableLine, Wording, open_table
from qilian.laboratories.scopes.limits import Unread, limits_within, read_limits
from qilian.laboratories.scopes.register import ScopeLaboratory
from qilian.laboratories.scopes.tables import UnreadRow
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of one row of an upload.

    Attributes
    ----------
    line
        The line of the file on which the row starts.
    wording
        What the row says; None if it was not taken over.
    reason
        Why it was not taken over; None if it was.
    text, mend
        The beginning of a row that was not taken over, and how to mend it.
    references
        The standards that were read out of it, in their canonical spelling.
    limits, unchecked
        The limits that became numbers, and those that did not, with the reason.
    """

    line: int
    wording: Wording | None
    reason: Text | None = None
    text: str = ""
    references: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    unchecked: tuple[Unread, ...] = ()
    mend: Text | None = None


@dataclass(frozen=True, slots=True)
class UploadAccount:
    """What became of an upload: one entry for each row, in the order of the file.

    Attributes
    ----------
    columns
        Which column map fitted: ``nabl``, ``cnas``, ``plain``, or ``own``.
    """

    laboratory: str
    columns: str
    rows: tuple[RowAccount, ...]

    @property
    def taken(self) -> int:
        """How many rows were taken over."""
        return sum(row.reason is None for row in self.rows)

    @property
    def unread(self) -> int:
        """How many rows were not."""
        return len(self.rows) - self.taken


def read_upload(
    path: Path,
    laboratory: str,
    *,
    columns: Mapping[str, str] | None = None,
    bounds: Bounds = UPLOAD,
    heard: Callable[[RowAccount], None] | None = None,
) -> UploadAccount:
    """Read an uploaded table without keeping anything.

    Parameters
    ----------
    laboratory
        Id of the laboratory that the whole table belongs to.
    columns
        A map of one's own (see :func:`~qilian.laboratories.scopes.columns.map_for`).
    heard
        Is told of each row as soon as it is read; what it raises ends the reading.

    Raises
    ------
    LaboratoryError
        If the file is too large, no table, or its columns are not known.
    """
    if not laboratory.strip():
        raise LaboratoryError("an upload of no laboratory", where=path.name, mend="name the laboratory")
    check_bounds(path, bounds)
    table = open_table(path, columns=columns, laboratory=laboratory, sole=True)
    rows: list[RowAccount] = []
    for line in table.lines:
        if len(rows) == bounds.rows:
            raise LaboratoryError(f"more than {bounds.rows:,} rows", where=path.name, mend="split the table")
        rows.append(_account(line))
        if heard is not None:
            heard(rows[-1])
    return UploadAccount(laboratory, table.columns, tuple(rows))


def import_upload(
    path: Path,
    folder: Path,
    laboratory: str,
    *,
    columns: Mapping[str, str] | None = None,
    bounds: Bounds = UPLOAD,
    processes: int | None = None,
) -> UploadAccount:
    """Read an uploaded table and put it in the place of what the laboratory uploaded before.

    A table of which no row can be taken over changes nothing. The index is built anew, which takes as long as an
    import: call it from a background job.

    Parameters
    ----------
    folder
        Where scopes are kept.

    Raises
    ------
    LaboratoryError
        As :func:`read_upload`.
    """
    account = read_upload(path, laboratory, columns=columns, bounds=bounds)
    if account.taken:
        keep_upload(path, folder, laboratory, columns=columns, processes=processes)
    return account


def keep_upload(
    path: Path,
    folder: Path,
    laboratory: str,
    *,
    columns: Mapping[str, str] | None = None,
    standing: ScopeLaboratory | None = None,
    processes: int | None = None,
) -> None:
    """Put an upload that :func:`read_upload` took in the place of what the laboratory uploaded before.

    Parameters
    ----------
    standing
        Name, region, tier and accreditations of the laboratory; as they were known before if absent.
    """
    import_scopes(
        path,
        folder,
        columns=columns,
        laboratory=laboratory,
        name=upload_name(laboratory),
        sole=True,
        register={laboratory: standing} if standing else None,
        processes=processes,
    )


def upload_name(laboratory: str) -> str:
    """Return the name under which the upload of a laboratory is kept: different for different ids."""
    plain = re.sub(r"[^\w-]+", "_", laboratory)[:40]
    return f"upload-{plain}-{blake2b(laboratory.encode(), digest_size=4).hexdigest()}"


def _account(line: TableLine | UnreadRow) -> RowAccount:
    if isinstance(line, UnreadRow):
        return RowAccount(line.line, None, line.why, line.text, mend=line.mend)
    said = line.wording
    limits = read_limits(said.limit)
    return RowAccount(
        line.row,
        said,
        references=tuple(map(str, read_citations(said.standard).references)),
        limits=(*limits.read, *limits_within(said.object), *limits_within(said.parameter)),
        unchecked=limits.unread,
    )
