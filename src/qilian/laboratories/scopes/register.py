"""What is known of the laboratories besides their scopes: name, region, tier and accreditations.

In comes a register (CSV or XLSX with the columns of :data:`COLUMNS`); out go :class:`ScopeLaboratory` records. A
laboratory that no register names has no known region, tier or accreditation, and so meets no demand for one, unless
the demand takes those of which no accreditation is known.
"""

import json
from collections.abc import Mapping, Sequence
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
            raise LaboratoryError(row.why.en, where=where)
        one = _laboratory(row, header, where)
        known = found.get(one.id)
        if known is not None:
            accreditations = known.accreditations + one.accreditations
            one = ScopeLaboratory(one.id, one.name, one.region, one.tier, accreditations)
        found[one.id] = one
    return found


def load_register(folder: Path) -> dict[str, ScopeLaboratory]:
    """Read what :func:`save_register` wrote; nothing if it never did."""
    path = folder / "register.json"
    if not path.exists():
        return {}
    return {
        own: ScopeLaboratory(own, name, region, tier, tuple(accreditation(cells) for cells in held))
        for own, name, region, tier, held in json.loads(path.read_text(encoding="utf-8"))
    }


def save_register(folder: Path, register: Mapping[str, ScopeLaboratory]) -> None:
    """Keep a register in a folder, whole or not at all."""

    def cells(held: Accreditation) -> list[str]:
        return [held.scheme, held.number, held.valid_from.isoformat(), held.valid_until.isoformat()]

    said = [
        [one.id, one.name, one.region, one.tier, [cells(held) for held in one.accreditations]]
        for one in register.values()
    ]
    draft = folder / ".register.draft"
    draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / "register.json")


def accreditation(cells: Sequence[str]) -> Accreditation:
    """Make an accreditation of scheme, number, first and last day."""
    return Accreditation(cells[0], cells[1], date.fromisoformat(cells[2]), date.fromisoformat(cells[3]))


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
