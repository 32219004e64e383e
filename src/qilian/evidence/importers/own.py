"""Our own report files: JSON (``qilian-report/1``) and CSV (one row for each test), in and out.

The JSON form has a published schema. A seal of kind ``digest`` is checked here: it closes the content against change by
accident or by hand, but anyone can make it, so a digest that fits proves nothing about the author.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers.bounded import Json, fitted, load_json, sha256
from qilian.evidence.importers.references import reference_of
from qilian.evidence.model import (
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Quantity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Seal,
    SealState,
    Source,
    Uncertainty,
)
from qilian.standards import StandardRef
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.evidence.importers.door import AccreditationForm, ReportedTestForm, ReportForm, ScopeForm

FORMAT = "qilian-report/1"
CSV_FORMAT = "qilian-csv/1"
MAX_ROWS = 100_000

_HEAD = (
    "kind", "title", "issued", "tested_from", "tested_until", "valid_until", "laboratory", "laboratory_id", "country",
    "scheme", "accreditation", "valid_from_accreditation", "valid_until_accreditation", "scope", "arrangements",
    "model", "product_id", "maker", "family", "variants", "serial", "sample", "seal", "sealed_by", "example", "notice",
)  # fmt: skip
_ROW = (
    "test_row", "name", "method", "clause", "test", "outcome", "value", "unit", "uncertainty", "coverage_factor",
    "requirement", "tested",
)  # fmt: skip
CSV_COLUMNS = ("report", *_HEAD, *_ROW)
"""The columns of the CSV form; ``scope``, ``arrangements`` and ``variants`` hold several, separated by semicolons."""


def read_json(data: bytes, name: str) -> Report:
    """Read one report of the form ``qilian-report/1``.

    Raises
    ------
    NotEvidence
        One line that names the file, the field and the mend.
    """
    return replace(report_from_data(load_json(data, name), name), source=Source(FORMAT, name, sha256(data)))


def report_from_data(data: Json, where: str) -> Report:
    """Return the report that plain JSON values of the form ``qilian-report/1`` say, with its digest checked.

    Raises
    ------
    NotEvidence
        For the first field that does not fit.
    """
    from qilian.evidence.importers.door import ReportForm

    form = fitted(data, ReportForm, where)
    assert isinstance(data, dict)
    return replace(_report(form), seal=_checked(form, data))


def report_to_data(report: Report) -> dict[str, Json]:
    """Return a report as plain JSON values of the form ``qilian-report/1``; what is not said is left out."""
    data: dict[str, Json] = {
        "format": FORMAT,
        "id": report.id,
        "kind": report.kind.value,
        "title": _text(report.title),
        "issued": _day(report.issued),
        "tested": _filled({"from": _day(report.tested_from), "until": _day(report.tested_until)}),
        "valid_until": _day(report.valid_until),
        "replaces": report.replaces,
        "laboratory": _laboratory(report.laboratory),
        "product": _filled(
            {
                "id": report.product.id,
                "maker": report.product.maker,
                "family": report.product.family,
                "variants": list(report.product.variants),
            }
        )
        | {"model": report.product.model},
        "sample": _filled(
            {
                "id": report.sample.id,
                "serial": report.sample.serial,
                "received": _day(report.sample.received),
                "drawn_by": report.sample.drawn_by,
            }
        ),
        "tests": [_test(test) for test in report.tests],
        "example": report.example,
        "notice": _text(report.notice),
    }
    if report.seal.kind != "none":
        data["seal"] = _filled({"kind": report.seal.kind, "by": report.seal.by, "digest": report.seal.digest})
    return _filled(data)


def content_digest(data: Mapping[str, Json]) -> str:
    """Return ``sha-256:…`` of a report's values without its seal: keys sorted, no spaces, UTF-8."""
    content = {key: value for key, value in data.items() if key != "seal"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return "sha-256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_csv(data: bytes, name: str) -> tuple[Report, ...]:
    """Read reports from a table with the columns :data:`CSV_COLUMNS`; rows of one report need not stand together.

    Raises
    ------
    NotEvidence
        For the first line that does not fit.
    """
    from qilian.evidence.importers.door import ReportForm

    rows = _rows(data, name)
    reports: dict[str, dict[str, Json]] = {}
    heads: dict[str, tuple[str, ...]] = {}
    for line, row in rows:
        number = row["report"]
        head = tuple(row[column] for column in _HEAD)
        if heads.setdefault(number, head) != head:
            column = next(c for c, old, new in zip(_HEAD, heads[number], head, strict=True) if old != new)
            raise NotEvidence(
                f"{column}: differs from an earlier row of report {number[:60]}",
                where=f"{name} line {line}",
                mend="write the same in every row of a report",
            )
        if number not in reports:
            reports[number] = _csv_head(row, f"{name} line {line}")
        tests = reports[number]["tests"]
        assert isinstance(tests, list)
        tests.append(_csv_test(row, f"{name} line {line}"))
    source = Source(CSV_FORMAT, name, sha256(data))
    made = []
    for number, values in reports.items():
        report = _report(fitted(values, ReportForm, f"{name} report {number[:60]}"))
        made.append(replace(report, source=source))
    return tuple(made)


def schema() -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of ``qilian-report/1``."""
    from pydantic import TypeAdapter

    from qilian.evidence.importers.door import ReportForm

    made = TypeAdapter[object](ReportForm).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:qilian:report:1", **made}


def _report(form: "ReportForm") -> Report:
    return Report(
        id=form.id,
        kind=ReportKind(form.kind),
        title=form.title,
        laboratory=IssuingLaboratory(
            name=form.laboratory.name,
            id=form.laboratory.id,
            country=form.laboratory.country,
            accreditations=tuple(_accreditation(each) for each in form.laboratory.accreditations),
        ),
        product=ProductIdentity(
            model=form.product.model,
            id=form.product.id,
            maker=form.product.maker,
            family=form.product.family,
            variants=tuple(form.product.variants),
        ),
        tests=tuple(_reported(each) for each in form.tests),
        issued=form.issued,
        tested_from=form.tested.from_,
        tested_until=form.tested.until,
        valid_until=form.valid_until,
        sample=Sample(form.sample.id, form.sample.serial, form.sample.received, form.sample.drawn_by),
        seal=Seal(
            form.seal.kind,
            SealState.ABSENT if form.seal.kind == "none" else SealState.UNCHECKED,
            form.seal.by,
            form.seal.digest,
        ),
        replaces=form.replaces,
        example=form.example,
        notice=form.notice,
    )


def _accreditation(form: "AccreditationForm") -> AccreditationClaim:
    return AccreditationClaim(
        form.scheme,
        form.number,
        form.valid_from,
        form.valid_until,
        tuple(_scope(each) for each in form.scope),
        tuple(form.arrangements),
    )


def _scope(form: "ScopeForm") -> ScopeClaim:
    reference = StandardRef.parse_or_named(form.reference)
    return ScopeClaim(reference.without_clause, form.clause or reference.clause, form.test)


def _reported(form: "ReportedTestForm") -> ReportedTest:
    method = reference_of(form.method) if form.method else None
    clause = form.clause or (method.clause if method else "")
    return ReportedTest(
        id=form.id,
        name=form.name,
        method=method.without_clause if method else None,
        clause=clause,
        test=form.test,
        outcome=Outcome(form.outcome) if form.outcome else None,
        measured=Quantity(form.measured.value, form.measured.unit) if form.measured else None,
        uncertainty=Uncertainty(
            form.uncertainty.value,
            form.uncertainty.unit,
            form.uncertainty.coverage_factor,
            form.uncertainty.coverage_probability,
        )
        if form.uncertainty
        else None,
        requirement=form.requirement,
        tested=form.tested,
    )


def _checked(form: "ReportForm", data: dict[str, Json]) -> Seal:
    """Compare the digest that the report carries with that of its content."""
    seal = _report(form).seal
    if seal.kind != "digest":
        return seal
    if not seal.digest:
        return replace(seal, state=SealState.BROKEN, remark="a digest seal without a digest")
    if content_digest(data) != seal.digest:
        return replace(seal, state=SealState.BROKEN, remark="the content does not have the digest that it carries")
    return replace(seal, remark="the digest fits the content; nobody signed it")


def _rows(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    if len(data) > 40_000_000:
        raise NotEvidence("larger than 40 MB", where=name, mend="split the table")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotEvidence("not UTF-8 text", where=name, mend="save it as CSV UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        unknown = [column for column in header if column not in CSV_COLUMNS]
        absent = [c for c in ("report", "laboratory", "model", "name", "method") if c not in header]
        if unknown or absent or len(set(header)) != len(header):
            fault = f"{unknown[0][:40]!r} is not a column" if unknown else f"no column {', '.join(absent)}"
            mend = f"columns: {', '.join(CSV_COLUMNS)}"
            raise NotEvidence(fault if unknown or absent else "a column twice", where=f"{name} line 1", mend=mend)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) or len(rows) >= MAX_ROWS:
                fault = "more cells than columns" if len(cells) > len(header) else f"more than {MAX_ROWS} rows"
                raise NotEvidence(fault, where=f"{name} line {reader.line_num}", mend="mend the table")
            row = dict.fromkeys(CSV_COLUMNS, "")
            row.update(zip(header, (cell.strip() for cell in cells), strict=False))
            rows.append((reader.line_num, row))
    except csv.Error as error:
        raise NotEvidence(f"not CSV: {error}", where=f"{name} line {reader.line_num}", mend="mend the line") from None
    if not rows:
        raise NotEvidence("no rows", where=name, mend="write a row for each test")
    return rows


def _csv_head(row: dict[str, str], where: str) -> dict[str, Json]:
    accreditation = _filled(
        {
            "scheme": row["scheme"],
            "number": row["accreditation"],
            "valid_from": row["valid_from_accreditation"],
            "valid_until": row["valid_until_accreditation"],
            "scope": [{"reference": each} for each in _several(row["scope"])],
            "arrangements": [*_several(row["arrangements"])],
        }
    )
    if row["example"] not in ("", "yes", "no"):
        raise NotEvidence("example: not yes or no", where=where, mend="write yes or no")
    return _filled(
        {
            "format": FORMAT,
            "id": row["report"],
            "kind": row["kind"] or "test_report",
            "title": row["title"],
            "issued": row["issued"],
            "tested": _filled({"from": row["tested_from"], "until": row["tested_until"]}),
            "valid_until": row["valid_until"],
            "laboratory": _filled(
                {
                    "id": row["laboratory_id"],
                    "country": row["country"],
                    "accreditations": [accreditation] if accreditation else [],
                }
            )
            | {"name": row["laboratory"]},
            "sample": _filled({"serial": row["serial"], "id": row["sample"]}),
            "seal": _filled({"kind": row["seal"], "by": row["sealed_by"]}),
            "example": row["example"] == "yes",
            "notice": row["notice"],
        }
    ) | {
        "tests": [],
        "product": _filled(
            {
                "id": row["product_id"],
                "maker": row["maker"],
                "family": row["family"],
                "variants": [*_several(row["variants"])],
            }
        )
        | {"model": row["model"]},
    }


def _csv_test(row: dict[str, str], where: str) -> dict[str, Json]:
    measured: Json = {"value": _number(row, "value", where), "unit": row["unit"]} if row["value"] else None
    uncertainty = (
        _filled(
            {
                "value": _number(row, "uncertainty", where),
                "coverage_factor": _number(row, "coverage_factor", where) if row["coverage_factor"] else None,
            }
        )
        if row["uncertainty"]
        else None
    )
    return _filled(
        {
            "id": row["test_row"] or f"line {where.rpartition(' ')[2]}",
            "method": row["method"],
            "clause": row["clause"],
            "test": row["test"],
            "outcome": row["outcome"],
            "measured": measured,
            "uncertainty": uncertainty,
            "requirement": row["requirement"],
            "tested": row["tested"],
        }
    ) | {"name": row["name"]}


def _number(row: dict[str, str], column: str, where: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise NotEvidence(f"{column}: {row[column][:40]!r} is not a number", where=where, mend="write 0.05") from None


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(";") if each.strip()]


def _laboratory(laboratory: IssuingLaboratory) -> dict[str, Json]:
    accreditations: list[Json] = [
        _filled(
            {
                "scheme": each.scheme,
                "number": each.number,
                "valid_from": _day(each.valid_from),
                "valid_until": _day(each.valid_until),
                "scope": [
                    _filled({"reference": str(line.reference), "clause": line.clause, "test": line.test})
                    for line in each.scope
                ],
                "arrangements": list(each.arrangements),
            }
        )
        for each in laboratory.accreditations
    ]
    return _filled(
        {
            "name": _text(laboratory.name),
            "id": laboratory.id,
            "country": laboratory.country,
            "accreditations": accreditations,
        }
    )


def _test(test: ReportedTest) -> dict[str, Json]:
    measured, uncertainty = test.measured, test.uncertainty
    return _filled(
        {
            "id": test.id,
            "name": _text(test.name),
            "method": str(test.method) if test.method else None,
            "clause": test.clause,
            "test": test.test,
            "outcome": test.outcome.value if test.outcome else None,
            "measured": {"value": measured.value, "unit": measured.unit} if measured else None,
            "uncertainty": _filled(
                {
                    "value": uncertainty.value,
                    "unit": uncertainty.unit,
                    "coverage_factor": uncertainty.coverage_factor,
                    "coverage_probability": uncertainty.coverage_probability,
                }
            )
            if uncertainty
            else None,
            "requirement": test.requirement,
            "tested": _day(test.tested),
        }
    )


def _filled(data: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what is not said."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {}) and value is not False}


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en} if text else None


def _day(day: date | None) -> Json:
    return day.isoformat() if day else None
