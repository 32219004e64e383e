"""Keys and did documents: nobody else may read a key, nothing shows it, and old signatures outlive rotation."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qilian.evidence.credentials import (
    Algorithm,
    CredentialError,
    Role,
    SigningKey,
    Trust,
    create_key,
    did_document,
    did_web_address,
    read_did_document,
    read_key,
    sign_report,
    trusted,
    verify,
)

LAB = "did:web:lab.example"


def secret_of(path: Path) -> str:
    """The private member of a key file."""
    return str(json.loads(path.read_text(encoding="utf-8"))["jwk"]["d"])


@pytest.mark.parametrize("algorithm", Algorithm)
def test_only_the_owner_may_read_a_new_key(tmp_path, algorithm) -> None:
    """The file is made with 0600 whatever the mask of the process, and reads back as the same key."""
    path = tmp_path / "key.json"
    before = os.umask(0)
    try:
        made = create_key(path, name="Lab", did=LAB, algorithm=algorithm)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    read = read_key(path)
    assert (read.public, read.name, read.public.thumbprint) == (made.public, "Lab", made.public.thumbprint)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode) -> None:
    """As ssh does: a key that leaked is not used, and the line says how to mend it."""
    path = tmp_path / "key.json"
    create_key(path, name="Lab", did=LAB)
    path.chmod(mode)
    with pytest.raises(CredentialError, match="chmod 600"):
        read_key(path)


def test_an_existing_key_is_never_overwritten(tmp_path) -> None:
    """A second key under the same name would make every report of the first one unverifiable."""
    path = tmp_path / "key.json"
    create_key(path, name="Lab", did=LAB)
    before = path.read_bytes()
    with pytest.raises(CredentialError, match="already"):
        create_key(path, name="Lab", did=LAB)
    assert path.read_bytes() == before


@pytest.mark.parametrize("algorithm", Algorithm)
def test_nothing_shows_the_private_half(tmp_path, world, algorithm) -> None:
    """Neither repr, nor the did document, nor a signed credential, nor an error about the file holds it."""
    path = tmp_path / "key.json"
    key = create_key(path, name="Lab", did=LAB, algorithm=algorithm)
    secret = secret_of(path)
    text = sign_report(world.report, key, world.now).texts[0]
    shown = [repr(key), str(key), repr(key.public), json.dumps(did_document(LAB, [key.public])), text]
    broken = json.loads(path.read_text(encoding="utf-8"))
    broken["id"] = None
    broken["jwk"]["crv"] = "P-384"
    path.write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(CredentialError) as caught:
        read_key(path)
    shown.append(str(caught.value))
    assert len(secret) > 40
    assert not [each for each in shown if secret in each]


def test_a_did_document_gives_back_its_keys(world) -> None:
    """Writing and reading keeps ids, algorithms, periods and revocations."""
    keys = (
        replace(world.es256.public, signs_until=world.now, revoked=world.now + timedelta(days=1)),
        world.eddsa.public,
    )
    document = did_document(LAB, keys)
    assert read_did_document(json.loads(json.dumps(document)), LAB) == keys
    assert "assertionMethod" in document


def test_a_did_document_with_a_private_key_is_refused(tmp_path) -> None:
    """Whoever publishes a private key must learn of it, not be trusted."""
    path = tmp_path / "key.json"
    key = create_key(path, name="Lab", did=LAB)
    document = json.loads(json.dumps(did_document(LAB, [key.public])))
    document["verificationMethod"][0]["publicKeyJwk"]["d"] = secret_of(path)
    with pytest.raises(CredentialError, match="private") as caught:
        read_did_document(document, LAB)
    assert secret_of(path) not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "did:web:other.example"},
        {"verificationMethod": [{"type": "JsonWebKey", "id": "did:web:other.example#1", "controller": LAB}]},
        {"verificationMethod": [{"type": "JsonWebKey", "id": "#1", "controller": "did:web:other.example"}]},
        {"verificationMethod": "none"},
        {"verificationMethod": [{"type": "JsonWebKey", "id": "#1", "controller": LAB, "publicKeyJwk": {"kty": "oct"}}]},
    ],
)
def test_a_did_document_of_somebody_else_is_refused(world, change) -> None:
    """A document speaks for one identifier only, and only with keys of the two kinds that sign here."""
    with pytest.raises(CredentialError):
        read_did_document({**did_document(LAB, [world.es256.public]), **change}, LAB)


def test_a_key_under_the_control_of_another_is_refused(world) -> None:
    """A document can list such a key, but it is not one that its owner signs with."""
    document = json.loads(json.dumps(did_document(LAB, [world.es256.public])))
    document["verificationMethod"][0]["controller"] = "did:web:other.example"
    with pytest.raises(CredentialError, match="not one key of this identifier"):
        read_did_document(document, LAB)


def test_a_key_outside_its_purpose_does_not_count(world) -> None:
    """A key that the document lists only for authentication does not sign credentials."""
    document = did_document(LAB, [world.es256.public])
    document["assertionMethod"] = []
    keys = read_did_document(document, LAB)
    trust = Trust.of(trusted(LAB, "Lab", frozenset(Role), keys))
    found = verify(world.sign().texts[0], trust, world.lists(), world.now)
    assert [problem.fault for problem in found.problems] == ["unknown_key"]


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:lab.example", "https://lab.example/.well-known/did.json"),
        ("did:web:lab.example:robots:a", "https://lab.example/robots/a/did.json"),
        ("did:web:lab.example%3A8443", "https://lab.example:8443/.well-known/did.json"),
    ],
)
def test_where_a_did_web_is_published(did, address) -> None:
    """The three examples of the did:web method specification, section 2.5.2."""
    assert did_web_address(did) == address


@pytest.mark.parametrize(
    "did", ["did:web:", "did:key:z6Mk", "did:web:lab.example/../x", "https://lab.example", "did:web:a b"]
)
def test_what_is_no_did_web_is_refused(tmp_path, did) -> None:
    """An issuer's identifier is written into every credential: it must be one."""
    with pytest.raises(CredentialError, match="did:web"):
        create_key(tmp_path / "key.json", name="Lab", did=did)
    assert not (tmp_path / "key.json").exists()


def test_rotation_keeps_old_signatures_good(tmp_path, world) -> None:
    """The retired key verifies what it signed in its time, the new key what is signed after it."""
    change = world.now - timedelta(days=30)
    old = create_key(tmp_path / "old", name="Lab", did=LAB, label="old", signs_until=change)
    new = create_key(tmp_path / "new", name="Lab", did=LAB, label="new", signs_from=change)
    trust = Trust.of(trusted(LAB, "Lab", frozenset({Role.REPORT}), (old.public, new.public)))
    texts = [
        sign_report(world.report, old, change - timedelta(days=1)).texts[0],
        sign_report(world.report, new, world.now).texts[0],
    ]
    assert [verify(text, trust, world.lists(), world.now).ok for text in texts] == [True, True]


def test_a_retired_key_signs_no_more(tmp_path, world) -> None:
    """Signing with it is refused, and so is a signature that somebody makes with it all the same."""
    end = world.now - timedelta(days=30)
    old = create_key(tmp_path / "old", name="Lab", did=LAB, label="old", signs_until=end)
    with pytest.raises(CredentialError, match="not in use"):
        sign_report(world.report, old, world.now)
    unbound = SigningKey(old.name, replace(old.public, signs_until=None), old.secret)
    text = sign_report(world.report, unbound, world.now).texts[0]
    trust = Trust.of(trusted(LAB, "Lab", frozenset({Role.REPORT}), (old.public,)))
    found = verify(text, trust, world.lists(), world.now)
    assert [problem.fault for problem in found.problems] == ["key_period"]


def test_a_revoked_key_voids_its_old_signatures_too(world) -> None:
    """A thief can write any date: once a key is given up, none of its signatures counts."""
    text = world.sign().texts[0]
    revoked = replace(world.es256.public, revoked=world.now + timedelta(days=1))
    trust = Trust.of(trusted(LAB, "Lab", frozenset({Role.REPORT}), (revoked, world.eddsa.public)))
    before = verify(text, trust, world.lists(), world.now)
    later = world.now + timedelta(days=2)
    after = verify(text, trust, world.lists(now=later), later)
    assert before.ok
    assert [problem.fault for problem in after.problems] == ["key_revoked"]


def test_a_did_jwk_is_its_own_key(tmp_path, world) -> None:
    """It needs no document: the trust list names it, and the key is in the name."""
    key = create_key(tmp_path / "key.json", name="Lab", algorithm=Algorithm.EDDSA)
    report = replace(world.report, laboratory=replace(world.report.laboratory, id=key.did))
    text = sign_report(report, key, world.now).texts[0]
    assert key.did.startswith("did:jwk:")
    assert verify(text, Trust.of(trusted(key.did, "Lab", frozenset({Role.REPORT}))), world.lists(), world.now).ok
    assert not verify(text, world.trust, world.lists(), world.now).ok
