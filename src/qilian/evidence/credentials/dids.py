"""Did documents: how an issuer publishes the keys that check its signatures, and how a verifier reads them off line.

In come public keys, or the JSON of a document that was fetched or handed over earlier; out go the document to publish,
or the keys in it. Nothing here fetches. Follows Controlled Identifiers 1.0 and the did:web method; two members of our
own, ``signsFrom`` and ``signsUntil``, say when a key signs, because ``expires`` would void its old signatures as well.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from qilian.documents import Value
from qilian.evidence.credentials.encoding import read_moment, write_moment
from qilian.evidence.credentials.errors import CredentialError
from qilian.evidence.credentials.keys import PublicKey, check_did_web, public_jwk, public_key

MAX_METHODS = 200
CONTEXTS: tuple[str, ...] = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1")
_MOMENTS = (("signs_from", "signsFrom"), ("signs_until", "signsUntil"), ("revoked", "revoked"), ("expires", "expires"))


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Value]:
    """Return the document that publishes ``keys``; keep the retired ones in it, old signatures need them.

    Raises
    ------
    CredentialError
        If a key belongs to another identifier, or two have the same id.
    """
    found = tuple(keys)
    for key in found:
        if key.did != did:
            raise CredentialError(f"{key.id}: a key of another identifier", where=did, mend="leave it out")
    if len({key.id for key in found}) != len(found):
        raise CredentialError("two keys with one id", where=did, mend="give each key its own label")
    methods: list[Value] = []
    for key in found:
        method: dict[str, Value] = {
            "id": key.id,
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": public_jwk(key),
        }
        for attribute, member in _MOMENTS:
            moment: datetime | None = getattr(key, attribute)
            if moment is not None:
                method[member] = write_moment(moment)
        methods.append(method)
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [key.id for key in found if key.assertion],
        "authentication": [key.id for key in found if key.authentication],
    }


def read_did_document(document: dict[str, Value], did: str) -> tuple[PublicKey, ...]:
    """Return the keys of a did document that are for signatures; methods of other types are passed over.

    Raises
    ------
    CredentialError
        If it is the document of another identifier, or one of its keys is malformed or claims another owner.
    """
    where = f"did document of {did}"
    if document.get("id") != did:
        raise CredentialError(f"the document of {document.get('id')}", where=where, mend="fetch the issuer's own")
    methods = document.get("verificationMethod", [])
    if not isinstance(methods, list) or len(methods) > MAX_METHODS:
        raise CredentialError("verificationMethod is not a list of a sane length", where=where)
    assertion, authentication = (_named(document, name, did) for name in ("assertionMethod", "authentication"))
    keys: dict[str, PublicKey] = {}
    for method in methods:
        if not isinstance(method, dict) or method.get("type") not in ("JsonWebKey", "JsonWebKey2020"):
            continue
        identifier = _absolute(method.get("id"), did)
        if method.get("controller") != did or not identifier.startswith(f"{did}#") or identifier in keys:
            raise CredentialError(f"{identifier}: not one key of this identifier", where=where, mend="remove it")
        jwk = method.get("publicKeyJwk")
        try:
            if not isinstance(jwk, dict):
                raise ValueError("publicKeyJwk is missing")
            key = public_key(identifier, jwk)
            moments = {name: read_moment(method[member]) for name, member in _MOMENTS if member in method}
        except ValueError as error:
            raise CredentialError(f"{identifier}: {error}", where=where, mend="ask the issuer") from None
        keys[identifier] = replace(
            key,
            signs_from=moments.get("signs_from"),
            signs_until=moments.get("signs_until"),
            revoked=moments.get("revoked"),
            expires=moments.get("expires"),
            assertion=identifier in assertion,
            authentication=identifier in authentication,
        )
    return tuple(keys.values())


def did_web_address(did: str) -> str:
    """Return the address where the document of a did:web is published (did:web method, section 2.5.2).

    Raises
    ------
    CredentialError
        If it is not a did:web.
    """
    host, *path = check_did_web(did).removeprefix("did:web:").split(":")
    folder = "/".join(unquote(step) for step in path) or ".well-known"
    return f"https://{unquote(host)}/{folder}/did.json"


def _named(document: dict[str, Value], purpose: str, did: str) -> frozenset[str]:
    listed = document.get(purpose, [])
    return frozenset(_absolute(entry, did) for entry in listed) if isinstance(listed, list) else frozenset()


def _absolute(identifier: Value, did: str) -> str:
    text = identifier if isinstance(identifier, str) else ""
    return did + text if text.startswith("#") else text
