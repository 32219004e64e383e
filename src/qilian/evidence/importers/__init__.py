"""Evidence files of several forms, read into reports: one door that recognises the form by its content.

In comes a file; out come reports. A file that is none of the known forms is refused with one line that says why.
"""

from collections.abc import Iterable
from pathlib import Path

from qilian.documents import DocumentError, read_bytes
from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers import own
from qilian.evidence.importers.bounded import load_json, sha256
from qilian.evidence.importers.own import (
    CSV_COLUMNS,
    content_digest,
    read_csv,
    read_json,
    report_from_data,
    report_to_data,
)
from qilian.evidence.importers.untp import is_untp, report_from_untp
from qilian.evidence.model import Report, Source

MAX_BYTES = 40_000_000


def read_evidence(path: Path) -> tuple[Report, ...]:
    """Read the reports of one file: our JSON or CSV, UNTP credential, IDTA 02065-1 (AAS JSON or AASX), PTB DCC XML.

    Raises
    ------
    NotEvidence
        If the file cannot be read or is none of them.
    """
    try:
        data = read_bytes(path, MAX_BYTES)
    except DocumentError as error:
        raise NotEvidence(error.what, where=error.where, mend=error.mend) from None
    return read_evidence_bytes(data, path.name)


def read_reports(paths: Iterable[Path]) -> tuple[Report, ...]:
    """Read the reports of several files, and of all files of folders but hidden ones and README files.

    Raises
    ------
    NotEvidence
        At the first file that cannot be read or holds no evidence.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.is_file())
            files.extend(each for each in inside if not each.name.startswith((".", "README")))
        else:
            files.append(path)
    return tuple(report for file in files for report in read_evidence(file))


def read_evidence_bytes(data: bytes, name: str) -> tuple[Report, ...]:
    """Read the reports of a file's content; ``name`` is for messages, and its ending ``.csv`` for tables.

    Raises
    ------
    NotEvidence
        If it is none of the known forms.
    """
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK\x03\x04"):
        from qilian.evidence.importers.idta import read_aasx

        return read_aasx(data, name)
    if start.startswith(b"<"):
        from qilian.evidence.importers.ptb import read_ptb

        return (read_ptb(data, name),)
    if start.startswith(b"{"):
        return _json(data, name)
    if start.startswith(b"ey") and data.count(b".") >= 2 and b"\n" not in data.strip():
        raise NotEvidence("a signed credential", where=name, mend="qilian evidence verify reads it")
    if name.lower().endswith(".csv"):
        return read_csv(data, name)
    raise NotEvidence(
        "no known form of evidence",
        where=name,
        mend="our JSON or CSV (named .csv), UNTP credential, AAS JSON or AASX, or PTB DCC XML",
    )


def _json(data: bytes, name: str) -> tuple[Report, ...]:
    value = load_json(data, name)
    if isinstance(value, dict):
        if value.get("format") == own.FORMAT:
            return (read_json(data, name),)
        if is_untp(value):
            return (report_from_untp(value, Source("untp-dcc", name, sha256(data))),)
        if "submodels" in value or "assetAdministrationShells" in value:
            from qilian.evidence.importers.idta import read_aas_json

            return read_aas_json(data, name)
    raise NotEvidence(
        "JSON of no known form",
        where=name,
        mend=f'write "format": "{own.FORMAT}", or give a UNTP credential or an AAS environment',
    )


__all__ = [
    "CSV_COLUMNS",
    "content_digest",
    "read_csv",
    "read_evidence",
    "read_evidence_bytes",
    "read_json",
    "read_reports",
    "report_from_data",
    "report_to_data",
]
