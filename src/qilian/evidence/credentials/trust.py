"""The trust list: whose signatures count for what, kept by the operator in a file.

In comes a YAML file that names issuers, their roles and their did documents (files beside it); out goes a
:class:`Trust`. Nothing is fetched, and whoever is not in the list is not trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from qilian.documents import Document, read_yaml, shaped
from qilian.evidence.credentials.dids import read_did_document
from qilian.evidence.credentials.encoding import read_json_file, start_of
from qilian.evidence.credentials.errors import CredentialError
from qilian.evidence.credentials.keys import PublicKey, did_jwk_key

if TYPE_CHECKING:
    from qilian.evidence.credentials.trust_door import IssuerRow

TRUST_FORMAT = "qilian-trust/1"


class Role(StrEnum):
    """What an issuer may sign; each issuer may sign the status lists of its own credentials."""

    REPORT = "report"
    DECISION = "decision"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose signatures count.

    Attributes
    ----------
    laboratories
        Further names (ids of a network) that it may sign reports for, besides its own identifier.
    trusted_from, trusted_until
        When its signatures were or will be made, both moments included; None leaves that side open.
    """

    did: str
    name: str
    roles: frozenset[Role]
    keys: Mapping[str, PublicKey] = field(repr=False)
    laboratories: frozenset[str] = frozenset()
    trusted_from: datetime | None = None
    trusted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """The issuers by their identifiers."""

    issuers: Mapping[str, Issuer]

    @classmethod
    def of(cls, *issuers: Issuer) -> "Trust":
        """Gather issuers."""
        return cls({issuer.did: issuer for issuer in issuers})


def trusted(did: str, name: str, roles: frozenset[Role], keys: tuple[PublicKey, ...] = ()) -> Issuer:
    """Return an issuer with its keys; those of a ``did:jwk`` are in its name.

    Raises
    ------
    CredentialError
        If there is no key, or a key belongs to somebody else.
    """
    if did.startswith("did:jwk:"):
        try:
            keys = (did_jwk_key(did),)
        except ValueError as error:
            raise CredentialError(f"not a usable did:jwk: {error}", where=name, mend="copy it anew") from None
    if not keys or any(key.did != did for key in keys):
        raise CredentialError("no key of its own", where=did, mend="name its did document")
    return Issuer(did, name, roles, {key.id: key for key in keys})


def read_trust(path: Path) -> Trust:
    """Read a trust list (format ``qilian-trust/1``).

    Raises
    ------
    CredentialError, DocumentError
        If it, or a did document that it names, cannot be used.
    """
    from qilian.evidence.credentials.trust_door import TrustFile

    document = read_yaml(path)
    content = shaped(document, document.value, TrustFile)
    issuers: dict[str, Issuer] = {}
    for index, row in enumerate(content.issuers):
        where = document.where(("issuers", index))
        if row.did in issuers:
            raise CredentialError(f"{row.did}: written twice", where=where, mend="keep one of the two")
        issuers[row.did] = _issuer(row, document, where)
    return Trust(issuers)


def _issuer(row: "IssuerRow", document: Document, where: str) -> Issuer:
    keys: tuple[PublicKey, ...] = ()
    if row.document:
        keys = read_did_document(read_json_file(document.path.parent / row.document), row.did)
    elif not row.did.startswith("did:jwk:"):
        raise CredentialError(f"{row.did}: no did document", where=where, mend="add document: FILE.json")
    issuer = trusted(row.did, row.name, frozenset(Role(role) for role in row.roles), keys)
    found = dict(issuer.keys)
    for revocation in row.revoked_keys:
        if revocation.key not in found:
            known = ", ".join(found)
            raise CredentialError(f"{revocation.key}: not a key of {row.name}", where=where, mend=f"known: {known}")
        found[revocation.key] = replace(found[revocation.key], revoked=start_of(revocation.on))
    return replace(
        issuer,
        keys=found,
        laboratories=frozenset(row.laboratories),
        trusted_from=_moment(row.trusted_from),
        trusted_until=_moment(row.trusted_until, end=True),
    )


def _moment(day: date | None, *, end: bool = False) -> datetime | None:
    if day is None:
        return None
    return start_of(day).replace(hour=23, minute=59, second=59) if end else start_of(day)
