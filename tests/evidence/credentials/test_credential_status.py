"""Status lists: bits by the specification, bounded, fresh, of the right issuer, and no way back from a revocation."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.evidence.credentials import (
    CredentialError,
    Fault,
    Purpose,
    Role,
    StatusRegister,
    Trust,
    issue_status_list,
    read_register,
    read_status_lists,
    reinstate,
    revoke,
    sign_report,
    sign_reports,
    trusted,
    verify,
    write_register,
)
from qilian.evidence.credentials.encoding import from_base64url, read_json, to_base64url
from qilian.evidence.credentials.jose import sign
from qilian.evidence.credentials.status_lists import MAX_LIST_BYTES, expand
from qilian.evidence.credentials.vcdm import check_vcdm

LIST = "https://lab.example/status/1"


def encoded(data: bytes) -> str:
    """An ``encodedList`` of these bytes."""
    return "u" + to_base64url(gzip.compress(data, mtime=0))


def content(text: str):
    """The content of a signed list."""
    return read_json(from_base64url(text.split(".")[1]))


@given(places=st.sets(st.integers(0, 131_071), max_size=30))
def test_bits_stand_where_the_specification_puts_them(world, places) -> None:
    """Index 0 is the left-most bit (section 3.2): exactly the revoked places are set, counted independently."""
    register = StatusRegister(LIST, Purpose.REVOCATION, {f"urn:x:{place}": place for place in places})
    for place in places:
        register = revoke(register, f"urn:x:{place}", world.now, "")
    list_ = content(issue_status_list(register, world.es256, world.now))
    bits = gzip.decompress(from_base64url(list_["credentialSubject"]["encodedList"][1:]))
    assert len(bits) * 8 == 131_072
    text = f"{int.from_bytes(bits):0131072b}"
    assert {index for index, bit in enumerate(text) if bit == "1"} == places


def test_a_published_list_is_a_credential_by_the_data_model(world) -> None:
    """It has the types and members of Bitstring Status List v1.0, section 2.2, and breaks no rule of VCDM 2.0."""
    list_ = content(issue_status_list(world.register, world.es256, world.now))
    assert list_["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert list_["credentialSubject"]["type"] == "BitstringStatusList"
    assert check_vcdm(list_) == ()


def test_a_suspension_can_be_lifted_and_a_revocation_cannot(world) -> None:
    """Both lists are asked; only the suspension ends."""
    suspension = StatusRegister("https://lab.example/status/2", Purpose.SUSPENSION)
    issued = sign_report(world.report, world.es256, world.now, [world.register, suspension])
    revocations, suspended = issued.registers
    suspended = revoke(suspended, issued.ids[0], world.now, "complaint")
    found = world.verify(issued.texts[0], registers=[revocations, suspended])
    assert [problem.fault for problem in found.problems] == [Fault.SUSPENDED]
    lifted = reinstate(suspended, issued.ids[0], world.now, "settled")
    assert world.verify(issued.texts[0], registers=[revocations, lifted]).ok
    with pytest.raises(CredentialError, match="for good"):
        reinstate(revocations, issued.ids[0], world.now, "")


def test_without_the_list_it_stays_undecided(world) -> None:
    """Nothing speaks against it and nothing is promised: not ok, and the finding says what to fetch."""
    found = verify(world.sign().texts[0], world.trust, read_status_lists([], world.trust, world.now), world.now)
    assert not found.ok
    assert found.undecided
    assert LIST in str(found.problems[0])
    assert found.report.seal.state == "unchecked"


def test_a_stale_list_does_not_vouch(world) -> None:
    """After its time a list says nothing any more, since a revocation could have come in between."""
    lists = world.lists()
    later = world.now + timedelta(days=7, seconds=1)
    found = verify(world.sign().texts[0], world.trust, lists, later)
    assert [problem.fault for problem in found.problems] == [Fault.STATUS_MISSING]
    assert found.undecided


def test_an_old_copy_of_the_list_cannot_hide_a_revocation(world) -> None:
    """Whatever order the copies come in, the newest one counts."""
    issued = sign_report(world.report, world.es256, world.now, [world.register])
    register = revoke(issued.registers[0], issued.ids[0], world.now, "")
    old = issue_status_list(world.register, world.es256, world.now - timedelta(days=1))
    new = issue_status_list(register, world.es256, world.now)
    for copies in ([old, new], [new, old]):
        found = verify(issued.texts[0], world.trust, read_status_lists(copies, world.trust, world.now), world.now)
        assert [problem.fault for problem in found.problems] == [Fault.REVOKED]


def test_a_list_of_another_issuer_does_not_count(world) -> None:
    """The platform, though trusted, cannot publish a clean list under the laboratory's address."""
    issued = sign_report(world.report, world.es256, world.now, [world.register])
    revoked = revoke(issued.registers[0], issued.ids[0], world.now, "")
    texts = [
        issue_status_list(revoked, world.es256, world.now),
        issue_status_list(world.register, world.platform, world.now + timedelta(minutes=1)),
    ]
    found = verify(issued.texts[0], world.trust, read_status_lists(texts, world.trust, world.now), world.now)
    assert [problem.fault for problem in found.problems] == [Fault.REVOKED]
    clean = verify(issued.texts[0], world.trust, read_status_lists(texts[1:], world.trust, world.now), world.now)
    assert [problem.fault for problem in clean.problems] == [Fault.STATUS_MISSING]


def test_a_forged_list_is_left_out_and_named(world) -> None:
    """A list whose signature does not count is as good as none."""
    text = issue_status_list(world.register, world.stranger, world.now)
    found = read_status_lists([text, "noise", world.sign().texts[0]], world.trust, world.now)
    assert not found.lists
    assert len(found.problems) == 3


def test_a_purpose_that_the_list_does_not_have_is_refused(world) -> None:
    """An entry for revocation in a list of suspensions is an error of the issuer (section 3.1)."""
    register = StatusRegister(LIST, Purpose.SUSPENSION)
    found = world.verify(world.sign().texts[0], registers=[register])
    assert [problem.fault for problem in found.problems] == [Fault.STATUS_UNUSABLE]


@pytest.mark.parametrize(
    "list_",
    [
        encoded(bytes(16_383)),
        encoded(bytes(MAX_LIST_BYTES + 1)),
        encoded(bytes(1_000_000_000 // 16)),
        "z" + encoded(bytes(16_384))[1:],
        encoded(bytes(16_384))[:-40],
        "u" + to_base64url(gzip.compress(bytes(16_384)) + b"more"),
        "u" + to_base64url(gzip.compress(bytes(16_384)) * 2),
        "u" + to_base64url(b"not gzip"),
        "",
    ],
    ids=["short", "over the bound", "a bomb", "another base", "cut", "trailing", "two streams", "no gzip", "empty"],
)
def test_a_list_that_is_not_one_is_refused(world, list_) -> None:
    """Too short, too large, or not one whole gzip stream; a bomb of 60 MB is not expanded beyond the bound."""
    with pytest.raises(ValueError, match=r"list|encodedList|base64url"):
        expand(list_)
    payload = content(issue_status_list(world.register, world.es256, world.now))
    payload["credentialSubject"] = {**payload["credentialSubject"], "encodedList": list_}
    assert not read_status_lists([sign(payload, world.es256)], world.trust, world.now).lists


def test_a_register_keeps_what_it_knows(tmp_path, world) -> None:
    """Written and read again it is the same, and an interrupted writing leaves no half file behind."""
    issued = sign_reports([world.report, replace(world.report, id="R-2")], world.es256, world.now, [world.register])
    register = revoke(issued.registers[0], issued.ids[1], world.now, "样品错误")
    path = tmp_path / "register.json"
    write_register(issued.registers[0], path)
    write_register(register, path)
    assert read_register(path) == register
    assert [each.name for each in tmp_path.iterdir()] == ["register.json"]


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"format":"qilian-status-register/1"}', '{"format":"x","places":{},"changes":[]}']
)
def test_what_is_no_register_is_refused(tmp_path, text) -> None:
    """One clear line, never a fresh register in its place: that would lift every revocation."""
    path = tmp_path / "register.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CredentialError, match=r"register\.json"):
        read_register(path)


def test_each_credential_has_its_own_place(world) -> None:
    """Two thousand credentials share no place, keep theirs, and do not stand in the order of their making."""
    names = [f"urn:uuid:{number}" for number in range(2000)]
    register = world.register.enter(*names)
    places = [register.places[name] for name in names]
    assert len(set(places)) == 2000
    assert places != sorted(places)
    assert register.enter(*names) == register


def test_revoking_what_was_never_issued_is_refused(world) -> None:
    """A typing error in the id must not look like a revocation."""
    with pytest.raises(CredentialError, match="not in the register"):
        revoke(world.register, "urn:uuid:unknown", world.now, "")


def test_an_issuer_of_a_foreign_trust_list_needs_its_key_for_the_list_too(world) -> None:
    """After the key was revoked, its status lists are void as well, and its credentials are refused anyway."""
    key = replace(world.es256.public, revoked=world.now)
    trust = Trust.of(trusted(world.es256.did, "Lab", frozenset({Role.REPORT}), (key,)))
    text = issue_status_list(world.register, world.es256, world.now)
    assert not read_status_lists([text], trust, world.now).lists
