"""What is known of the laboratories besides their scopes: name, region, tier and accreditations.

In comes a register (CSV or XLSX with the columns of :data:`COLUMNS`); out go :class:`ScopeLaboratory` records. A
laboratory that no register names has no known region, tier or accreditation, and so meets no demand for one.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.model import TIERS, Accreditation
from qilian.laboratories.scopes.tables import Row, UnreadRow, read_table

COLUMNS = ("id", "name", "region", "tier", "scheme", "number", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class ScopeLaboratory:
    """A laboratory of a scope table.

    Attributes
    ----------
    id
        What the scope table calls it.
    region
        Six-digit code (GB/T 2260), empty if unknown.
    tier
        One of :data:`~qilian.laboratories.TIERS`, empty if unknown.
    """

    id: str
    name: str
    region: str = ""
    tier: str = ""
    accreditations: tuple[Accreditation, ...] = ()


def read_register(path: Path) -> dict[str, ScopeLaboratory]:
    """Read a register; a laboratory with several accreditations has a row for each.

    Raises
    ------
    LaboratoryError
        For the first row that cannot be read, with its line.
    """
    header, rows = read_table(path)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise LaboratoryError(f"column {missing[0]} is missing", where=path.name, mend=f"give {', '.join(COLUMNS)}")
    found: dict[str, ScopeLaboratory] = {}
    for row in rows:
        where = f"{path.name} line {row.line}"
        if isinstance(row, UnreadRow):
            raise LaboratoryError(row.why, where=where)
        one = _laboratory(row, header, where)
        known = found.get(one.id)
        if known is not None:
            accreditations = known.accreditations + one.accreditations
            one = ScopeLaboratory(one.id, one.name, one.region, one.tier, accreditations)
        found[one.id] = one
    return found


def _laboratory(row: Row, header: list[str], where: str) -> ScopeLaboratory:
    cell = {name: value.strip() for name, value in zip(header, row.cells, strict=True)}
    if not cell["id"]:
        raise LaboratoryError("a laboratory without id", where=where, mend="write what the scope table calls it")
    if cell["tier"] and cell["tier"] not in TIERS:
        raise LaboratoryError(f"tier {cell['tier']!r}", where=where, mend=f"write one of {', '.join(TIERS)}")
    if cell["region"] and not (cell["region"].isdecimal() and len(cell["region"]) == 6):
        raise LaboratoryError(f"region {cell['region']!r}", where=where, mend="write the six-digit code")
    held: tuple[Accreditation, ...] = ()
    if cell["valid_from"] or cell["valid_until"]:
        try:
            begin, end = date.fromisoformat(cell["valid_from"]), date.fromisoformat(cell["valid_until"])
            held = (Accreditation(cell["scheme"], cell["number"], begin, end),)
        except ValueError:
            raise LaboratoryError(
                f"{cell['valid_from']} to {cell['valid_until']}: not two dates", where=where, mend="write 2026-12-01"
            ) from None
    return ScopeLaboratory(cell["id"], cell["name"] or cell["id"], cell["region"], cell["tier"], held)
