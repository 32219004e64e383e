"""Replay: a presentation counts for one verifier, one request, a short time, and from the party it was issued to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from qilian.documents import Value
from qilian.evidence.credentials import Fault, Purpose, StatusRegister, Verification, present, revoke, verify
from qilian.evidence.credentials.encoding import from_base64url, read_json
from qilian.evidence.credentials.jose import sign

ME = "https://window.example"


def shown(world, text: str, audience: str | None = ME, nonce: str | None = "n-1", later=timedelta()) -> Verification:
    """Verify what was shown, as ``ME`` with the request ``n-1``."""
    now = world.now + later
    return verify(text, world.trust, world.lists(now=now), now, audience=audience, nonce=nonce)


def presented(world, key=None, audience: str = ME, nonce: str = "n-1") -> str:
    """The maker's presentation of its report."""
    return present([world.sign().texts[0]], key or world.maker, world.now, audience=audience, nonce=nonce)


def faults(found: Verification) -> list[Fault]:
    """The codes of what was found."""
    return [problem.fault for problem in found.problems]


def content(text: str) -> dict[str, Value]:
    """The content of a signed text."""
    return read_json(from_base64url(text.split(".")[1]))


def test_the_holder_shows_it_to_who_asked(world) -> None:
    """The party that the report was issued to, or the laboratory itself."""
    for key in (world.maker, world.es256):
        found = shown(world, presented(world, key))
        assert (found.ok, found.kind, found.issuer) == (True, "presentation", key.did)
        assert [each.report.id for each in found.presented] == ["R-2026-0042"]


def test_a_presentation_for_another_request_is_refused(world) -> None:
    """Recorded and shown again: the second request has another nonce."""
    assert faults(shown(world, presented(world), nonce="n-2")) == [Fault.REPLAY]


def test_a_presentation_for_another_verifier_is_refused(world) -> None:
    """What a firm showed to one office does not serve that office to pose as the firm elsewhere."""
    assert faults(shown(world, presented(world), audience="https://other.example")) == [Fault.REPLAY]


def test_a_list_of_audiences_is_refused(world) -> None:
    """Made for one verifier means for one."""
    payload = {**content(presented(world)), "aud": [ME, "https://other.example"]}
    assert faults(shown(world, sign(payload, world.maker, "vp+jwt"))) == [Fault.REPLAY]


def test_a_copied_credential_is_refused_where_a_presentation_was_asked(world) -> None:
    """The credential itself is good, and anyone could have copied it."""
    found = shown(world, world.sign().texts[0])
    assert faults(found) == [Fault.REPLAY]
    assert world.verify(world.sign().texts[0]).ok


def test_a_presentation_without_a_request_is_refused(world) -> None:
    """A verifier that does not say who it is and what it asked cannot tell a replay."""
    assert faults(shown(world, presented(world), audience=None, nonce=None)) == [Fault.REPLAY]


def test_a_thief_cannot_present_a_copied_credential(world) -> None:
    """Signed properly by somebody to whom it was not issued."""
    thief = world.platform
    assert faults(shown(world, presented(world, thief))) == [Fault.HOLDER]


def test_a_thief_cannot_name_the_holder(world) -> None:
    """The maker's identifier with another key: by a foreign key id, or by the maker's own key id."""
    payload = content(presented(world))
    assert faults(shown(world, sign(payload, world.platform, "vp+jwt"))) == [Fault.HOLDER]
    swapped = replace(world.stranger, public=replace(world.stranger.public, id=world.maker.public.id))
    assert faults(shown(world, sign(payload, swapped, "vp+jwt"))) == [Fault.SIGNATURE]


def test_an_old_presentation_is_refused(world) -> None:
    """Ten minutes, as made; one that never ends is refused at once."""
    text = presented(world)
    assert shown(world, text, later=timedelta(minutes=9)).ok
    assert faults(shown(world, text, later=timedelta(minutes=11))) == [Fault.EXPIRED]
    endless = content(text)
    del endless["exp"]
    assert faults(shown(world, sign(endless, world.maker, "vp+jwt"))) == [Fault.EXPIRED]


def test_a_revoked_credential_is_refused_inside_too(world) -> None:
    """The envelope is good, what is in it is not."""
    issued = world.sign()
    register = revoke(issued.registers[0], issued.ids[0], world.now, "")
    text = present(issued.texts, world.maker, world.now, audience=ME, nonce="n-1")
    found = verify(text, world.trust, world.lists(register), world.now, audience=ME, nonce="n-1")
    assert faults(found) == [Fault.REVOKED]


def test_a_credential_made_for_one_recipient_is_refused_from_anyone(world) -> None:
    """``aud`` inside a credential (RFC 7519, 4.1.3): it was not made for whoever reads it now."""
    text = sign({**content(world.sign().texts[0]), "aud": "https://other.example"}, world.es256)
    assert faults(world.verify(text)) == [Fault.REPLAY]


@pytest.mark.parametrize(
    "entries",
    [[], ["text"], [{"type": "EnvelopedVerifiableCredential"}], [{"type": "X", "id": "data:application/vc+jwt,a.b.c"}]],
)
def test_a_presentation_of_something_else_is_refused(world, entries) -> None:
    """Only enveloped credentials (VCDM 2.0, 4.13.1), and at least one."""
    payload = {**content(presented(world)), "verifiableCredential": entries}
    assert faults(shown(world, sign(payload, world.maker, "vp+jwt"))) == [Fault.MODEL]


def test_a_presentation_is_no_credential(world) -> None:
    """Neither type passes for the other when its label is swapped, and presentations do not nest."""
    credential, presentation = content(world.sign().texts[0]), content(presented(world))
    assert not shown(world, sign(credential, world.es256, "vp+jwt")).ok
    assert not world.verify(sign(presentation, world.es256)).ok
    nested = present([presented(world)], world.maker, world.now, audience=ME, nonce="n-1")
    assert Fault.REPLAY in faults(shown(world, nested))


def test_a_suspension_of_one_among_many_is_named(world) -> None:
    """Each credential in a presentation has its own result."""
    suspension = StatusRegister("https://lab.example/status/2", Purpose.SUSPENSION)
    issued = [world.sign(replace(world.report, id=f"R-{number}")) for number in range(3)]
    register = revoke(issued[1].registers[0], issued[1].ids[0], world.now, "")
    texts = [each.texts[0] for each in issued]
    text = present(texts, world.maker, world.now, audience=ME, nonce="n-1")
    found = verify(text, world.trust, world.lists(register, suspension), world.now, audience=ME, nonce="n-1")
    assert [each.ok for each in found.presented] == [True, False, True]
