"""The envelope: JSON Web Signatures in compact form (RFC 7515) as Securing Verifiable Credentials using JOSE asks.

In comes a payload and a key, out goes a signed text; in comes a text, out go its header and payload, *not yet trusted*,
and the answer whether a given key made the signature. The key decides the algorithm, the header only has to agree.
"""

from collections.abc import Collection
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError

from qilian.documents import Value
from qilian.evidence.credentials.encoding import MAX_TEXT_BYTES, from_base64url, read_json, write_json
from qilian.evidence.credentials.errors import NotSigned
from qilian.evidence.credentials.keys import Algorithm, PublicKey, SigningKey

CREDENTIAL_TYPE = "vc+jwt"
PRESENTATION_TYPE = "vp+jwt"
MAX_HEADER_BYTES = 4_000
_CARRIES_A_KEY = ("jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256")
_ACCEPTED = {
    Algorithm.ES256: frozenset({"ES256"}),
    Algorithm.EDDSA: frozenset({"EdDSA", "Ed25519"}),  # the name of RFC 9864 for the same signature
}


class _Registry(jws.JWSRegistry):
    """The rules of joserfc with our bounds.

    RFC 9864 deprecates the name ``EdDSA`` because it leaves the curve open. Other verifiers of credentials still expect
    that name; here it always means Ed25519, so joserfc's model of that curve stands behind it.
    """

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = MAX_TEXT_BYTES
    max_signature_length = 86

    def __init__(self, algorithms: Collection[str]) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)
        self.algorithms = {**jws.JWSRegistry.algorithms, "EdDSA": jws.JWSRegistry.algorithms["Ed25519"]}


_REGISTRIES = {algorithm: _Registry(names) for algorithm, names in _ACCEPTED.items()}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed text, taken apart and not yet checked.

    Attributes
    ----------
    kind
        ``vc+jwt`` or ``vp+jwt``.
    algorithm, key_id
        As the header claims.
    """

    text: str
    kind: str
    algorithm: str
    key_id: str
    payload: dict[str, Value]


def sign(payload: dict[str, Value], key: SigningKey, kind: str = CREDENTIAL_TYPE) -> str:
    """Return the payload as a signed text with ``typ``, ``cty`` and the id of the key in its header."""
    header = {"alg": str(key.public.algorithm), "typ": kind, "cty": kind[:2], "kid": key.public.id}
    registry = _REGISTRIES[key.public.algorithm]
    return jws.serialize_compact(header, write_json(payload), key.secret, registry=registry)


def open_envelope(text: str) -> Envelope:
    """Take a signed text apart.

    Raises
    ------
    NotSigned
        If it is too large, not three canonical base64url parts, unsigned, of another type, or if its header brings
        its own key or asks for rules that are not known here (``crit``).
    """
    if len(text) > MAX_TEXT_BYTES:
        raise NotSigned(f"larger than {MAX_TEXT_BYTES // 1_000_000} MB", mend="link pictures, do not embed them")
    parts = text.split(".")
    if len(parts) != 3:
        mend = "ask the issuer for the signed text (vc+jwt)" if text.lstrip().startswith("{") else ""
        raise NotSigned("not a signed credential of three parts", mend=mend)
    try:
        header, payload = (read_json(from_base64url(part)) for part in parts[:2])
        from_base64url(parts[2])
    except ValueError as error:
        raise NotSigned(f"not a signed credential: {error}") from None
    _check_header(header, parts)
    return Envelope(text, str(header["typ"]), str(header["alg"]), str(header["kid"]), payload)


def is_signed_by(envelope: Envelope, key: PublicKey) -> bool:
    """Return whether ``key`` made the signature, with the one algorithm that goes with it."""
    if envelope.algorithm not in _ACCEPTED[key.algorithm]:
        return False
    try:
        jws.deserialize_compact(envelope.text, key.jwk, registry=_REGISTRIES[key.algorithm])
    except (JoseError, ValueError):
        return False
    return True


def _check_header(header: dict[str, Value], parts: list[str]) -> None:
    algorithm, kind, key_id = (header.get(name) for name in ("alg", "typ", "kid"))
    if algorithm == "none" or not parts[2]:
        raise NotSigned("not signed (alg none)", mend="ask the issuer for a signed one")
    if algorithm not in {name for names in _ACCEPTED.values() for name in names}:
        raise NotSigned(f"signed with {algorithm!r}, which is not accepted", mend="ES256 and EdDSA (Ed25519) are")
    brought = [name for name in _CARRIES_A_KEY if name in header]
    if brought:
        raise NotSigned(f"it brings its own key ({brought[0]})", mend="keys come from the trust list only")
    if "crit" in header or "b64" in header:
        raise NotSigned("its header asks for rules that are not known here (crit)")
    if kind not in (CREDENTIAL_TYPE, PRESENTATION_TYPE):
        raise NotSigned(f"of type {kind!r}", mend=f"a credential has typ {CREDENTIAL_TYPE}")
    if header.get("cty", kind[:2]) != kind[:2]:
        raise NotSigned(f"its content is {header['cty']!r}, not {kind[:2]!r}")
    if not isinstance(key_id, str) or "#" not in key_id:
        raise NotSigned("it names no key (kid)", mend="the issuer signs with the full id of a key, did:…#…")
