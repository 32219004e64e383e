"""Which columns of a scope table hold what: ready maps for two kinds of table, and maps of one's own.

In comes the header of a table; out goes the :class:`ColumnMap` that fits it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from qilian.laboratories.errors import LaboratoryError


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns of each field; several columns of a field are joined, absent ones are passed over.

    Attributes
    ----------
    laboratory
        Name or id of the laboratory; empty where the whole table is of one laboratory.
    object, parameter, standard, limit
        What is tested, what is measured, by which method, within which limits.
    """

    name: str
    laboratory: tuple[str, ...]
    object: tuple[str, ...]
    parameter: tuple[str, ...]
    standard: tuple[str, ...]
    limit: tuple[str, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        """Return whether the table has a column for object, parameter and standard."""
        return all(set(own) & set(header) for own in (self.object, self.parameter, self.standard))

    def positions(self, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the positions of each field's columns in the header."""
        return {
            each.name: tuple(header.index(column) for column in getattr(self, each.name) if column in header)
            for each in fields(self)
            if each.name != "name"
        }


NABL = ColumnMap(
    "nabl",
    laboratory=("lab_file", "laboratory", "lab_name"),
    object=("material_or_product",),
    parameter=("parameter_or_test",),
    standard=("test_method_standard",),
    limit=("range", "limit"),
)
CNAS = ColumnMap(
    "cnas",
    laboratory=("labNameCh", "labName", "orgName", "laboratory"),
    object=("objCh", "objEn"),
    parameter=("paramCh", "paramEn"),
    standard=("stdCh", "stdEn"),
    limit=("limitCh", "limitEn"),
)
PLAIN = ColumnMap(
    "plain",
    laboratory=("laboratory", "实验室", "机构名称"),
    object=("object", "检测对象"),
    parameter=("parameter", "检测项目", "项目/参数"),
    standard=("standard", "检测标准", "检测标准(方法)"),
    limit=("limit", "限制范围"),
)
READY = (NABL, CNAS, PLAIN)


def map_for(header: Sequence[str], given: Mapping[str, str] | None = None) -> ColumnMap:
    """Return the map that fits a header.

    Parameters
    ----------
    given
        A map of one's own: field to column, several columns with ``+`` (``{"standard": "stdCh+stdEn"}``).

    Raises
    ------
    LaboratoryError
        If no ready map fits, or the given one names a field or column that does not exist.
    """
    if given:
        return _own(header, given)
    for ready in READY:
        if ready.fits(header):
            return ready
    raise LaboratoryError(
        f"the columns {', '.join(header[:8])} are of no known kind of table",
        mend="name the columns of object, parameter and standard",
    )


def _own(header: Sequence[str], given: Mapping[str, str]) -> ColumnMap:
    names = [each.name for each in fields(ColumnMap) if each.name != "name"]
    columns: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for name, cell in given.items():
        if name not in columns:
            raise LaboratoryError(f"{name}: not a field", mend=f"write one of {', '.join(names)}")
        columns[name] = tuple(part.strip() for part in cell.split("+"))
        absent = [column for column in columns[name] if column not in header]
        if absent:
            raise LaboratoryError(f"column {absent[0]} is missing", mend=f"the table has {', '.join(header[:12])}")
    made = ColumnMap("own", **columns)
    if not made.fits(header):
        raise LaboratoryError("a map without object, parameter or standard", mend="name a column for each of them")
    return made
