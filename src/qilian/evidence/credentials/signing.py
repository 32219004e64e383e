"""Issuing: reports and decisions become signed credentials, and a holder presents them to one verifier, once.

In come reports, a signing key and the registers of the issuer's status lists; out go signed texts and the registers
with the new credentials in them, to be written before the texts are handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qilian.documents import Value
from qilian.evidence.credentials.encoding import MAX_TEXT_BYTES
from qilian.evidence.credentials.errors import CredentialError
from qilian.evidence.credentials.jose import PRESENTATION_TYPE, sign
from qilian.evidence.credentials.keys import SigningKey
from qilian.evidence.credentials.profile import Party, Topic, decision_credential, report_credential
from qilian.evidence.credentials.status_register import StatusRegister
from qilian.evidence.credentials.vcdm import V2, check_vcdm
from qilian.evidence.decision import Decision
from qilian.evidence.model import Report

ENVELOPE = "data:application/vc+jwt,"


@dataclass(frozen=True, slots=True)
class Issued:
    """Signed texts with their credential ids, and the registers that now hold them."""

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    registers: tuple[StatusRegister, ...]


def sign_report(
    report: Report,
    key: SigningKey,
    now: datetime,
    registers: Sequence[StatusRegister] = (),
    *,
    issued_to: Party | None = None,
    topics: Mapping[str, Topic] | None = None,
    valid_until: datetime | None = None,
) -> Issued:
    """Sign one report.

    Parameters
    ----------
    registers
        Of the status lists that shall be able to revoke or suspend it; without any, it cannot be taken back.
    issued_to
        The party that may present it; by default the maker's name, who then cannot be recognised.
    topics, valid_until
        As in :func:`report_credential`.

    Raises
    ------
    CredentialError
        If the key's time is over, or the report cannot be written as a credential.
    """
    credential = report_credential(report, key, now, issued_to=issued_to, topics=topics, valid_until=valid_until)
    return _issue([credential], key, now, registers)


def sign_reports(
    reports: Sequence[Report], key: SigningKey, now: datetime, registers: Sequence[StatusRegister] = ()
) -> Issued:
    """Sign many reports; either all of them or, where one cannot be signed, none.

    Raises
    ------
    CredentialError
        As :func:`sign_report`.
    """
    return _issue([report_credential(report, key, now) for report in reports], key, now, registers)


def sign_decision(
    decision: Decision, key: SigningKey, now: datetime, registers: Sequence[StatusRegister] = ()
) -> Issued:
    """Sign an acceptance decision.

    Raises
    ------
    CredentialError
        If the key's time is over.
    """
    return _issue([decision_credential(decision, key, now)], key, now, registers)


def present(
    credentials: Sequence[str],
    key: SigningKey,
    now: datetime,
    *,
    audience: str,
    nonce: str,
    valid_for: timedelta = timedelta(minutes=10),
) -> str:
    """Return the credentials in a presentation that only ``audience`` accepts, and only against its ``nonce``.

    Parameters
    ----------
    key
        Of the party that the credentials were issued to, or of their issuer.
    nonce
        What the verifier asked to be repeated; fresh for each request.
    """
    enveloped: list[Value] = [
        {"@context": [V2], "type": ["EnvelopedVerifiableCredential"], "id": ENVELOPE + text} for text in credentials
    ]
    payload: dict[str, Value] = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": key.did,
        "verifiableCredential": enveloped,
        "aud": audience,
        "nonce": nonce,
        "iat": int(now.timestamp()),
        "exp": int((now + valid_for).timestamp()),
    }
    return sign(payload, key, PRESENTATION_TYPE)


def _issue(
    credentials: list[dict[str, Value]], key: SigningKey, now: datetime, registers: Sequence[StatusRegister]
) -> Issued:
    public = key.public
    if (public.signs_from and now < public.signs_from) or (public.signs_until and now > public.signs_until):
        raise CredentialError(
            f"{public.id}: not in use on {now:%Y-%m-%d}", where="key", mend="sign with the current key"
        )
    ids = tuple(str(credential["id"]) for credential in credentials)
    if len(set(ids)) != len(ids):
        raise CredentialError("two reports with one number", where="reports", mend="sign each once")
    entered = tuple(register.enter(*ids) for register in registers)
    texts = []
    for identifier, credential in zip(ids, credentials, strict=True):
        entries: list[Value] = [register.entry(identifier) for register in entered]
        if entries:
            credential["credentialStatus"] = entries[0] if len(entries) == 1 else entries
        broken = check_vcdm(credential)
        if broken:
            raise CredentialError(
                broken[0], where=f"credential {identifier}", mend="mend the key's name and identifier"
            )
        text = sign(credential, key)
        if len(text) > MAX_TEXT_BYTES:
            raise CredentialError(
                "larger than 1 MB when signed", where=f"credential {identifier}", mend="split the report"
            )
        texts.append(text)
    return Issued(tuple(texts), ids, entered)
