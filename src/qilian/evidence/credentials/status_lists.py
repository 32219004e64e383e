"""The verifier's side of revocation: published status lists, checked once and then asked for each credential.

In come the signed lists that the verifier holds (files, fetched earlier) and the trust list; out comes a
:class:`StatusLists`. Decompression is bounded, and of two copies of one list the newer counts, so that an old copy
cannot hide a revocation.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qilian.documents import Value
from qilian.evidence.credentials.authentication import CLOCK_TOLERANCE, authenticate
from qilian.evidence.credentials.encoding import from_base64url, write_moment
from qilian.evidence.credentials.errors import NotSigned
from qilian.evidence.credentials.jose import CREDENTIAL_TYPE, open_envelope
from qilian.evidence.credentials.problems import Fault, Problem
from qilian.evidence.credentials.status_register import LIST_LENGTH
from qilian.evidence.credentials.trust import Trust
from qilian.evidence.credentials.vcdm import as_list, check_vcdm, issuer_of, moment_of

MAX_LIST_BYTES = 2_097_152
"""16.7 million entries: a compressed text of 1 MB could otherwise grow to a gigabyte."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list whose signature was checked."""

    issuer: str
    address: str
    purposes: frozenset[str]
    bits: bytes = field(repr=False)
    valid_from: datetime | None
    valid_until: datetime | None

    def is_set(self, index: int) -> bool | None:
        """Return the bit at ``index``; None beyond the list."""
        if not 0 <= index < 8 * len(self.bits):
            return None
        return bool(self.bits[index // 8] & 0x80 >> index % 8)


@dataclass(frozen=True, slots=True)
class StatusLists:
    """All lists that can be used, by issuer and address, and what was found against the others."""

    lists: Mapping[tuple[str, str], StatusList]
    problems: tuple[str, ...] = ()

    def check(self, issuer: str, entries: Value, now: datetime) -> list[Problem]:
        """Return what the lists say against a credential with these ``credentialStatus`` entries."""
        return [problem for entry in as_list(entries) for problem in self._check_entry(issuer, entry, now)]

    def _check_entry(self, issuer: str, entry: Value, now: datetime) -> list[Problem]:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            return [Problem(Fault.STATUS_UNUSABLE, "its status is of a kind that is not known here", undecided=True)]
        purpose, index = str(entry.get("statusPurpose")), _index(entry.get("statusListIndex"))
        if purpose not in ("revocation", "suspension"):
            return []  # "message" and "refresh" say nothing against it
        address = str(entry.get("statusListCredential"))
        found = self.lists.get((issuer, address))
        if found is None:
            message = f"the issuer's status list {address[:120]} is not here: fetch it"
            return [Problem(Fault.STATUS_MISSING, message, undecided=True)]
        if found.valid_until and now > found.valid_until:
            message = f"the status list {address[:120]} was good until {write_moment(found.valid_until)}: fetch it anew"
            return [Problem(Fault.STATUS_MISSING, message, undecided=True)]
        state = found.is_set(index) if index is not None and purpose in found.purposes else None
        if state is None or entry.get("statusSize", 1) != 1:
            return [Problem(Fault.STATUS_UNUSABLE, f"its status entry does not fit the list {address[:120]}")]
        if not state:
            return []
        if purpose == "suspension":
            return [Problem(Fault.SUSPENDED, "suspended by its issuer")]
        return [Problem(Fault.REVOKED, "revoked by its issuer")]


def read_status_lists(texts: Iterable[str], trust: Trust, now: datetime) -> StatusLists:
    """Check signed status lists and keep the newest of each.

    A list that cannot be used is left out and named in ``problems``; credentials that need it stay undecided.
    """
    lists: dict[tuple[str, str], StatusList] = {}
    problems: list[str] = []
    for text in texts:
        found = _read(text, trust, now)
        if isinstance(found, str):
            problems.append(found)
            continue
        known = lists.get((found.issuer, found.address))
        if known is None or _age(found) > _age(known):
            lists[found.issuer, found.address] = found
    return StatusLists(lists, tuple(problems))


def expand(encoded: str) -> bytes:
    """Return the bits of an ``encodedList`` (Bitstring Status List v1.0, section 3.4), at most 2 MiB of them.

    Raises
    ------
    ValueError
        If it is not multibase base64url of one gzip stream, shorter than 131,072 entries, or larger than the bound.
    """
    if not encoded.startswith("u"):
        raise ValueError("encodedList is not multibase base64url")
    stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        bits = stream.decompress(from_base64url(encoded[1:]), MAX_LIST_BYTES + 1)
    except zlib.error:
        raise ValueError("encodedList is not gzip") from None
    if len(bits) > MAX_LIST_BYTES:
        raise ValueError(f"the list expands to more than {MAX_LIST_BYTES} bytes")
    if not stream.eof or stream.unused_data:
        raise ValueError("encodedList is not one whole gzip stream")
    if 8 * len(bits) < LIST_LENGTH:
        raise ValueError(f"a list of fewer than {LIST_LENGTH} entries")
    return bits


def _read(text: str, trust: Trust, now: datetime) -> StatusList | str:
    try:
        envelope = open_envelope(text)
    except NotSigned as error:
        return f"status list: {error}"
    payload = envelope.payload
    name = f"status list {str(payload.get('id'))[:120]}"
    if envelope.kind != CREDENTIAL_TYPE or "BitstringStatusListCredential" not in as_list(payload.get("type")):
        return f"{name}: not a status list"
    problem = authenticate(envelope, trust, now, ())
    if problem:
        return f"{name}: {problem}"
    broken = check_vcdm(payload)
    subject = payload.get("credentialSubject")
    if broken or not isinstance(subject, dict) or subject.get("type") != "BitstringStatusList":
        return f"{name}: {broken[0] if broken else 'its subject is not a BitstringStatusList'}"
    valid_from = moment_of(payload, "validFrom")
    if valid_from and valid_from > now + CLOCK_TOLERANCE:
        return f"{name}: not yet valid"
    if subject.get("statusSize", 1) != 1:
        return f"{name}: entries of more than one bit"
    try:
        bits = expand(str(subject.get("encodedList", "")))
    except ValueError as error:
        return f"{name}: {error}"
    purposes = frozenset(str(purpose) for purpose in as_list(subject.get("statusPurpose")))
    return StatusList(
        issuer_of(payload), str(payload.get("id", "")), purposes, bits, valid_from, moment_of(payload, "validUntil")
    )


def _age(found: StatusList) -> float:
    return found.valid_from.timestamp() if found.valid_from else 0.0


def _index(value: Value) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
