"""Is this credential good, off line, now? Signature, issuer, key, data model, period, status, and who shows it to whom.

In come a signed text, the trust list, the status lists at hand and the moment; out goes a :class:`Verification` with
every reason against it. Nothing is fetched, and what could not be checked is a problem too, never a silent yes.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from qilian.documents import Value
from qilian.evidence.credentials.authentication import (
    CLOCK_TOLERANCE,
    authenticate,
    check_key_period,
    numeric_date,
)
from qilian.evidence.credentials.encoding import write_moment
from qilian.evidence.credentials.errors import CredentialError, NotSigned
from qilian.evidence.credentials.jose import CREDENTIAL_TYPE, Envelope, is_signed_by, open_envelope
from qilian.evidence.credentials.keys import PublicKey, did_jwk_key
from qilian.evidence.credentials.problems import Fault, Problem
from qilian.evidence.credentials.profile import is_report, report_of, sealed
from qilian.evidence.credentials.signing import ENVELOPE
from qilian.evidence.credentials.status_lists import StatusLists
from qilian.evidence.credentials.trust import Issuer, Role, Trust
from qilian.evidence.credentials.vcdm import V2, as_list, check_vcdm, issuer_of, moment_of
from qilian.evidence.model import Report, Seal, SealState

MAX_PRESENTED = 200
_ROLES = {"AcceptanceDecisionCredential": Role.DECISION, "DigitalConformityCredential": Role.REPORT}


@dataclass(frozen=True, slots=True)
class Verification:
    """What the check of a credential, or of a presentation of several, found.

    Attributes
    ----------
    ok
        True only if every check was made and passed.
    problems
        Every reason against it.
    kind
        ``report``, ``decision``, ``presentation`` or ``credential`` (of another profile).
    issuer, issuer_name
        Who is said to have signed; the name as the operator's trust list has it.
    credential
        The content as plain values. Not to be relied on unless ``ok``.
    report
        The report in it, with a seal that says how the check came out, or None.
    presented
        The credentials in a presentation, each with its own result.
    """

    ok: bool
    problems: tuple[Problem, ...]
    kind: str = "credential"
    id: str = ""
    issuer: str = ""
    issuer_name: str = ""
    credential: dict[str, Value] = field(default_factory=dict, repr=False)
    report: Report | None = None
    presented: tuple["Verification", ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether nothing speaks against it but something could not be checked."""
        return bool(self.problems) and all(problem.undecided for problem in self.problems)


def verify(
    text: str,
    trust: Trust,
    statuses: StatusLists,
    now: datetime,
    *,
    audience: str | None = None,
    nonce: str | None = None,
) -> Verification:
    """Check a signed credential or presentation.

    Parameters
    ----------
    text
        A ``vc+jwt``, or a ``vp+jwt``, exactly as it was handed over.
    statuses
        From :func:`read_status_lists`; without the list that a credential names, it stays undecided.
    now
        With a time zone.
    audience, nonce
        Who asks, and what was asked to be repeated. With them only a presentation made for this request is accepted:
        a copied credential, or a presentation made for another verifier or request, is refused as replayed.
    """
    try:
        envelope = open_envelope(text)
    except NotSigned as error:
        return Verification(False, (Problem(Fault.NOT_SIGNED, str(error)),))
    if envelope.kind != CREDENTIAL_TYPE:
        return _verify_presentation(envelope, trust, statuses, now, audience, nonce)
    found = _verify_credential(envelope, trust, statuses, now)
    if audience is None and nonce is None:
        return found
    message = "a bare credential, which anyone could have copied: ask for a presentation (vp+jwt)"
    return _with(found, Problem(Fault.REPLAY, message))


def _verify_credential(envelope: Envelope, trust: Trust, statuses: StatusLists, now: datetime) -> Verification:
    credential = envelope.payload
    types = as_list(credential.get("type"))
    roles = [role for name, role in _ROLES.items() if name in types] or [Role.REPORT]
    issuer = trust.issuers.get(issuer_of(credential))
    report: Report | None = None
    refusal = authenticate(envelope, trust, now, roles)
    problems = [refusal] if refusal else []
    problems += [Problem(Fault.MODEL, message) for message in check_vcdm(credential)]
    if is_report(credential):
        try:
            report = report_of(credential)
        except CredentialError as error:
            problems.append(Problem(Fault.MODEL, str(error)))
    if not refusal:
        problems += _check_period(credential, now)
        if len(roles) > 1:
            problems.append(Problem(Fault.MODEL, "a report and a decision in one credential"))
        if "aud" in credential:
            problems.append(Problem(Fault.REPLAY, "a credential made for one recipient (aud): ask for a presentation"))
        problems += statuses.check(issuer_of(credential), credential.get("credentialStatus"), now)
        if report and issuer:
            problems += _check_laboratory(report, issuer)
    if report:
        report = sealed(report, _seal(credential, problems), hashlib.sha256(envelope.text.encode()).hexdigest())
    return Verification(
        ok=not problems,
        problems=tuple(problems),
        kind="report" if is_report(credential) else "decision" if Role.DECISION in roles else "credential",
        id=str(credential.get("id", "")),
        issuer=issuer_of(credential),
        issuer_name=issuer.name if issuer else "",
        credential=credential,
        report=report,
    )


def _check_period(credential: dict[str, Value], now: datetime) -> list[Problem]:
    """VCDM 2.0 section 4.9, and ``exp`` of the signature (VC-JOSE-COSE section 3.1.3)."""
    problems = []
    start, end = (moment_of(credential, name) for name in ("validFrom", "validUntil"))
    if start and now < start - CLOCK_TOLERANCE:
        problems.append(Problem(Fault.NOT_YET_VALID, f"valid only from {write_moment(start)}"))
    if end and now > end:
        problems.append(Problem(Fault.EXPIRED, f"valid only until {write_moment(end)}"))
    if "exp" in credential:
        expiry = numeric_date(credential["exp"])
        if expiry is None or now > expiry:
            problems.append(Problem(Fault.EXPIRED, "its signature has expired (exp)"))
    return problems


def _check_laboratory(report: Report, issuer: Issuer) -> list[Problem]:
    """A laboratory that is trusted for its own reports is not trusted for those of another."""
    named = report.laboratory.id
    if not named or named == issuer.did or named in issuer.laboratories:
        return []
    return [Problem(Fault.LABORATORY, f"a report of laboratory {named[:80]}, which {issuer.name} does not sign for")]


def _seal(credential: dict[str, Value], problems: list[Problem]) -> Seal:
    if not problems:
        state = SealState.VALID
    elif all(problem.undecided for problem in problems):
        state = SealState.UNCHECKED
    else:
        state = SealState.BROKEN
    remark = problems[0].message if problems else ""
    return Seal("jose", state, issuer_of(credential), remark=remark)


def _verify_presentation(
    envelope: Envelope, trust: Trust, statuses: StatusLists, now: datetime, audience: str | None, nonce: str | None
) -> Verification:
    payload = envelope.payload
    holder = payload.get("holder")
    did = holder if isinstance(holder, str) else str(holder.get("id")) if isinstance(holder, dict) else ""
    problems = _check_holder(envelope, did, trust, now) or _check_request(payload, now, audience, nonce)
    presented: list[Verification] = []
    texts, malformed = _enveloped(payload)
    problems += malformed
    for text in texts:
        found = verify(text, trust, statuses, now)
        if did not in _owners(found.credential):
            found = _with(found, Problem(Fault.HOLDER, f"not issued to {did[:80]}, who shows it"))
        presented.append(found)
    problems += [problem for found in presented for problem in found.problems]
    return Verification(
        not problems,
        tuple(problems),
        "presentation",
        str(payload.get("id", "")),
        did,
        "",
        payload,
        None,
        tuple(presented),
    )


def _check_holder(envelope: Envelope, did: str, trust: Trust, now: datetime) -> list[Problem]:
    """A did:jwk proves itself, as the credentials must name it anyway; a did:web needs its keys in the trust list."""
    known = trust.issuers.get(did)
    key: PublicKey | None = None
    if known is not None:
        key = known.keys.get(envelope.key_id)
    elif did.startswith("did:jwk:"):
        try:
            own = did_jwk_key(did)
        except ValueError:
            own = None
        key = own if own and own.id == envelope.key_id else None
    if key is None or not key.authentication:
        return [Problem(Fault.HOLDER, f"the keys of {did[:80] or 'the holder'} are not known here")]
    if not is_signed_by(envelope, key):
        return [Problem(Fault.SIGNATURE, "the presentation's signature is not that of its holder")]
    late = check_key_period(key, numeric_date(envelope.payload.get("iat")), now)
    return [late] if late else []


def _check_request(payload: dict[str, Value], now: datetime, audience: str | None, nonce: str | None) -> list[Problem]:
    problems = []
    contexts, types = payload.get("@context"), as_list(payload.get("type"))
    if not isinstance(contexts, list) or contexts[:1] != [V2] or "VerifiablePresentation" not in types:
        problems.append(Problem(Fault.MODEL, "not a presentation by the data model (VCDM 2.0, 4.13)"))
    if audience is None or nonce is None:
        problems.append(Problem(Fault.REPLAY, "a presentation: say who asks and for which request (audience, nonce)"))
        return problems
    if as_list(payload.get("aud")) != [audience]:
        problems.append(Problem(Fault.REPLAY, f"made for {str(payload.get('aud'))[:80]}, not for {audience}"))
    if payload.get("nonce") != nonce:
        problems.append(Problem(Fault.REPLAY, "made for another request (nonce)"))
    expiry = numeric_date(payload.get("exp"))
    if expiry is None or now > expiry:
        problems.append(Problem(Fault.EXPIRED, "the presentation is too old, or does not say how long it holds (exp)"))
    return problems


def _enveloped(payload: dict[str, Value]) -> tuple[list[str], list[Problem]]:
    entries = as_list(payload.get("verifiableCredential"))
    texts = []
    for entry in entries[:MAX_PRESENTED]:
        identifier = entry.get("id") if isinstance(entry, dict) else None
        kinds = as_list(entry.get("type")) if isinstance(entry, dict) else []
        if not isinstance(identifier, str) or "EnvelopedVerifiableCredential" not in kinds:
            return [], [Problem(Fault.MODEL, "it holds something that is no enveloped credential (VCDM 2.0, 4.13.1)")]
        texts.append(identifier.removeprefix(ENVELOPE))
    if not texts or len(entries) > MAX_PRESENTED:
        return [], [Problem(Fault.MODEL, f"it holds no credential, or more than {MAX_PRESENTED}")]
    return texts, []


def _owners(credential: dict[str, Value]) -> set[str]:
    """Who may present a credential: its issuer, its subject, and the party that a UNTP attestation is issued to."""
    owners = {issuer_of(credential)}
    for subject in as_list(credential.get("credentialSubject")):
        if isinstance(subject, dict):
            party = subject.get("issuedToParty")
            owners |= {str(subject.get("id")), str(party.get("id")) if isinstance(party, dict) else ""}
    return owners


def _with(found: Verification, problem: Problem) -> Verification:
    return Verification(
        False,
        (*found.problems, problem),
        found.kind,
        found.id,
        found.issuer,
        found.issuer_name,
        found.credential,
        found.report,
        found.presented,
    )
