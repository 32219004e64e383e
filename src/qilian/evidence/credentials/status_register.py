"""The issuer's side of revocation: a register of credentials, and the Bitstring Status List that it publishes.

In comes the register (a JSON file of the issuer) and what happened; out go a new register and the signed list.
Follows W3C Bitstring Status List v1.0: at least 131,072 entries, gzip, base64url behind a ``u``. Where a credential
stands in the list follows from a digest of its id, so that neighbours in the list are not neighbours in time.
"""

import gzip
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from qilian.documents import Value
from qilian.evidence.credentials.encoding import (
    read_json_file,
    read_moment,
    to_base64url,
    write_json,
    write_moment,
)
from qilian.evidence.credentials.errors import CredentialError
from qilian.evidence.credentials.jose import sign
from qilian.evidence.credentials.keys import SigningKey
from qilian.evidence.credentials.vcdm import V2

REGISTER_FORMAT = "qilian-status-register/1"
LIST_LENGTH = 131_072
"""Entries of a list: the least that Bitstring Status List v1.0 (section 3.3) allows, for the privacy of holders."""

MAX_REGISTER_BYTES = 64_000_000


class Purpose(StrEnum):
    """What a set bit means: for good, or until it is lifted."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class Change:
    """A bit that was set or lifted, when and why; the reason stays with the issuer."""

    credential: str
    on: datetime
    set: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StatusRegister:
    """What an issuer knows of one list.

    Attributes
    ----------
    address
        Where the signed list is published; credentials name it.
    places
        The index of each credential by its id.
    changes
        Everything that happened, in order; nothing is ever taken out.
    """

    address: str
    purpose: Purpose
    places: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    def enter(self, *credentials: str) -> "StatusRegister":
        """Return the register with a place for each credential; one that is in it keeps its place.

        Raises
        ------
        CredentialError
            If the list is full.
        """
        places = dict(self.places)
        taken = set(places.values())
        for credential in credentials:
            if credential in places:
                continue
            if len(taken) >= LIST_LENGTH:
                mend = "begin a register with a new address"
                raise CredentialError("the status list is full", where=self.address, mend=mend)
            place = int.from_bytes(hashlib.sha256(f"{self.address} {credential}".encode()).digest()[:8]) % LIST_LENGTH
            while place in taken:
                place = (place + 1) % LIST_LENGTH
            places[credential] = place
            taken.add(place)
        return replace(self, places=places)

    def entry(self, credential: str) -> dict[str, Value]:
        """Return the ``credentialStatus`` of a credential in the register (Bitstring Status List v1.0, section 2.1)."""
        index = self.places[credential]
        return {
            "id": f"{self.address}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": str(self.purpose),
            "statusListIndex": str(index),
            "statusListCredential": self.address,
        }

    @property
    def set_places(self) -> frozenset[int]:
        """The indices whose bit is set."""
        state = {change.credential: change.set for change in self.changes}
        return frozenset(self.places[credential] for credential, is_set in state.items() if is_set)


def revoke(register: StatusRegister, credential: str, now: datetime, reason: str) -> StatusRegister:
    """Revoke, or suspend, a credential: by the purpose of the register. Publish the list anew afterwards.

    Parameters
    ----------
    credential
        Its id (``urn:uuid:…``).

    Raises
    ------
    CredentialError
        If the register does not hold it.
    """
    return _changed(register, Change(credential, now, True, reason))


def reinstate(register: StatusRegister, credential: str, now: datetime, reason: str) -> StatusRegister:
    """Lift a suspension; a revocation is for good.

    Raises
    ------
    CredentialError
        If the register is one of revocations, or does not hold the credential.
    """
    if register.purpose is Purpose.REVOCATION:
        raise CredentialError("a revocation is for good", where=register.address, mend="issue a new credential")
    return _changed(register, Change(credential, now, False, reason))


def issue_status_list(
    register: StatusRegister, key: SigningKey, now: datetime, valid_for: timedelta = timedelta(days=7)
) -> str:
    """Return the signed list as of ``now``.

    Parameters
    ----------
    valid_for
        After that time verifiers ask for a newer one: how long a revocation may stay unseen off line.
    """
    bits = bytearray(LIST_LENGTH // 8)
    for index in register.set_places:
        bits[index // 8] |= 0x80 >> index % 8  # section 3.2: index 0 is the left-most bit
    moment = write_moment(now)
    subject: dict[str, Value] = {
        "id": f"{register.address}#list",
        "type": "BitstringStatusList",
        "statusPurpose": str(register.purpose),
        "encodedList": "u" + to_base64url(gzip.compress(bytes(bits), mtime=0)),
    }
    return sign(
        {
            "@context": [V2],
            "id": register.address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": key.did,
            "validFrom": moment,
            "validUntil": write_moment(now + valid_for),
            "credentialSubject": subject,
            "iat": int(now.timestamp()),
        },
        key,
    )


def read_register(path: Path) -> StatusRegister:
    """Read a register file.

    Raises
    ------
    CredentialError, DocumentError
        If it is not one.
    """
    content = read_json_file(path, MAX_REGISTER_BYTES)
    try:
        if content.get("format") != REGISTER_FORMAT:
            raise ValueError(f"format is not {REGISTER_FORMAT}")
        places = content["places"]
        changes = content["changes"]
        if not isinstance(places, dict) or not isinstance(changes, list):
            raise ValueError("places or changes is not of its kind")
        found = {name: _place(index) for name, index in places.items()}
        if len(set(found.values())) != len(found):
            raise ValueError("two credentials have one place")
        known: list[Change] = []
        for row in changes:
            if not isinstance(row, dict) or not isinstance(row.get("set"), bool):
                raise ValueError("a change is malformed")
            known.append(Change(str(row["credential"]), read_moment(row["on"]), row["set"] is True, str(row["reason"])))
            if known[-1].credential not in found:
                raise ValueError(f"{known[-1].credential} has no place")
        register = StatusRegister(str(content["address"]), Purpose(str(content["purpose"])), found, tuple(known))
    except (KeyError, ValueError) as error:
        raise CredentialError(f"not a status register: {error}", where=path.name, mend="restore a backup") from None
    return register


def write_register(register: StatusRegister, path: Path) -> None:
    """Write a register file; an older one is replaced at once or not at all."""
    changes: list[Value] = [
        {"credential": change.credential, "on": write_moment(change.on), "set": change.set, "reason": change.reason}
        for change in register.changes
    ]
    content: dict[str, Value] = {
        "format": REGISTER_FORMAT,
        "address": register.address,
        "purpose": str(register.purpose),
        "places": dict(register.places),
        "changes": changes,
    }
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as stream:
        stream.write(write_json(content) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def _changed(register: StatusRegister, change: Change) -> StatusRegister:
    if change.credential not in register.places:
        raise CredentialError(f"{change.credential}: not in the register", where=register.address, mend="check its id")
    return replace(register, changes=(*register.changes, change))


def _place(index: Value) -> int:
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < LIST_LENGTH:
        raise ValueError(f"{index} is not a place in the list")
    return index
