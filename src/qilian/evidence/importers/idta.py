"""IDTA 02065-1 Digital Quality Documents, in an Asset Administration Shell as JSON or AASX package.

The shell is read by basyx-python-sdk after the package was bounded: number and size of its parts, no document types.
Every document instance becomes one report; each statement of conformity becomes one of its tests.
"""

import io
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO

from basyx.aas import model
from basyx.aas.adapter.aasx import AASXReader, AbstractSupplementaryFileContainer
from basyx.aas.adapter.json import read_aas_json_file

from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers.bounded import MAX_BYTES, Json, load_json, sha256
from qilian.evidence.importers.references import reference_of
from qilian.evidence.model import (
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    Seal,
    SealState,
    Source,
)
from qilian.text import Text

FORMAT = "idta-02065-1"
SUBMODEL = "https://admin-shell.io/idta/SubmodelTemplate/DigitalQualityDocument/1/0"
MAX_PARTS = 500
MAX_UNPACKED_BYTES = 20_000_000

_PASS = {"pass", "conditionalpass", "true", "conform"}
_FAIL = {"fail", "nopass", "conditionalfail", "false", "nonconform"}


def read_aas_json(data: bytes, name: str) -> tuple[Report, ...]:
    """Read the quality documents of an environment in JSON.

    Qualifiers are left out before reading: the published template itself breaks AASd-021 with two of one type.

    Raises
    ------
    NotEvidence
        If it is not such an environment, or holds no filled-in quality document.
    """
    environment = _without_qualifiers(load_json(data, name))
    with _quiet() as log:
        try:
            store = read_aas_json_file(io.StringIO(json.dumps(environment)), failsafe=False)
            found = [each for each in store if isinstance(each, model.Submodel)]
        except Exception as error:  # noqa: BLE001,RUF100 - a foreign reader may raise anything: the file is refused
            raise NotEvidence(f"not an AAS environment: {_said(error)}", where=name, mend="mend it") from None
    return _reports(found, Source(FORMAT, name, sha256(data), _notes(log)))


def read_aasx(data: bytes, name: str) -> tuple[Report, ...]:
    """Read the quality documents of an AASX package.

    Raises
    ------
    NotEvidence
        If the package is damaged, too large or too many-parted, or holds no filled-in quality document.
    """
    _bound_package(data, name)
    store: model.DictIdentifiableStore[model.Identifiable] = model.DictIdentifiableStore()
    with _quiet() as log:
        try:
            with AASXReader(io.BytesIO(data), failsafe=True) as reader:
                reader.read_into(store, _NoFiles())
            found = [each for each in store if isinstance(each, model.Submodel)]
        except Exception as error:  # noqa: BLE001,RUF100 - a foreign reader may raise anything: the file is refused
            raise NotEvidence(f"not an AASX package: {_said(error)}", where=name, mend="mend it") from None
    return _reports(found, Source(FORMAT, name, sha256(data), _notes(log)))


def _bound_package(data: bytes, name: str) -> None:
    """Refuse a package that unpacks to more than it should, before anything is unpacked into memory as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS:
                raise NotEvidence(f"more than {MAX_PARTS} parts", where=name, mend="is it the right file?")
            total = 0
            for part in parts:
                with package.open(part) as stream:
                    content = stream.read(MAX_UNPACKED_BYTES - total + 1)
                total += len(content)
                if total > MAX_UNPACKED_BYTES:
                    megabytes = MAX_UNPACKED_BYTES // 1_000_000
                    raise NotEvidence(f"unpacks to more than {megabytes} MB", where=name, mend="is it the right file?")
                if part.filename.endswith((".xml", ".rels", ".json")) and len(content) > MAX_BYTES:
                    raise NotEvidence(f"{part.filename[:60]}: larger than 4 MB", where=name)
                if _declares_type(part.filename, content):
                    raise NotEvidence(f"{part.filename[:60]}: XML with a document type", where=name, mend="remove it")
    except NotEvidence:
        raise
    except Exception as error:  # noqa: BLE001,RUF100 - damaged packages raise errors of zip, zlib and struct alike
        raise NotEvidence(f"a damaged package: {_said(error)}", where=name, mend="copy it again") from None


def _declares_type(part: str, content: bytes) -> bool:
    """Whether a part may make an XML reader follow a document type; UTF-16 could hide one and is refused with it."""
    if part.lower().endswith((".pdf", ".png", ".jpg", ".jpeg", ".json")):
        return False
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff")


def _reports(submodels: Iterable[model.Submodel], source: Source) -> tuple[Report, ...]:
    documents = [each for each in submodels if _is_quality_document(each)]
    if not documents:
        raise NotEvidence("no submodel DigitalQualityDocuments", where=source.file, mend=f"semantic id {SUBMODEL}")
    reports = [report for each in documents for report in _documents(each, source)]
    if not reports:
        fault = "its quality documents have no number: a template that nobody filled in"
        raise NotEvidence(fault, where=source.file, mend="fill in DocumentIdentifier or UniqueIdentifier")
    return tuple(reports)


def _is_quality_document(submodel: model.Submodel) -> bool:
    semantic = submodel.semantic_id
    if semantic is not None and semantic.key:
        return semantic.key[0].value.startswith(SUBMODEL.removesuffix("/1/0"))
    return bool(submodel.id_short == "DigitalQualityDocuments")


def _documents(submodel: model.Submodel, source: Source) -> Iterator[Report]:
    top = {each.id_short: each for each in submodel.submodel_element}
    ids = _members(top.get("DocumentIds"))
    classes = _members(top.get("DocumentClassifications"))
    for place, instance in enumerate(_members(top.get("DocumentInstances"))):
        number = _word(ids[place] if place < len(ids) else None, "DocumentIdentifier")
        core = _at(instance, "AdministrativeData", "CoreData")
        number = number or _word(core, "UniqueIdentifier")
        if number:
            class_name = _text(_at(classes[place], "ClassName")) if place < len(classes) else Text("", "")
            yield _report(number, class_name, instance, source)


def _report(number: str, class_name: Text, instance: model.SubmodelElement, source: Source) -> Report:
    where = source.file
    statements = _members(_at(instance, "AdministrativeData", "Statements"))
    tests = tuple(_statement(each, place, where) for place, each in enumerate(statements))
    title = _text(_at(instance, "Title"))
    if not tests:
        tests = (ReportedTest("1", title or Text("质量文件", "quality document")),)
    laboratory = _word(instance, "OrganizationOfficialName") or _word(instance, "OrganizationShortName")
    if not laboratory:
        raise NotEvidence(f"{number[:60]}: OrganizationOfficialName is empty", where=where, mend="say who issued it")
    days = [test.tested for test in tests if test.tested]
    model_name, sample = _items(instance)
    signature = _at(instance, "DocumentSignature", "SignatureValue")
    signed = isinstance(signature, model.Property) and bool(signature.value)
    return Report(
        id=number,
        kind=_kind(class_name, bool(statements)),
        title=title or class_name,
        laboratory=IssuingLaboratory(Text(laboratory, laboratory)),
        product=ProductIdentity(model_name),
        tests=tests,
        issued=_day(_at(instance, "AdministrativeData", "CoreData", "IssueDate"), where)
        or _day(_at(instance, "StatusSetDate"), where),
        tested_from=min(days, default=None),
        tested_until=max(days, default=None),
        sample=sample,
        seal=Seal("xmldsig", SealState.UNCHECKED, remark="the document's signature was not checked")
        if signed
        else Seal(),
        source=source,
    )


def _statement(statement: model.SubmodelElement, place: int, where: str) -> ReportedTest:
    reference = reference_of(_word(statement, "StatementReference"))
    verdict = _word(statement, "Conformity").casefold().replace(" ", "")
    outcome = Outcome.PASS if verdict in _PASS else Outcome.FAIL if verdict in _FAIL else None
    name = _text(_at(statement, "Declaration"))
    return ReportedTest(
        id=str(place + 1),
        name=name or Text(f"声明 {place + 1}", f"statement {place + 1}"),
        method=reference.without_clause if reference else None,
        clause=reference.clause if reference else "",
        outcome=outcome,
        tested=_day(_at(statement, "DateOfStatement"), where),
    )


def _items(instance: model.SubmodelElement) -> tuple[str, Sample]:
    """Return the model and the marks of the item, by the names of its identifications."""
    marks: dict[str, str] = {}
    items = _at(instance, "AdministrativeData", "Items")
    groups = [items, *_members(_at(items, "Item"))]
    for group in groups:
        for each in _members(_at(group, "Identifications")):
            name = _text(_at(each, "IdentificationName")).say("en").casefold()
            marks.setdefault(name, _word(each, "IdentificationValue"))
    named = next((value for name, value in marks.items() if "model" in name or "type" in name), "")
    serial = next((value for name, value in marks.items() if "serial" in name), "")
    other = next((value for value in marks.values() if value not in (named, serial)), "")
    return named, Sample(id=other, serial=serial)


def _kind(class_name: Text, stated: bool) -> ReportKind:
    words = f"{class_name.zh} {class_name.en}".casefold()
    if "calibration" in words or "校准" in words:
        return ReportKind.CALIBRATION
    if "test report" in words or "检测报告" in words:
        return ReportKind.TEST_REPORT
    return ReportKind.CERTIFICATE if stated else ReportKind.QUALITY_DOCUMENT


def _members(element: model.SubmodelElement | None) -> list[model.SubmodelElement]:
    if isinstance(element, model.SubmodelElementList | model.SubmodelElementCollection):
        return list(element.value)
    return []


def _at(element: model.SubmodelElement | None, *path: str) -> model.SubmodelElement | None:
    for name in path:
        element = next((each for each in _members(element) if each.id_short == name), None)
    return element


def _word(element: model.SubmodelElement | None, name: str) -> str:
    found = _at(element, name)
    if isinstance(found, model.Property) and found.value is not None:
        return " ".join(str(found.value).split())[:400]
    return _text(found).say("en") if isinstance(found, model.MultiLanguageProperty) else ""


def _text(element: model.SubmodelElement | None) -> Text:
    if not isinstance(element, model.MultiLanguageProperty) or not element.value:
        return Text("", "")
    words = {language.partition("-")[0]: " ".join(text.split())[:400] for language, text in element.value.items()}
    other = next(iter(words.values()), "")
    return Text(words.get("zh") or words.get("en") or other, words.get("en") or other)


def _day(element: model.SubmodelElement | None, where: str) -> date | None:
    value = element.value if isinstance(element, model.Property) else None
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        said = f"{element.id_short if element else ''}: {str(value)[:40]!r} is not a date"
        raise NotEvidence(said, where=where, mend="write 2026-12-01") from None


def _without_qualifiers(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_qualifiers(each) for key, each in value.items() if key != "qualifiers"}
    return [_without_qualifiers(each) for each in value] if isinstance(value, list) else value


class _NoFiles(AbstractSupplementaryFileContainer):
    """Takes the names of enclosed files and none of their bytes."""

    def add_file(self, name: str, file: IO[bytes], content_type: str) -> str:  # noqa: ARG002 - the SDK's signature
        return name

    def get_content_type(self, name: str) -> str:
        raise KeyError(name)

    def get_sha256(self, name: str) -> bytes:
        raise KeyError(name)

    def write_file(self, name: str, file: IO[bytes]) -> None:  # noqa: ARG002 - the SDK's signature
        raise KeyError(name)

    def delete_file(self, name: str) -> None:
        raise KeyError(name)

    def __contains__(self, item: object) -> bool:
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(())


class _Log(logging.Handler):
    """Keeps what the foreign reader complains of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < 20:
            self.lines.append(" ".join(record.getMessage().split())[:200])


@contextmanager
def _quiet() -> Iterator[_Log]:
    """Let the foreign reader write its complaints to a list and not to the screen."""
    log, logger = _Log(), logging.getLogger("basyx")
    before = logger.propagate
    logger.addHandler(log)
    logger.propagate = False
    try:
        yield log
    finally:
        logger.propagate = before
        logger.removeHandler(log)


def _notes(log: _Log) -> tuple[str, ...]:
    return tuple(f"left out by the reader: {line}" for line in log.lines)


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:160]
