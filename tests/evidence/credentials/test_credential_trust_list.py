"""The operator's trust list: read strictly, off line, with did documents beside it and keys the operator gave up."""

import json
from datetime import timedelta

import pytest

from qilian.errors import QilianError
from qilian.evidence.credentials import Fault, did_document, read_trust, verify

LIST = """
format: qilian-trust/1
issuers:
  - did: did:web:lab.example
    name: 示例实验室
    roles: [report]
    document: lab.did.json
    laboratories: [lab-7]
    trusted_from: 2026-01-01
"""


@pytest.fixture
def folder(tmp_path, world):
    """A folder with the laboratory's did document."""
    document = did_document(world.es256.did, [world.es256.public, world.eddsa.public])
    (tmp_path / "lab.did.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def read(folder, text: str):
    """Read this text as a trust list."""
    path = folder / "trust.yaml"
    path.write_text(text, encoding="utf-8")
    return read_trust(path)


def test_a_list_with_a_did_document_verifies(folder, world) -> None:
    """Two files and a status list are all that a verifier without a network needs."""
    trust = read(folder, LIST)
    found = verify(world.sign().texts[0], trust, world.lists(), world.now)
    assert (found.ok, found.issuer_name) == (True, "示例实验室")
    assert trust.issuers["did:web:lab.example"].laboratories == {"lab-7"}


def test_the_operator_can_give_up_a_key(folder, world) -> None:
    """Even where the issuer's document still lists it, from that day on, and only that key."""
    revoked = "    revoked_keys:\n      - {key: 'did:web:lab.example#2026', on: 2026-11-20, reason: stolen}\n"
    trust = read(folder, LIST + revoked)
    results = [
        verify(world.sign(key=key).texts[0], trust, world.lists(), world.now) for key in (world.es256, world.eddsa)
    ]
    assert [problem.fault for problem in results[0].problems][:1] == [Fault.KEY_REVOKED]
    assert Fault.KEY_REVOKED not in [problem.fault for problem in results[1].problems]


def test_trust_ends_on_its_last_day(folder, world) -> None:
    """The day itself counts; a signature of the day after does not."""
    trust = read(folder, LIST + "    trusted_until: 2026-11-23\n")
    assert verify(world.sign().texts[0], trust, world.lists(), world.now).ok
    ended = read(folder, LIST + "    trusted_until: 2026-11-22\n")
    later = world.now + timedelta(days=1)
    found = verify(world.sign().texts[0], ended, world.lists(now=later), later)
    assert Fault.ISSUER_PERIOD in [problem.fault for problem in found.problems]


def test_a_did_jwk_needs_no_document(folder, world) -> None:
    """The key is in its name."""
    text = f"format: qilian-trust/1\nissuers:\n  - {{did: '{world.maker.did}', name: Maker, roles: [holder]}}\n"
    assert list(read(folder, text).issuers[world.maker.did].keys) == [world.maker.public.id]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("did:web:lab.example", "did:web:other.example", "document of did:web:lab.example"),
        ("[report]", "[everything]", "roles"),
        ("[report]", "[]", "roles"),
        ("document: lab.did.json", "document: absent.json", "no such file"),
        ("    document: lab.did.json\n", "", "document"),
        ("qilian-trust/1", "qilian-trust/2", "format"),
        ("trusted_from: 2026-01-01", "trusted_from: soon", "trusted_from"),
        ("name:", "nam:", "name"),
        ("did: did:web", "did: did:key", "did"),
        ("did:web:lab.example", "did:jwk:e30", "jwk|kind"),
    ],
)
def test_a_faulty_list_is_refused_with_one_line(folder, old, new, said) -> None:
    """File, field and mend; a list that is half right trusts nobody."""
    with pytest.raises(QilianError, match=said) as caught:
        read(
            folder,
            LIST.replace(old, new, 1).replace("    document: lab.did.json\n", "")
            if "jwk" in new
            else LIST.replace(old, new, 1),
        )
    assert "\n" not in str(caught.value)


def test_one_issuer_twice_is_refused(folder) -> None:
    """Which of the two would count must not depend on the order."""
    with pytest.raises(QilianError, match="twice"):
        read(folder, LIST + LIST.partition("issuers:\n")[2])


def test_an_unknown_revoked_key_is_refused(folder) -> None:
    """A typing error there would leave a stolen key trusted."""
    with pytest.raises(QilianError, match="not a key"):
        read(folder, LIST + "    revoked_keys: [{key: 'did:web:lab.example#2062', on: 2026-11-20}]\n")
