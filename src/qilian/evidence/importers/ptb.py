"""PTB Digital Calibration Certificates (XML, schema 2.4 to 3.3): evidence that measuring equipment was calibrated.

XML is read without document types, entities or network, so a file can neither grow nor fetch anything. Every measured
value of the results becomes one reported test, with its expanded uncertainty; influence conditions are left out.
"""

import math
import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from lxml import etree

from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers.bounded import MAX_BYTES, sha256
from qilian.evidence.importers.references import reference_of
from qilian.evidence.model import (
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Quantity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    Seal,
    SealState,
    Source,
    Uncertainty,
)
from qilian.standards import StandardRef
from qilian.text import Text

FORMAT = "ptb-dcc"
MAX_VALUES = 20_000
VERSIONS = ((2, 4), (3, 3))
"""The first and the last schema version that is read, as (major, minor)."""

_SPACES = {"dcc": "https://ptb.de/dcc", "si": "https://ptb.de/si", "ds": "http://www.w3.org/2000/09/xmldsig#"}
_ROOT = "{https://ptb.de/dcc}digitalCalibrationCertificate"
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})(\.\d{1,3})?(-[\w.]{1,20})?\Z")
_PASS = {"pass", "conditionalPass"}
_FAIL = {"fail", "noPass", "nopass", "conditionalFail"}


def read_ptb(data: bytes, name: str) -> Report:
    """Read one calibration certificate.

    Raises
    ------
    NotEvidence
        If it is not XML that can be read safely, not a certificate of a known version, or holds no result.
    """
    root = _root(data, name)
    version = root.get("schemaVersion", "")
    found = _VERSION.match(version)
    if found is None or not VERSIONS[0] <= (int(found[1]), int(found[2])) <= VERSIONS[1]:
        raise NotEvidence(f"schemaVersion {version[:20]!r}", where=name, mend="versions 2.4 to 3.3 are read")
    notes: list[str] = []
    core = "dcc:administrativeData/dcc:coreData/"
    first, last = _day(root, core + "dcc:beginPerformanceDate", name), _day(root, core + "dcc:endPerformanceDate", name)
    tests = tuple(_tests(root, name, notes))
    if not tests:
        raise NotEvidence("no measured value in its results", where=name, mend="nothing can be taken from it")
    number = _word(root, core + "dcc:uniqueIdentifier")
    if not number:
        raise NotEvidence("uniqueIdentifier: missing", where=name, mend="a certificate needs its number")
    return Report(
        id=number,
        kind=ReportKind.CALIBRATION,
        title=Text("数字校准证书", "Digital calibration certificate"),
        laboratory=_laboratory(root, name),
        product=_item(root, notes),
        tests=tests,
        issued=_day(root, core + "dcc:issueDate", name) or last,
        tested_from=first,
        tested_until=last or first,
        sample=_sample(root, core, name),
        seal=_seal(root),
        source=Source(FORMAT, name, sha256(data), tuple(dict.fromkeys(notes))),
    )


def _root(data: bytes, name: str) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise NotEvidence(f"larger than {MAX_BYTES // 1_000_000} MB", where=name, mend="is it the right file?")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data:
        raise NotEvidence("XML with a document type, entities or zero bytes", where=name, mend="remove them")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotEvidence(f"not XML: {str(error)[:120]}", where=name, mend="mend the file") from None
    if root.getroottree().docinfo.internalDTD is not None:  # however it was encoded
        raise NotEvidence("XML with a document type", where=name, mend="remove it")
    if root.tag != _ROOT:
        raise NotEvidence(f"not a calibration certificate but {str(root.tag)[:80]}", where=name)
    return root


def _laboratory(root: etree._Element, name: str) -> IssuingLaboratory:
    base = "dcc:administrativeData/dcc:calibrationLaboratory"
    contact = root.find(f"{base}/dcc:contact", _SPACES)
    title = _name(contact) if contact is not None else Text("", "")
    if not title:
        raise NotEvidence("calibrationLaboratory: no name", where=name, mend="say who calibrated")
    country = _word(root, f"{base}/dcc:contact/dcc:location/dcc:countryCode").upper()
    return IssuingLaboratory(
        title,
        id=_word(root, f"{base}/dcc:calibrationLaboratoryCode"),
        country=country if re.fullmatch("[A-Z]{2}", country) else "",
    )


def _item(root: etree._Element, notes: list[str]) -> ProductIdentity:
    items = root.findall("dcc:administrativeData/dcc:items/dcc:item", _SPACES)
    if not items:
        notes.append("no calibrated item is named")
        return ProductIdentity("")
    if len(items) > 1:
        notes.append("further calibrated items were left out")
    maker = items[0].find("dcc:manufacturer", _SPACES)
    return ProductIdentity(
        model=_word(items[0], "dcc:model") or _name(items[0]).say("en"),
        maker=_name(maker).say("en") if maker is not None else "",
    )


def _sample(root: etree._Element, core: str, name: str) -> Sample:
    marks: dict[str, str] = {}
    for each in root.findall(
        "dcc:administrativeData/dcc:items/dcc:item/dcc:identifications/dcc:identification", _SPACES
    ):
        marks.setdefault(_word(each, "dcc:issuer"), _word(each, "dcc:value"))
    own = marks.get("calibrationLaboratory") or marks.get("customer") or ""
    return Sample(id=own, serial=marks.get("manufacturer", ""), received=_day(root, core + "dcc:receiptDate", name))


def _seal(root: etree._Element) -> Seal:
    signature = root.find("ds:Signature", _SPACES)
    if signature is None:
        return Seal()
    return Seal("xmldsig", SealState.UNCHECKED, remark="the XML signature was not checked")


def _tests(root: etree._Element, name: str, notes: list[str]) -> Iterator[ReportedTest]:
    counted = 0
    for measurement in root.findall("dcc:measurementResults/dcc:measurementResult", _SPACES):
        method = _method(measurement, notes)
        for result in measurement.findall("dcc:results/dcc:result", _SPACES):
            heading = _name(result)
            for quantity in result.iterfind("dcc:data//dcc:quantity", _SPACES):
                if quantity.getparent() is not None and _inside_meta_data(quantity):
                    continue
                title = _name(quantity) or heading
                for value, uncertainty, outcome in _values(quantity, name):
                    counted += 1
                    if counted > MAX_VALUES:
                        raise NotEvidence(f"more than {MAX_VALUES} measured values", where=name, mend="split it")
                    yield ReportedTest(
                        id=str(counted),
                        name=title or Text(f"第 {counted} 个值", f"value {counted}"),
                        method=method.without_clause if method else None,
                        clause=method.clause if method else "",
                        outcome=outcome,
                        measured=value,
                        uncertainty=uncertainty,
                    )


def _inside_meta_data(quantity: etree._Element) -> bool:
    """Whether a quantity describes another one (calibration point, limit) and is no result of its own."""
    return next(quantity.iterancestors("{https://ptb.de/dcc}measurementMetaData"), None) is not None


def _method(measurement: etree._Element, notes: list[str]) -> StandardRef | None:
    """Return the first norm that is not the guide to uncertainty."""
    norms = [
        norm
        for used in measurement.findall("dcc:usedMethods/dcc:usedMethod", _SPACES)
        for norm in (_clean(each.text) for each in used.findall("dcc:norm", _SPACES))
        if norm and norm.upper() != "GUM"
    ]
    if len(norms) > 1:
        notes.append("further norms of a method were left out")
    return reference_of(norms[0]) if norms else None


def _values(quantity: etree._Element, name: str) -> Iterator[tuple[Quantity, Uncertainty | None, Outcome]]:
    """Yield the values of a quantity; of a hybrid one, in its first unit only."""
    holder = quantity.find("si:hybrid", _SPACES)
    holder = quantity if holder is None else holder
    verdicts = [
        word
        for each in quantity.findall("dcc:measurementMetaData/dcc:metaData/*", _SPACES)
        if each.tag in ("{https://ptb.de/dcc}conformity", "{https://ptb.de/dcc}conformityXMLList")
        for word in _clean(each.text).split()
    ]
    single = holder.find("si:real", _SPACES)
    if single is not None:
        number = _number(_word(single, "si:value"), name)
        yield Quantity(number, _word(single, "si:unit")), _uncertainty(single, name), _outcome(verdicts, 0)
        return
    several = holder.find("si:realListXMLList", _SPACES)
    if several is None:
        return
    units = _word(several, "si:unitXMLList").split()
    numbers = [_number(word, name) for word in _word(several, "si:valueXMLList").split()]
    widths = _uncertainties(several, len(numbers), name)
    for place, (number, width) in enumerate(zip_longest(numbers, widths[: len(numbers)])):
        unit = units[place] if place < len(units) else (units[-1] if units else "")
        yield Quantity(number or 0.0, unit), width, _outcome(verdicts, place)


def _uncertainty(single: etree._Element, name: str) -> Uncertainty | None:
    for path, width in (
        ("si:expandedUnc", "si:uncertainty"),
        ("si:measurementUncertaintyUnivariate/si:expandedMU", "si:valueExpandedMU"),
    ):
        found = single.find(path, _SPACES)
        if found is not None:
            return Uncertainty(
                _number(_word(found, width), name),
                coverage_factor=_maybe(_word(found, "si:coverageFactor"), name),
                coverage_probability=_maybe(_word(found, "si:coverageProbability"), name),
            )
    return None


def _uncertainties(several: etree._Element, length: int, name: str) -> list[Uncertainty | None]:
    for path, width in (
        ("si:expandedUncXMLList", "si:uncertaintyXMLList"),
        ("si:measurementUncertaintyUnivariateXMLList/si:expandedMUXMLList", "si:valueExpandedMUXMLList"),
    ):
        found = several.find(path, _SPACES)
        if found is not None:
            widths = [_number(word, name) for word in _word(found, width).split()]
            factors = [_maybe(word, name) for word in _word(found, "si:coverageFactorXMLList").split()]
            chances = [_maybe(word, name) for word in _word(found, "si:coverageProbabilityXMLList").split()]
            if len(widths) not in (1, length):
                raise NotEvidence(f"{length} values and {len(widths)} uncertainties", where=name, mend="mend the list")
            return [
                Uncertainty(_at(widths, place) or 0.0, "", _at(factors, place), _at(chances, place))
                for place in range(length)
            ]
    return [None] * length


def _at(values: list[float] | list[float | None], place: int) -> float | None:
    """Return the value at a place of a list in which one value may stand for all."""
    return values[place] if place < len(values) else (values[-1] if values else None)


def _outcome(verdicts: list[str], place: int) -> Outcome:
    word = verdicts[place] if place < len(verdicts) else (verdicts[0] if len(verdicts) == 1 else "")
    return Outcome.PASS if word in _PASS else Outcome.FAIL if word in _FAIL else Outcome.VALUE


def _number(word: str, name: str) -> float:
    try:
        number = float(word) if len(word) < 60 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise NotEvidence(f"{word[:40]!r} is not a measured value", where=name, mend="write a number")
    return number


def _maybe(word: str, name: str) -> float | None:
    return _number(word, name) if word else None


def _name(element: etree._Element) -> Text:
    """Return the name of an element; a language that is neither Chinese nor English stands for both."""
    words: dict[str, str] = {}
    for each in element.findall("dcc:name/dcc:content", _SPACES):
        words.setdefault(each.get("lang", ""), _clean(each.text))
    other = next((word for word in words.values() if word), "")
    return Text(words.get("zh") or words.get("en") or other, words.get("en") or other)


def _word(element: etree._Element, path: str) -> str:
    return _clean(element.findtext(path, "", _SPACES))


def _clean(words: str | None) -> str:
    return " ".join((words or "").split())


def _day(root: etree._Element, path: str, name: str) -> date | None:
    word = _word(root, path)
    if not word:
        return None
    try:
        return date.fromisoformat(word[:10])
    except ValueError:
        field = path.rpartition(":")[2]
        raise NotEvidence(f"{field}: {word[:40]!r} is not a date", where=name, mend="write 2026-12-01") from None
