"""The rules of the W3C Verifiable Credentials Data Model 2.0, checked without any network.

In comes a credential as plain values, out come the rules that it breaks, each with its section. Contexts are not
fetched: an address that is not in the known list is a finding, for a stranger's context could change what words mean.
"""

import re
from datetime import datetime

from qilian.documents import Value
from qilian.evidence.credentials.context import CONTEXT_ADDRESS, context_digest
from qilian.evidence.credentials.encoding import read_moment

V2 = "https://www.w3.org/ns/credentials/v2"
UNTP_CONTEXT = "https://test.uncefact.org/vocabulary/untp/dcc/working/"
KNOWN_CONTEXTS = frozenset({V2, UNTP_CONTEXT, "https://test.uncefact.org/vocabulary/untp/dcc/0.6.0/", CONTEXT_ADDRESS})

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
_TYPED = ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService", "relatedResource")


def check_vcdm(credential: dict[str, Value]) -> tuple[str, ...]:
    """Return what breaks the data model, in words that cite its sections; empty if nothing does."""
    return (
        *_check_context(credential.get("@context")),
        *_check_type(credential.get("type")),
        *_check_identity(credential),
        *_check_subject(credential.get("credentialSubject")),
        *_check_period(credential),
        *_check_parts(credential),
        *_check_resources(credential),
    )


def issuer_of(credential: dict[str, Value]) -> str:
    """Return the issuer's identifier, or an empty text where there is none."""
    issuer = credential.get("issuer")
    identifier = issuer.get("id") if isinstance(issuer, dict) else issuer
    return identifier if isinstance(identifier, str) else ""


def moment_of(credential: dict[str, Value], name: str) -> datetime | None:
    """Return ``validFrom`` or ``validUntil``; None where it is absent or, as :func:`check_vcdm` reports, malformed."""
    try:
        return read_moment(credential[name]) if name in credential else None
    except ValueError:
        return None


def as_list(value: Value) -> list[Value]:
    """Return the one or many values of a member; nothing for an absent one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _check_context(contexts: Value) -> list[str]:
    if not isinstance(contexts, list) or not contexts or contexts[0] != V2:
        return [f"@context does not start with {V2} (VCDM 2.0, 4.3)"]
    unknown = [entry for entry in contexts if not isinstance(entry, str) or entry not in KNOWN_CONTEXTS]
    return [f"context {str(entry)[:100]} is not known here (VCDM 2.0, B.1)" for entry in unknown]


def _check_type(types: Value) -> list[str]:
    listed = as_list(types)
    if not all(isinstance(entry, str) for entry in listed) or "VerifiableCredential" not in listed:
        return ["type does not hold VerifiableCredential (VCDM 2.0, 4.5)"]
    return []


def _check_identity(credential: dict[str, Value]) -> list[str]:
    found = []
    if "id" in credential and not _is_url(credential["id"]):
        found.append("id is not one URL (VCDM 2.0, 4.4)")
    if not _is_url(issuer_of(credential)):
        found.append("issuer is not a URL or an object with one as id (VCDM 2.0, 4.7)")
    found += [
        f"{name} is no text (VCDM 2.0, 4.6)" for name in ("name", "description") if not _is_words(credential, name)
    ]
    found += [f"claim {name} must not be there (VC-JOSE-COSE, 3.1)" for name in ("vc", "vp") if name in credential]
    if "iss" in credential and credential["iss"] != issuer_of(credential):
        found.append("iss contradicts issuer (VC-JOSE-COSE, 3.1)")
    if "jti" in credential and credential["jti"] != credential.get("id"):
        found.append("jti contradicts id (VC-JOSE-COSE, 3.1)")
    return found


def _check_subject(subject: Value) -> list[str]:
    subjects = as_list(subject)
    if not subjects or not all(isinstance(entry, dict) and entry for entry in subjects):
        return ["credentialSubject is not one or many objects that say something (VCDM 2.0, 4.8)"]
    if any(isinstance(entry, dict) and "id" in entry and not _is_url(entry["id"]) for entry in subjects):
        return ["the id of a credentialSubject is not a URL (VCDM 2.0, 4.4)"]
    return []


def _check_period(credential: dict[str, Value]) -> list[str]:
    found = [
        f"{name} is not a dateTimeStamp with a time zone (VCDM 2.0, 4.9)"
        for name in ("validFrom", "validUntil")
        if name in credential and moment_of(credential, name) is None
    ]
    start, end = (moment_of(credential, name) for name in ("validFrom", "validUntil"))
    if start and end and end < start:
        found.append("validUntil is before validFrom (VCDM 2.0, 4.9)")
    return found


def _check_parts(credential: dict[str, Value]) -> list[str]:
    found = []
    for name in _TYPED:
        for entry in as_list(credential.get(name)):
            if not isinstance(entry, dict):
                found.append(f"{name} is not an object (VCDM 2.0, 4.10, 4.11, 5.2 to 5.6)")
            elif name == "relatedResource":
                if not _is_url(entry.get("id")) or not (entry.get("digestSRI") or entry.get("digestMultibase")):
                    found.append("relatedResource without id or digest (VCDM 2.0, 5.3)")
            elif not entry.get("type"):
                found.append(f"{name} has no type (VCDM 2.0, 4.5)")
            elif (name == "credentialSchema" or "id" in entry) and not _is_url(entry.get("id")):
                found.append(f"the id of {name} is not a URL (VCDM 2.0, 4.4, 4.11)")
    return found


def _check_resources(credential: dict[str, Value]) -> list[str]:
    """Our own context is pinned by digest, so that the words of an old credential keep their meaning."""
    for entry in as_list(credential.get("relatedResource")):
        if (
            isinstance(entry, dict)
            and entry.get("id") == CONTEXT_ADDRESS
            and entry.get("digestSRI") != context_digest()
        ):
            return ["the extension context is not the one that was signed (VCDM 2.0, 5.3)"]
    return []


def _is_words(credential: dict[str, Value], name: str) -> bool:
    if name not in credential:
        return True
    return all(
        isinstance(entry, str) or (isinstance(entry, dict) and isinstance(entry.get("@value"), str))
        for entry in as_list(credential[name])
    )


def _is_url(value: Value) -> bool:
    return isinstance(value, str) and bool(_URL.match(value))
