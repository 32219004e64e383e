"""Who signed, and whether that signature counts: issuer, role, key, its periods, and the signature itself.

In come an envelope, the trust list and the moment of the check; out comes the first reason against it, or none.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from qilian.documents import Value
from qilian.evidence.credentials.encoding import write_moment
from qilian.evidence.credentials.jose import Envelope, is_signed_by
from qilian.evidence.credentials.keys import PublicKey
from qilian.evidence.credentials.problems import Fault, Problem
from qilian.evidence.credentials.trust import Issuer, Role, Trust
from qilian.evidence.credentials.vcdm import issuer_of, moment_of

CLOCK_TOLERANCE = timedelta(minutes=5)


def authenticate(envelope: Envelope, trust: Trust, now: datetime, roles: Collection[Role]) -> Problem | None:
    """Return why the signature of a credential does not count, or None.

    Parameters
    ----------
    roles
        What the issuer must be trusted for, all of them; none for a status list, which every issuer signs for its own
        credentials.
    """
    did = issuer_of(envelope.payload)
    issuer = trust.issuers.get(did)
    if issuer is None:
        return Problem(Fault.UNKNOWN_ISSUER, f"issuer {_short(did)} is not in the trust list")
    for role in roles:
        if role not in issuer.roles:
            return Problem(Fault.WRONG_ROLE, f"{issuer.name} is not trusted for {role}s")
    key = issuer.keys.get(envelope.key_id)
    if key is None or not key.assertion:
        return Problem(Fault.UNKNOWN_KEY, f"key {_short(envelope.key_id)} is not one that {issuer.name} signs with")
    if not is_signed_by(envelope, key):
        return Problem(
            Fault.SIGNATURE, f"the signature is not that of {_short(key.id)}: changed, or made by another key"
        )
    signed = signing_moment(envelope.payload)
    if isinstance(signed, Problem):
        return signed
    return check_key_period(key, signed, now) or _check_issuer_period(issuer, signed)


def check_key_period(key: PublicKey, signed: datetime | None, now: datetime) -> Problem | None:
    """Return why a key's signature of ``signed`` does not count at ``now``, or None."""
    given_up = min((moment for moment in (key.revoked, key.expires) if moment), default=None)
    if given_up and now >= given_up:
        word = "was revoked" if given_up == key.revoked else "expired"
        return Problem(Fault.KEY_REVOKED, f"key {_short(key.id)} {word} on {write_moment(given_up)}")
    if signed is None:
        if key.signs_from or key.signs_until:
            return Problem(Fault.KEY_PERIOD, "it does not say when it was signed (iat)")
        return None
    if signed > now + CLOCK_TOLERANCE:
        return Problem(Fault.KEY_PERIOD, f"it says that it was signed later than now, on {write_moment(signed)}")
    if (key.signs_from and signed < key.signs_from) or (key.signs_until and signed > key.signs_until):
        return Problem(Fault.KEY_PERIOD, f"key {_short(key.id)} was not in use on {write_moment(signed)}")
    return None


def signing_moment(payload: dict[str, Value]) -> datetime | Problem | None:
    """Return when it was signed (``iat``), or from when it holds; None where it says neither."""
    if "iat" not in payload:
        return moment_of(payload, "validFrom")
    return numeric_date(payload["iat"]) or Problem(Fault.MODEL, "iat is not a moment (RFC 7519, 4.1.6)")


def numeric_date(value: Value) -> datetime | None:
    """Return a NumericDate of RFC 7519 as a moment, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _check_issuer_period(issuer: Issuer, signed: datetime | None) -> Problem | None:
    if not (issuer.trusted_from or issuer.trusted_until):
        return None
    if signed is None:
        return Problem(Fault.ISSUER_PERIOD, "it does not say when it was signed (iat)")
    too_early = issuer.trusted_from and signed < issuer.trusted_from
    if too_early or (issuer.trusted_until and signed > issuer.trusted_until):
        return Problem(Fault.ISSUER_PERIOD, f"{issuer.name} was not trusted on {write_moment(signed)}")
    return None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:60] + "…" + text[-8:]
