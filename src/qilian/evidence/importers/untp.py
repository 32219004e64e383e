"""UNTP Digital Conformity Credentials (JSON): each conformity assessment becomes one reported test.

The credential is read as it stands; whether its proof holds is for the credentials of this room. What UNTP says and our
model does not hold (trust marks, facilities, criteria) is left out, and the report's notes say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers.bounded import Json, load_json, sha256
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
    Seal,
    SealState,
    Source,
)
from qilian.text import Text

FORMAT = "untp-dcc"
TYPE = "DigitalConformityCredential"
MAX_ASSESSMENTS = 5000

_KINDS = {"testing": ReportKind.TEST_REPORT, "calibration": ReportKind.CALIBRATION}


def read_untp(data: bytes, name: str) -> Report:
    """Read one credential that is not enveloped, or the claims inside one.

    Raises
    ------
    NotEvidence
        If it is not such a credential, or says nothing that was tested.
    """
    return report_from_untp(load_json(data, name), Source(FORMAT, name, sha256(data)))


def is_untp(data: Json) -> bool:
    """Return whether plain JSON values call themselves a Digital Conformity Credential."""
    return isinstance(data, dict) and TYPE in _words(data.get("type"))


def report_from_untp(data: Json, source: Source) -> Report:
    """Return what a Digital Conformity Credential says, as a report.

    Raises
    ------
    NotEvidence
        If it is not such a credential, or says nothing that was tested.
    """
    where = source.file
    if not isinstance(data, dict) or not is_untp(data):
        raise NotEvidence(f"not a {TYPE}", where=where, mend=f"its type has to contain {TYPE}")
    subject = data.get("credentialSubject")
    if not isinstance(subject, dict):
        raise NotEvidence("credentialSubject: not one attestation", where=where, mend="write one object")
    assessments = list(_objects(subject.get("assessment"), "credentialSubject.assessment", where))
    if not assessments:
        raise NotEvidence("credentialSubject.assessment: missing", where=where, mend="nothing was assessed")
    if len(assessments) > MAX_ASSESSMENTS:
        raise NotEvidence(f"more than {MAX_ASSESSMENTS} assessments", where=where, mend="split the credential")
    issuer = data.get("issuer")
    if not isinstance(issuer, dict | str):
        raise NotEvidence("issuer: missing", where=where, mend="write the issuer's id and name")
    notes: list[str] = []
    tests = _unique(_test(each, index, where, notes) for index, each in enumerate(assessments))
    product, sample = _product(assessments, where, notes)
    days = [test.tested for test in tests if test.tested]
    return Report(
        id=_word(data, "id", where) or _word(subject, "id", where) or source.sha256[:16],
        kind=_KINDS.get(_word(subject, "attestationType", where), ReportKind.CERTIFICATE),
        title=_text(_word(subject, "name", where)),
        laboratory=_laboratory(issuer, subject, where),
        product=product,
        tests=tests,
        issued=_day(data, "validFrom", where),
        tested_from=min(days, default=None),
        tested_until=max(days, default=None),
        valid_until=_day(data, "validUntil", where),
        sample=sample,
        seal=Seal("jose", SealState.UNCHECKED) if data.get("proof") else Seal(),
        source=Source(source.format, source.file, source.sha256, tuple(dict.fromkeys(notes))),
    )


def _laboratory(issuer: dict[str, Json] | str, subject: dict[str, Json], where: str) -> IssuingLaboratory:
    if isinstance(issuer, str):
        name, identifier = issuer, issuer
    else:
        name, identifier = _word(issuer, "name", where), _word(issuer, "id", where)
    if not (name or identifier):
        raise NotEvidence("issuer: neither name nor id", where=where, mend="say who attests")
    level = _word(subject, "assessmentLevel", where)
    claims = []
    for each in _objects(subject.get("authorisation"), "credentialSubject.authorisation", where):
        authority = each.get("issuingAuthority")
        scheme = _word(authority, "name", where) if isinstance(authority, dict) else ""
        claims.append(
            AccreditationClaim(
                scheme=scheme or _word(each, "name", where),
                number=_word(each, "id", where),
                arrangements=(level,) if level == "GlobalMRA" else (),
            )
        )
    return IssuingLaboratory(_text(name or identifier), identifier, accreditations=tuple(dict.fromkeys(claims)))


def _test(assessment: dict[str, Json], index: int, where: str, notes: list[str]) -> ReportedTest:
    standard = assessment.get("referenceStandard") or assessment.get("referenceRegulation")
    method = _word(standard, "name", where) if isinstance(standard, dict) else ""
    conformance = assessment.get("conformance")
    values = list(_objects(assessment.get("declaredValue"), "declaredValue", where))
    if len(values) > 1:
        notes.append("further declared values of an assessment were left out")
    if assessment.get("assessmentCriteria"):
        notes.append("assessment criteria were left out")
    reference = reference_of(method)
    outcome = None
    if isinstance(conformance, bool):
        outcome = Outcome.PASS if conformance else Outcome.FAIL
    return ReportedTest(
        id=_word(assessment, "id", where) or str(index + 1),
        name=_text(_word(assessment, "name", where) or method or f"assessment {index + 1}"),
        method=reference.without_clause if reference else None,
        clause=reference.clause if reference else "",
        outcome=outcome,
        measured=_quantity(values[0], where) if values else None,
        tested=_day(assessment, "assessmentDate", where),
    )


def _unique(tests: Iterable[ReportedTest]) -> tuple[ReportedTest, ...]:
    """Number the tests whose assessments share one id."""
    found: dict[str, ReportedTest] = {}
    for place, test in enumerate(tests):
        own = test if test.id not in found else replace(test, id=f"{test.id}#{place + 1}")
        found[own.id] = own
    return tuple(found.values())


def _quantity(metric: dict[str, Json], where: str) -> Quantity | None:
    measure = metric.get("metricValue")
    if not isinstance(measure, dict):
        return None
    value = measure.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        raise NotEvidence("metricValue: too large a number", where=where) from None
    return Quantity(number, _word(measure, "unit", where))


def _product(assessments: list[dict[str, Json]], where: str, notes: list[str]) -> tuple[ProductIdentity, Sample]:
    products: list[dict[str, Json]] = []
    for assessment in assessments:
        for each in _objects(assessment.get("assessedProduct"), "assessedProduct", where):
            product = each.get("product", each)
            if isinstance(product, dict) and product not in products:
                products.append(product)
    if not products:
        notes.append("no product is named")
        return ProductIdentity(""), Sample()
    first = products[0]
    names = [_word(product, "name", where) for product in products[1:]]
    identity = ProductIdentity(
        model=_word(first, "name", where),
        id=_word(first, "id", where),
        variants=tuple(dict.fromkeys(name for name in names if name)),
    )
    return identity, Sample(id=_word(first, "batchNumber", where), serial=_word(first, "serialNumber", where))


def _objects(value: Json, name: str, where: str) -> Iterator[dict[str, Json]]:
    """Yield the objects of a list; one object stands for a list of one."""
    if value is None:
        return
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise NotEvidence(f"{name}: not a list of objects", where=where, mend="see the schema of UNTP")
        yield each


def _words(value: Json) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _word(data: dict[str, Json], key: str, where: str) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotEvidence(f"{key}: not a text", where=where, mend="see the schema of UNTP")
    return " ".join(value.split())[:400]


def _day(data: dict[str, Json], key: str, where: str) -> date | None:
    word = _word(data, key, where)
    if not word:
        return None
    try:
        return date.fromisoformat(word[:10])
    except ValueError:
        raise NotEvidence(f"{key}: {word[:40]!r} is not a date", where=where, mend="write 2026-12-01") from None


def _text(words: str) -> Text:
    return Text(words, words)
