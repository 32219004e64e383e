"""Keys that sign, keys that check, and the file that holds a signing key.

``create_key`` makes a key and writes it to a new file that only its owner may read; ``read_key`` reads it back and
refuses a file that others may read. The private half is never shown: not by ``repr``, not in an error, not in a did
document. The only randomness in this room is here, and it is the operating system's.
"""

import os
import re
import stat
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from qilian.documents import Value
from qilian.evidence.credentials.encoding import (
    from_base64url,
    read_json,
    read_json_file,
    read_moment,
    to_base64url,
    write_json,
    write_moment,
)
from qilian.evidence.credentials.errors import CredentialError

KEY_FORMAT = "qilian-key/1"
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_DID_WEB = re.compile(r"did:web:[A-Za-z0-9.-]+(%3A[0-9]{1,5})?(:[A-Za-z0-9._%-]+)*\Z")
_FRAGMENT = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


class Algorithm(StrEnum):
    """How a signature is made; each goes with exactly one kind of key, so that neither can be passed for the other."""

    ES256 = "ES256"
    EDDSA = "EdDSA"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures.

    Attributes
    ----------
    id
        ``did:web:lab.example#2026``.
    signs_from, signs_until
        When the owner signs with it; a signature made in that time stays verifiable afterwards.
    revoked
        When the owner or the operator gave it up; from then on none of its signatures counts, whatever date they bear.
    expires
        Likewise, announced beforehand (Controlled Identifiers 1.0, section 2.2).
    assertion, authentication
        Whether it may sign credentials, and presentations.
    """

    id: str
    algorithm: Algorithm
    jwk: ECKey | OKPKey = field(repr=False, compare=False)
    thumbprint: str = ""
    signs_from: datetime | None = None
    signs_until: datetime | None = None
    revoked: datetime | None = None
    expires: datetime | None = None
    assertion: bool = True
    authentication: bool = True

    @property
    def did(self) -> str:
        """The identifier of its owner."""
        return self.id.partition("#")[0]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs, with the name of its owner; ``public`` is what may be shown."""

    name: str
    public: PublicKey
    secret: ECKey | OKPKey = field(repr=False, compare=False)

    @property
    def did(self) -> str:
        """The identifier of the issuer."""
        return self.public.did


def create_key(
    path: Path,
    *,
    name: str,
    did: str | None = None,
    label: str = "key-1",
    algorithm: Algorithm = Algorithm.ES256,
    signs_from: datetime | None = None,
    signs_until: datetime | None = None,
) -> SigningKey:
    """Make a key and write it to a new file with permissions 0600.

    Parameters
    ----------
    name
        Of the laboratory or platform that will sign.
    did
        ``did:web:…`` of the issuer; None makes a ``did:jwk``, which is the key itself and cannot be rotated.
    label
        What distinguishes this key from the issuer's other ones, e.g. ``2026``.
    signs_from, signs_until
        When it is meant to sign.

    Raises
    ------
    CredentialError
        If the file exists, cannot be written, or the identifier is not a did:web.
    """
    secret: ECKey | OKPKey
    secret = ECKey.generate_key("P-256") if algorithm is Algorithm.ES256 else OKPKey.generate_key("Ed25519")
    if did is None:
        identifier = f"did:jwk:{to_base64url(write_json(_public_members(secret)))}#0"
    else:
        identifier = f"{check_did_web(did)}#{label}"
    if not _FRAGMENT.match(label):
        raise CredentialError(f"{label}: not a label", where="key", mend="letters, digits, '.', '_' and '-' only")
    public = _public(identifier, secret, signs_from, signs_until)
    key = SigningKey(name, public, secret)
    _write_secret(path, key)
    return key


def read_key(path: Path) -> SigningKey:
    """Read a signing key.

    Raises
    ------
    CredentialError, DocumentError
        If the file is missing, readable by others, or not a key file. The message never holds the key.
    """
    if os.name == "posix" and path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CredentialError("a signing key that others may read", where=str(path), mend=f"chmod 600 {path}")
    content = read_json_file(path)
    try:
        if content.get("format") != KEY_FORMAT:
            raise ValueError(f"format is not {KEY_FORMAT}")
        jwk = content["jwk"]
        if not isinstance(jwk, dict):
            raise ValueError("jwk is missing")
        secret = import_jwk(jwk)
        if not secret.is_private:
            raise ValueError("it holds only the public half")
        moments = [read_moment(content[name]) if content.get(name) else None for name in ("signs_from", "signs_until")]
        public = _public(str(content["id"]), secret, moments[0], moments[1])
        return SigningKey(str(content["name"]), public, secret)
    except (KeyError, ValueError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise CredentialError(
            f"not a signing key: {reason}", where=path.name, mend="make one with create_key"
        ) from None


def public_key(identifier: str, jwk: dict[str, Value]) -> PublicKey:
    """Return the key that a JWK (RFC 7517) describes.

    Raises
    ------
    ValueError
        If it is neither P-256 nor Ed25519, holds a private half, or is meant for encryption.
    """
    if _PRIVATE_MEMBERS & jwk.keys():
        raise ValueError("a private key where a public one belongs")
    return _public(identifier, import_jwk(jwk), None, None)


def did_jwk_key(did: str) -> PublicKey:
    """Return the key that a ``did:jwk`` is (did:jwk method specification).

    Raises
    ------
    ValueError
        If it is not a did:jwk of a public P-256 or Ed25519 key.
    """
    if not did.startswith("did:jwk:"):
        raise ValueError("not a did:jwk")
    return public_key(f"{did}#0", read_json(from_base64url(did.removeprefix("did:jwk:"))))


def check_did_web(did: str) -> str:
    """Return ``did``.

    Raises
    ------
    CredentialError
        If it is not a did:web.
    """
    if not _DID_WEB.match(did):
        raise CredentialError(f"{did}: not a did:web", where="key", mend="write e.g. did:web:lab.example")
    return did


def public_jwk(key: PublicKey) -> dict[str, Value]:
    """Return the public JWK of a key: its members by RFC 7638, and nothing else."""
    return _public_members(key.jwk)


def import_jwk(jwk: dict[str, Value]) -> ECKey | OKPKey:
    """Return a JWK as a key of one of the two kinds that sign here.

    Raises
    ------
    ValueError
        If it is of another kind or curve, or malformed.
    """
    members = {name: str(jwk[name]) for name in ("kty", "crv", "x", "y", "d") if name in jwk}
    if jwk.get("use", "sig") != "sig":
        raise ValueError("a key for encryption, not for signatures")
    try:
        match members.get("kty"), members.get("crv"):
            case "EC", "P-256":
                key: ECKey | OKPKey = ECKey.import_key(cast("dict[str, str | list[str]]", members))
            case "OKP", "Ed25519":
                key = OKPKey.import_key(cast("dict[str, str | list[str]]", members))
            case kind, curve:
                raise ValueError(f"a key of kind {kind} {curve}: only EC P-256 and OKP Ed25519 sign here")
        key.public_key  # noqa: B018 - joserfc imports late; a point off the curve is refused here, not at the first use
    except (JoseError, KeyError, ValueError) as error:
        if isinstance(error, ValueError) and "kind" in str(error):
            raise
        raise ValueError("a malformed key") from None
    return key


def _public(
    identifier: str, key: ECKey | OKPKey, signs_from: datetime | None, signs_until: datetime | None
) -> PublicKey:
    algorithm = Algorithm.ES256 if key.key_type == "EC" else Algorithm.EDDSA
    members = cast("dict[str, str | list[str]]", _public_members(key))
    half: ECKey | OKPKey = ECKey.import_key(members) if key.key_type == "EC" else OKPKey.import_key(members)
    return PublicKey(identifier, algorithm, half, half.thumbprint(), signs_from, signs_until)


def _public_members(key: ECKey | OKPKey) -> dict[str, Value]:
    members = key.as_dict(private=False)
    return {name: str(members[name]) for name in ("crv", "kty", "x", "y") if name in members}


def _write_secret(path: Path, key: SigningKey) -> None:
    """Write the file under a mask that gives nobody else a moment to read it; an existing file is never replaced."""
    content: dict[str, Value] = {"format": KEY_FORMAT, "name": key.name, "id": key.public.id}
    for name, moment in (("signs_from", key.public.signs_from), ("signs_until", key.public.signs_until)):
        if moment is not None:
            content[name] = write_moment(moment)
    secret = {name: str(value) for name, value in key.secret.as_dict(private=True).items() if name != "kid"}
    content["jwk"] = cast("dict[str, Value]", secret)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CredentialError("there is a file already", where=str(path), mend="name a new one") from None
    except OSError as error:
        raise CredentialError(f"cannot be written ({error.strerror})", where=str(path)) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(write_json(content) + b"\n")
