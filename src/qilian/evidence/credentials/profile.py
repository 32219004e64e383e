"""What a credential says: reports in the UNTP Digital Conformity profile with our extension, and decisions.

In comes a :class:`~qilian.evidence.model.Report` or a :class:`~qilian.evidence.decision.Decision`, out goes the
credential as plain values, unsigned; and back. UNTP 0.6 has no conformity topic for machine safety or product
performance, and each of its assessments needs one: so tests stand in our ``testReport``, never under a borrowed topic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from qilian.documents import Value
from qilian.evidence.credentials.context import CONTEXT_ADDRESS, context_digest
from qilian.evidence.credentials.encoding import write_local_moment, write_moment
from qilian.evidence.credentials.errors import CredentialError
from qilian.evidence.credentials.keys import SigningKey
from qilian.evidence.credentials.vcdm import UNTP_CONTEXT, V2, as_list
from qilian.evidence.decision import Decision
from qilian.evidence.errors import NotEvidence
from qilian.evidence.importers.own import FORMAT, report_from_data, report_to_data
from qilian.evidence.model import Report, ReportKind, Seal, Source
from qilian.text import Text

_ATTESTATION = {
    ReportKind.TEST_REPORT: "testing",
    ReportKind.CERTIFICATE: "certification",
    ReportKind.CALIBRATION: "calibration",
    ReportKind.QUALITY_DOCUMENT: "declaration",
}


class Topic(StrEnum):
    """What a test is about, where UNTP has no word for it; the terms are documented with the extension context."""

    MACHINE_SAFETY = "machine-safety"
    PRODUCT_PERFORMANCE = "product-performance"


@dataclass(frozen=True, slots=True)
class Party:
    """Who a report is issued to; only somebody with a DID can later prove to be that party."""

    id: str
    name: str


def report_credential(
    report: Report,
    key: SigningKey,
    now: datetime,
    *,
    issued_to: Party | None = None,
    topics: Mapping[str, Topic] | None = None,
    valid_until: datetime | None = None,
) -> dict[str, Value]:
    """Return a report as an unsigned UNTP Digital Conformity Credential.

    Parameters
    ----------
    now
        With the time zone in which the report's dates are days.
    topics
        By the id of the test within the report.
    valid_until
        Of the credential; by default the end of the report's last day of validity, where it has one.

    Raises
    ------
    CredentialError
        If the report names another laboratory's DID, or its words would not come back the same.
    """
    if report.laboratory.id.startswith("did:") and report.laboratory.id != key.did:
        raise CredentialError(
            f"a report of {report.laboratory.id}", where=f"report {report.id}", mend=f"{key.did} cannot sign it"
        )
    topics = topics or {}
    unknown = topics.keys() - {test.id for test in report.tests}
    if unknown:
        raise CredentialError(f"no test {min(unknown)}", where=f"report {report.id}", mend="name tests of the report")
    subject = _urn(f"{key.did} report {report.id}")
    # A date is a day where it is signed: in Hangzhou it begins eight hours before it does in UTC.
    issued = datetime.combine(report.issued, time(), now.tzinfo) if report.issued else now
    last = report.valid_until
    end = valid_until or (datetime.combine(last, time(23, 59, 59), now.tzinfo) if last else None)
    credential = _frame(
        ["DigitalConformityCredential", "VerifiableCredential"],
        _urn(f"{key.did} credential {report.id} {write_moment(now)}"),
        key,
        now,
        issued,
        end,
    )
    credential["credentialSubject"] = {
        "type": ["ConformityAttestation", "Attestation", "ProductTestReport"],
        "id": subject,
        "name": report.title.say("en") or f"{report.kind.value.replace('_', ' ')} {report.id}",
        "assessorLevel": "Unspecified",  # a report does not say whether the laboratory is independent
        "assessmentLevel": _level(report),
        "attestationType": _ATTESTATION[report.kind],
        "issuedToParty": {
            "id": issued_to.id if issued_to else f"{subject}#issued-to",
            "name": issued_to.name if issued_to else report.product.maker or "not said",
        },
        **_authorisations(report, subject),
        **_file(report),
        "testReport": _test_report(report, topics),
    }
    if replace(report_of(credential), seal=report.seal) != report:
        raise CredentialError(
            "its words would not come back the same from the credential",
            where=f"report {report.id}",
            mend="write it as qilian-report/1 and read it again first",
        )
    return credential


def is_report(credential: Mapping[str, Value]) -> bool:
    """Return whether a credential is a test report of this profile."""
    subject = credential.get("credentialSubject")
    return isinstance(subject, dict) and "testReport" in subject


def report_of(credential: Mapping[str, Value]) -> Report:
    """Return the report in a credential of this profile; its seal is the earlier one, the caller knows the new one.

    Raises
    ------
    CredentialError
        If it is another kind of credential, or malformed.
    """
    subject = credential.get("credentialSubject")
    content = subject.get("testReport") if isinstance(subject, dict) else None
    if not isinstance(content, dict):
        raise CredentialError("no test report of this profile", mend="read it with the importer of its own profile")
    plain = _renamed(content, "identifier", "id")
    for test in as_list(plain.get("tests")):
        if isinstance(test, dict):
            test.pop("topic", None)
    try:
        return report_from_data({"format": FORMAT, **plain}, "credential")
    except NotEvidence as error:
        raise CredentialError(f"its test report is malformed: {error}") from None


def decision_credential(decision: Decision, key: SigningKey, now: datetime) -> dict[str, Value]:
    """Return an acceptance decision as an unsigned credential: the outcome, with every clause and what decided it."""
    report, policy = decision.report, decision.policy
    name = f"{report.id} {decision.reported.id} {decision.item.id} {policy.id} {decision.on}"
    credential = _frame(
        ["VerifiableCredential", "AcceptanceDecisionCredential"],
        _urn(f"{key.did} credential {name} {write_moment(now)}"),
        key,
        now,
        now,
        None,
    )
    clauses: list[Value] = [
        {
            "clause": cited.clause.id,
            "title": _words(cited.clause.title),
            "truth": cited.truth.value,
            "effect": cited.clause.otherwise.value,
            "confidence": cited.clause.confidence,
            "assumption": cited.clause.assumption,
            "sources": list(cited.clause.sources),
            "because": [{"fact": fact, "value": _plain(value)} for fact, value in cited.because],
            "missing": list(cited.missing),
        }
        for cited in decision.clauses
    ]
    questions: list[Value] = [
        {"fact": each.fact, "question": _words(each.text), "waiting": list(each.clauses)} for each in decision.questions
    ]
    content: dict[str, Value] = {
        "report": report.id,
        "reported_test": decision.reported.id,
        "test": decision.item.id,
        "policy": policy.id,
        "market": policy.market,
        "programme": _words(policy.programme),
        "on": decision.on.isoformat(),
        "acceptance": decision.outcome.value,
        "recognition": decision.recognition,
        "clauses": clauses,
        "questions": questions,
    }
    if report.source.sha256:
        content["report_digest"] = f"sha-256:{report.source.sha256}"
    credential["credentialSubject"] = {
        "type": ["AcceptanceDecision"],
        "id": _urn(f"{key.did} decision {name}"),
        "acceptanceDecision": content,
    }
    return credential


def sealed(report: Report, seal: Seal, sha256: str) -> Report:
    """Return a report that was read from a credential with the seal that its check gave it."""
    return replace(report, seal=seal, source=Source("vc+jwt", sha256=sha256))


def _frame(
    types: list[Value], identifier: str, key: SigningKey, now: datetime, start: datetime, end: datetime | None
) -> dict[str, Value]:
    contexts: list[Value] = [V2, UNTP_CONTEXT] if "DigitalConformityCredential" in types else [V2]
    frame: dict[str, Value] = {
        "@context": [*contexts, CONTEXT_ADDRESS],
        "id": identifier,
        "type": types,
        "issuer": {"type": ["CredentialIssuer"], "id": key.did, "name": key.name}
        if UNTP_CONTEXT in contexts
        else {"id": key.did, "name": key.name},
        "validFrom": write_local_moment(start),
    }
    if end:
        frame["validUntil"] = write_local_moment(end)
    frame["relatedResource"] = [{"id": CONTEXT_ADDRESS, "digestSRI": context_digest()}]
    frame["iat"] = int(now.timestamp())
    return frame


def _level(report: Report) -> str:
    if any(claim.arrangements for claim in report.laboratory.accreditations):
        return "GlobalMRA"
    return "Accredited" if report.laboratory.accreditations else "Unspecified"


def _authorisations(report: Report, subject: str) -> dict[str, Value]:
    claims: list[Value] = [
        {
            "type": ["Endorsement"],
            "id": f"{subject}#accreditation-{number}",
            "name": f"{claim.scheme} {claim.number}".strip(),
            "issuingAuthority": {"id": f"{subject}#authority-{number}", "name": claim.scheme},
        }
        for number, claim in enumerate(report.laboratory.accreditations, 1)
    ]
    return {"authorisation": claims} if claims else {}


def _file(report: Report) -> dict[str, Value]:
    """Bind the file that the report was read from: whoever holds it can compare its digest."""
    if not report.source.sha256:
        return {}
    link: dict[str, Value] = {"linkName": report.source.file, "hashDigest": report.source.sha256}
    return {"auditableEvidence": {**link, "hashMethod": "SHA-256"}}


def _test_report(report: Report, topics: Mapping[str, Topic]) -> Value:
    data = report_to_data(report)
    del data["format"]
    content = _renamed(data, "id", "identifier")
    for test in as_list(content["tests"]):
        if isinstance(test, dict) and str(test["identifier"]) in topics:
            test["topic"] = topics[str(test["identifier"])].value
    return content


def _renamed(content: Mapping[str, Value], old: str, new: str) -> dict[str, Value]:
    """Rename a key of the report and its parts: in a credential ``id`` is a URL (VCDM 2.0, 4.4), a number is none."""
    found = _swapped(content, old, new)
    for name in ("laboratory", "product", "sample"):
        part = found.get(name)
        if isinstance(part, dict):
            found[name] = _swapped(part, old, new)
    tests = found.get("tests")
    if isinstance(tests, list):
        found["tests"] = [_swapped(test, old, new) if isinstance(test, dict) else test for test in tests]
    return found


def _swapped(part: Mapping[str, Value], old: str, new: str) -> dict[str, Value]:
    if new in part:
        raise CredentialError(f"{new} where {old} belongs", mend="a name that says two things says nothing")
    return {new if key == old else key: value for key, value in part.items()}


def _plain(value: object) -> Value:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, frozenset | set | tuple | list):
        return [*sorted(str(each) for each in value)]
    return str(value)


def _words(text: Text) -> Value:
    return {language: words for language, words in (("zh", text.zh), ("en", text.en)) if words}


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn
