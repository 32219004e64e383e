"""The importers on good files: our JSON and CSV, UNTP, IDTA 02065-1 (JSON and AASX), PTB DCC; and what they refuse."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from qilian.evidence import NotEvidence, Outcome, Report, ReportKind, SealState, Source, read_evidence
from qilian.evidence.importers import CSV_COLUMNS, content_digest, read_evidence_bytes, report_to_data
from qilian.evidence.importers.own import schema

SHARED = Path(__file__).parents[3] / "shared" / "data"

DCC = """<?xml version="1.0" encoding="UTF-8"?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si" schemaVersion="VERSION">
<dcc:administrativeData><dcc:coreData><dcc:uniqueIdentifier>C-1</dcc:uniqueIdentifier>
<dcc:beginPerformanceDate>2026-01-05</dcc:beginPerformanceDate><dcc:endPerformanceDate>2026-01-06</dcc:endPerformanceDate>
</dcc:coreData><dcc:items><dcc:item><dcc:name><dcc:content lang="en">Laser tracker</dcc:content></dcc:name>
<dcc:model>LT-1</dcc:model></dcc:item></dcc:items><dcc:calibrationLaboratory><dcc:contact><dcc:name>
<dcc:content>Example calibration</dcc:content></dcc:name></dcc:contact></dcc:calibrationLaboratory>
</dcc:administrativeData>
<dcc:measurementResults><dcc:measurementResult><dcc:results><dcc:result><dcc:data><dcc:quantity><si:real>
<si:value>1.5</si:value><si:unit>\\metre</si:unit>UNCERTAINTY</si:real></dcc:quantity></dcc:data></dcc:result>
</dcc:results></dcc:measurementResult></dcc:measurementResults></dcc:digitalCalibrationCertificate>"""
OLD = "<si:expandedUnc><si:uncertainty>0.1</si:uncertainty><si:coverageFactor>2</si:coverageFactor></si:expandedUnc>"
NEW = (
    "<si:measurementUncertaintyUnivariate><si:expandedMU><si:valueExpandedMU>0.1</si:valueExpandedMU>"
    "<si:coverageFactor>2</si:coverageFactor></si:expandedMU></si:measurementUncertaintyUnivariate>"
)


def dcc(version: str = "3.1.2", uncertainty: str = OLD) -> bytes:
    return DCC.replace("VERSION", version).replace("UNCERTAINTY", uncertainty).encode()


def quality_document(number: str | None = "Q-7") -> dict[str, object]:
    """A filled-in environment with one quality document, made for this test."""

    def word(name: str, value: str | None, kind: str = "xs:string") -> dict[str, object]:
        return {"modelType": "Property", "idShort": name, "valueType": kind, "value": value}

    def words(name: str, text: str) -> dict[str, object]:
        return {"modelType": "MultiLanguageProperty", "idShort": name, "value": [{"language": "en", "text": text}]}

    def group(name: str | None, *members: dict[str, object]) -> dict[str, object]:
        made: dict[str, object] = {"modelType": "SubmodelElementCollection", "value": list(members)}
        return {**made, "idShort": name} if name else made

    def several(name: str, *members: dict[str, object]) -> dict[str, object]:
        kind = "SubmodelElementCollection"
        return {
            "modelType": "SubmodelElementList", "idShort": name, "typeValueListElement": kind, "value": list(members)
        }  # fmt: skip

    identification = group(None, words("IdentificationName", "Model"), word("IdentificationValue", "xArm 5"))
    serial = group(None, words("IdentificationName", "Serial number"), word("IdentificationValue", "S-9"))
    statement = group(
        None,
        word("DateOfStatement", "2026-05-20"),
        word("StatementReference", "IEC 60204-1:2016 18.2"),
        words("Declaration", "Protective bonding"),
        word("Conformity", "pass"),
    )
    instance = group(
        None,
        words("Title", "Electrical test report"),
        word("OrganizationOfficialName", "Example laboratory"),
        group(
            "AdministrativeData",
            group("CoreData", word("UniqueIdentifier", number), word("IssueDate", "2026-05-27")),
            group("Items", several("Identifications", identification, serial)),
            several("Statements", statement),
        ),
    )
    submodel = {
        "modelType": "Submodel",
        "id": "urn:example:quality:1",
        "idShort": "DigitalQualityDocuments",
        "submodelElements": [several("DocumentInstances", instance)],
    }
    return {"submodels": [submodel]}


def package() -> bytes:
    """The same document in an AASX package, written by the SDK."""
    from basyx.aas import model
    from basyx.aas.adapter.aasx import AASXWriter, DictSupplementaryFileContainer
    from basyx.aas.adapter.json import read_aas_json_file

    store = read_aas_json_file(io.StringIO(json.dumps(quality_document())), failsafe=False)
    submodel = next(iter(store))
    shell = model.AssetAdministrationShell(
        model.AssetInformation(model.AssetKind.INSTANCE, "urn:example:asset"), "urn:example:shell"
    )
    shell.submodel.add(model.ModelReference.from_referable(submodel))
    store.add(shell)
    stream = io.BytesIO()
    with AASXWriter(stream) as writer:
        writer.write_aas(shell.id, store, DictSupplementaryFileContainer(), write_json=True)
    return stream.getvalue()


# -- our own form ------------------------------------------------------------------------------------------------------


def test_own_files_fit_the_published_schema(repository: Path) -> None:
    """The example reports fit the JSON Schema in the repository, and that schema is the readers' own."""
    published = json.loads((repository / "src/qilian/evidence/schemas/report.schema.json").read_text("utf-8"))
    assert published == json.loads(json.dumps(schema()))
    for file in (repository / "examples/evidence").glob("*.json"):
        jsonschema.validate(json.loads(file.read_text("utf-8")), published)


def test_own_json_comes_back(example_reports: tuple[Report, ...]) -> None:
    """A report that is written and read again says the same; only what is known of its seal is found out anew."""
    for report in example_reports:
        written = json.dumps(report_to_data(report), ensure_ascii=False).encode()
        (again,) = read_evidence_bytes(written, "again.json")
        assert replace(again, seal=report.seal) == report
        assert again.source.format == "qilian-report/1"


def test_digest_seal_finds_any_change(repository: Path) -> None:
    """Seven example reports carry the digest of their content; in the eighth the content was changed afterwards."""
    for file in (repository / "examples/evidence").glob("*.json"):
        data = json.loads(file.read_text("utf-8"))
        (report,) = read_evidence(file)
        broken = file.name.startswith("08")
        assert (report.seal.state is SealState.BROKEN) == broken
        assert (content_digest(data) != data["seal"]["digest"]) == broken
    data["product"]["model"] += "x"
    (changed,) = read_evidence_bytes(json.dumps(data).encode(), "changed.json")
    assert changed.seal.state is SealState.BROKEN


CSV_ROWS = (
    "report,laboratory,model,name,method,clause,outcome,value,unit,uncertainty,scheme,accreditation,scope,tested_until",
    "R1,示例所,xArm 5,位姿准确度,GB/T 12642-2013,7.2.1,pass,0.2,mm,0.02,CNAS,L1,GB/T 12642; ISO 9283,2026-03-12",
    "R1,示例所,xArm 5,位姿重复性,GB/T 12642-2013,7.2.2,fail,,,,CNAS,L1,GB/T 12642; ISO 9283,2026-03-12",
    "R2,示例所,xArm 6,高温,IEC 60068-2-2:2025,,,,,,,,,",
)


def test_csv_groups_rows_into_reports() -> None:
    """Rows of one number are one report, with scope and values; a byte order mark and empty lines do no harm."""
    first, second = read_evidence_bytes(("\ufeff" + "\r\n".join(CSV_ROWS) + "\r\n\r\n").encode(), "r.csv")
    assert [test.outcome for test in first.tests] == [Outcome.PASS, Outcome.FAIL]
    assert [str(line.reference) for line in first.laboratory.accreditations[0].scope] == ["GB/T 12642", "ISO 9283"]
    assert first.tests[0].measured is not None
    assert first.tests[0].measured.value == 0.2
    assert first.tested_until == date(2026, 3, 12)
    assert second.tests[0].outcome is None
    assert second.laboratory.accreditations == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["report,laboratory,model,name"], "no column method"),
        (["report,laboratory,model,name,method,colour"], "'colour' is not a column"),
        ([CSV_ROWS[0]], "no rows"),
        ([CSV_ROWS[0], "R1,a,b,c,d,e,good,,,,,,,"], "outcome"),
        ([CSV_ROWS[0], "R1,a,b,c,d,e,pass,many,,,,,,"], "'many' is not a number"),
        ([CSV_ROWS[0], "R1,a,b,c,d,e,pass,nan,,,,,,"], "finite"),
        ([*CSV_ROWS[:2], CSV_ROWS[2].replace("示例所", "另一所")], "laboratory: differs"),
        ([CSV_ROWS[0], 'R1,"a'], "not CSV"),
    ],
)
def test_csv_faults_name_line_and_field(rows: list[str], said: str) -> None:
    """Each fault of a table is one line that names it."""
    with pytest.raises(NotEvidence) as caught:
        read_evidence_bytes("\n".join(rows).encode(), "r.csv")
    assert said in str(caught.value)
    assert "r.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_csv_columns_are_distinct() -> None:
    """No column stands twice in the published list."""
    assert len(set(CSV_COLUMNS)) == len(CSV_COLUMNS)


# -- PTB ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "uncertainty"), [("2.4.0", OLD), ("3.2.1", OLD), ("3.3.0", NEW), ("3.3.0-rc.2", NEW)]
)
def test_calibration_of_each_version(version: str, uncertainty: str) -> None:
    """Versions 2.4 to 3.3 are read, with the two forms in which they write an expanded uncertainty."""
    (report,) = read_evidence_bytes(dcc(version, uncertainty), "c.xml")
    (test,) = report.tests
    assert report.kind is ReportKind.CALIBRATION
    assert (report.id, report.product.model, report.tested_until) == ("C-1", "LT-1", date(2026, 1, 6))
    assert test.measured is not None
    assert test.uncertainty is not None
    assert (test.measured.value, test.measured.unit) == (1.5, "\\metre")
    assert (test.uncertainty.value, test.uncertainty.coverage_factor) == (0.1, 2.0)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (dcc("2.3.0"), "schemaVersion"),
        (dcc("4.0.0"), "schemaVersion"),
        (dcc().replace(b"1.5</si", b"NaN</si"), "not a measured value"),
        (dcc().replace(b"2026-01-05", b"2026-13-05"), "not a date"),
        (dcc().replace(b"<si:real>", b"<si:none>").replace(b"</si:real>", b"</si:none>"), "no measured value"),
        (dcc().replace(b"digitalCalibrationCertificate", b"other"), "not a calibration certificate"),
        (dcc()[:-20], "not XML"),
        (ENTITY, "document type"),
        (ENTITY.decode().encode("utf-16"), "no known form"),
        ("<a/>".encode("utf-16-le"), "zero bytes"),
    ],
)
def test_calibration_refusals(data: bytes, said: str) -> None:
    """Other versions, entities in any encoding, broken XML and empty results are refused with the reason."""
    with pytest.raises(NotEvidence) as caught:
        read_evidence_bytes(data, "c.xml")
    assert said in str(caught.value)


# -- IDTA --------------------------------------------------------------------------------------------------------------


def check_quality_document(report: Report) -> None:
    (test,) = report.tests
    assert (report.id, report.laboratory.name.en) == ("Q-7", "Example laboratory")
    assert (report.product.model, report.sample.serial) == ("xArm 5", "S-9")
    assert (str(test.method), test.clause, test.outcome) == ("IEC 60204-1:2016", "18.2", Outcome.PASS)
    assert (report.issued, report.tested_until) == (date(2026, 5, 27), date(2026, 5, 20))


def test_quality_document_in_json_and_in_a_package() -> None:
    """The same document says the same as JSON and as AASX."""
    (from_json,) = read_evidence_bytes(json.dumps(quality_document()).encode(), "q.json")
    (from_package,) = read_evidence_bytes(package(), "q.aasx")
    check_quality_document(from_json)
    assert replace(from_package, source=Source()) == replace(from_json, source=Source())


def test_an_empty_template_is_refused() -> None:
    """A document without a number is a template; a shell without the submodel is something else."""
    for data, said in ((quality_document(None), "template"), ({"submodels": []}, "no submodel")):
        with pytest.raises(NotEvidence, match=said):
            read_evidence_bytes(json.dumps(data).encode(), "q.json")


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("big.xml", b" " * 25_000_000, "unpacks to more"),
        ("a.xml", b"<!DOCTYPE a>", "document type"),
        ("a.xml", "<a/>".encode("utf-16"), "document type"),
    ],
)
def test_dangerous_packages_are_refused(part: str, content: bytes, said: str) -> None:
    """A package that unpacks to very much, or hides a document type, is refused before the SDK sees it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(part, content)
    with pytest.raises(NotEvidence, match=said):
        read_evidence_bytes(stream.getvalue(), "q.aasx")


# -- UNTP and files of others ------------------------------------------------------------------------------------------

UNTP: dict[str, object] = {
    "type": ["DigitalConformityCredential", "VerifiableCredential"],
    "id": "urn:example:1",
    "issuer": {"id": "did:web:lab.example", "name": "Example laboratory"},
    "validFrom": "2026-05-27T00:00:00Z",
    "credentialSubject": {
        "id": "urn:example:a",
        "attestationType": "testing",
        "assessment": [
            {
                "id": "urn:example:a/1",
                "name": "Protective bonding",
                "referenceStandard": {"name": "IEC 60204-1:2016 18.2"},
                "conformance": True,
                "assessmentDate": "2026-05-20",
                "declaredValue": [{"metricName": "resistance", "metricValue": {"value": 0.06, "unit": "OHM"}}],
                "assessedProduct": [{"product": {"id": "urn:example:p", "name": "xArm 5", "serialNumber": "S-9"}}],
            }
        ],
    },
}


def test_conformity_credential() -> None:
    """Issuer, product, method with edition and clause, result, value and dates of a UNTP credential are taken over."""
    (report,) = read_evidence_bytes(json.dumps(UNTP).encode(), "u.json")
    (test,) = report.tests
    assert (report.kind, report.laboratory.id) == (ReportKind.TEST_REPORT, "did:web:lab.example")
    assert (report.product.model, report.sample.serial, report.issued) == ("xArm 5", "S-9", date(2026, 5, 27))
    assert (str(test.method), test.clause, test.outcome) == ("IEC 60204-1:2016", "18.2", Outcome.PASS)
    assert test.measured is not None
    assert (test.measured.value, test.measured.unit, test.tested) == (0.06, "OHM", date(2026, 5, 20))


@pytest.mark.parametrize("name", ["untp-dcc-instance.json", "dcc-v0.6.0-example.json"])
def test_foreign_untp_instances(name: str) -> None:
    """The instances of the UNTP project itself are read: who, what, when, and each assessment as a test."""
    path = SHARED / "untp" / name
    if not path.exists():
        pytest.skip("no UNTP samples beside the repository (../shared/data/untp)")
    (report,) = read_evidence(path)
    assert report.kind is ReportKind.CERTIFICATE
    assert report.issued == date(2024, 3, 15)
    assert report.tests
    assert all(test.outcome is Outcome.PASS for test in report.tests)
    assert len({test.id for test in report.tests}) == len(report.tests)


def test_foreign_calibration_certificates() -> None:
    """All foreign certificates are read, with their uncertainties; a signature is noticed and not taken for checked."""
    files = sorted((SHARED / "dcc").glob("*.xml"))
    if not files:
        pytest.skip("no calibration certificates beside the repository (../shared/data/dcc)")
    for file in files:
        (report,) = read_evidence(file)
        assert report.kind is ReportKind.CALIBRATION
        assert any(test.uncertainty for test in report.tests)
        assert report.seal.state is (SealState.UNCHECKED if "signed" in file.name else SealState.ABSENT)


def test_foreign_quality_document_template() -> None:
    """The published template of IDTA 02065-1 is understood, and refused because nobody filled it in."""
    path = SHARED / "aas" / "idta-02065-1-digital-quality-documents.json"
    if not path.exists():
        pytest.skip("no AAS templates beside the repository (../shared/data/aas)")
    with pytest.raises(NotEvidence, match="template that nobody filled in"):
        read_evidence(path)
    data = json.loads(path.read_text("utf-8"))
    _fill(data, {"DocumentIdentifier": "Q-1", "OrganizationOfficialName": "Example", "Conformity": "pass"})
    (report,) = read_evidence_bytes(json.dumps(data).encode(), "filled.json")
    assert (report.id, report.laboratory.name.en, report.tests[0].outcome) == ("Q-1", "Example", Outcome.PASS)


def _fill(value: object, words: dict[str, str]) -> None:
    if isinstance(value, dict):
        if value.get("idShort") in words:
            value["value"] = words[value["idShort"]]
        for each in value.values():
            _fill(each, words)
    elif isinstance(value, list):
        for each in value:
            _fill(each, words)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no known form"),
        (b"hello", "no known form"),
        (b"{}", "JSON of no known form"),
        (b'{"a": 1, "a": 2}', "written twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"eyJh.eyJi.sig", "signed credential"),
        (b"PK\x03\x04rest", "damaged package"),
    ],
)
def test_files_that_are_no_evidence(data: bytes, said: str) -> None:
    """What is none of the known forms is refused in one line with a mend."""
    with pytest.raises(NotEvidence) as caught:
        read_evidence_bytes(data, "x.bin")
    assert said in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A path without a file, and a folder, are refused and not a traceback."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(NotEvidence):
            read_evidence(path)
