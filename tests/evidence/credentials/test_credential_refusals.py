"""Each way to pass off a credential that is not good, by its own test: what is refused, and by which finding."""

import contextlib
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from qilian.documents import Value
from qilian.evidence.credentials import (
    Fault,
    Role,
    SigningKey,
    Trust,
    Verification,
    read_status_lists,
    revoke,
    sign_report,
    trusted,
    verify,
)
from qilian.evidence.credentials.encoding import from_base64url, read_json, to_base64url, write_json
from qilian.evidence.credentials.jose import sign
from qilian.evidence.model import SealState


def faults(found: Verification) -> list[Fault]:
    """The codes of what was found."""
    return [problem.fault for problem in found.problems]


def payload_of(text: str) -> dict[str, Value]:
    """The content of a signed text."""
    return read_json(from_base64url(text.split(".")[1]))


def forged(header: dict[str, Value], payload: dict[str, Value], signature: bytes = b"x" * 64) -> str:
    """A text with a header of the forger's choice."""
    return ".".join(to_base64url(part) for part in (write_json(header), write_json(payload), signature))


def header_of(world, **change: Value) -> dict[str, Value]:
    """The header that the laboratory would write, changed."""
    return {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": world.es256.public.id, **change}


def test_a_good_credential_is_accepted(world) -> None:
    """Without this, every refusal below would prove nothing: both algorithms verify, with a valid seal."""
    for key in (world.es256, world.eddsa):
        found = world.verify(world.sign(key=key).texts[0])
        assert (found.ok, found.problems, found.kind, found.issuer_name) == (True, (), "report", "Example laboratory")
        assert found.report is not None
        assert found.report.seal.state is SealState.VALID


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_byte_anywhere_is_found(world, data) -> None:
    """Replacing, inserting or dropping any one byte of a signed report makes the check fail."""
    key = data.draw(st.sampled_from([world.es256, world.eddsa]))
    original = world.sign(key=key).texts[0].encode()
    place = data.draw(st.integers(0, len(original) - 1))
    kind = data.draw(st.sampled_from(["replace", "insert", "drop"]))
    byte = data.draw(st.integers(0, 255))
    rest = original[place:] if kind == "insert" else original[place + 1 :]
    changed = original[:place] + (b"" if kind == "drop" else bytes([byte])) + rest
    if changed == original:
        return
    assert not world.verify(changed.decode("latin-1")).ok


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_byte_of_the_report_inside_is_found(world, data) -> None:
    """The same for the words themselves, encoded again properly: the signature does not fit, and the seal is broken."""
    text = world.sign().texts[0]
    head, body, signature = text.split(".")
    content = bytearray(from_base64url(body))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    found = world.verify(".".join((head, to_base64url(bytes(content)), signature)))
    assert not found.ok
    assert found.report is None or found.report.seal.state is SealState.BROKEN


def test_the_last_letter_of_a_signature_has_one_spelling(world) -> None:
    """Four spare bits of the last letter would let fifteen other texts pass: only the canonical one does."""
    text = world.sign().texts[0]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    good = [letter for letter in letters if world.verify(text[:-1] + letter).ok]
    assert good == [text[-1]]


@given(st.binary(max_size=40), st.text("ABCDEFGHabcdefgh0123-_=+/ \n", min_size=1, max_size=2))
def test_bytes_have_one_spelling(data, more) -> None:
    """What decodes is the only text of its bytes, whatever is put behind it."""
    text = to_base64url(data)
    assert from_base64url(text) == data
    with contextlib.suppress(ValueError):
        assert to_base64url(from_base64url(text + more)) == text + more


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.binary(max_size=60), min_size=1, max_size=5)))
def test_any_text_gets_an_answer(world, noise) -> None:
    """Noise, also in the shape of a signed text, is refused without a crash."""
    text = noise if isinstance(noise, str) else ".".join(to_base64url(part) for part in noise)
    assert not world.verify(text).ok


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
MEMBERS = [
    "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject", "credentialStatus", "name",
    "relatedResource", "iat", "exp", "aud", "iss", "jti", "holder", "verifiableCredential", "nonce",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    changes=st.dictionaries(st.sampled_from(MEMBERS), json_values, max_size=5),
    kind=st.sampled_from(["vc+jwt", "vp+jwt"]),
)
def test_any_signed_content_gets_an_answer(world, changes, kind) -> None:
    """A trusted issuer's odd content is answered, not crashed on, also as a status list or a presentation."""
    payload = {**payload_of(world.sign().texts[0]), **changes}
    text = sign(payload, world.es256, kind)
    found = verify(text, world.trust, world.lists(), world.now, audience="a", nonce="n")
    assert not found.ok
    read_status_lists([text], world.trust, world.now)


@settings(max_examples=200, deadline=None)
@given(member=st.sampled_from(["type", "statusListIndex", "statusListCredential", "statusPurpose"]), value=json_values)
def test_any_status_entry_gets_an_answer(world, member, value) -> None:
    """What stands in a status entry never crashes the check; only what says nothing against it may pass."""
    payload = payload_of(world.sign().texts[0])
    payload["credentialStatus"] = {**payload["credentialStatus"], member: value}
    world.verify(sign(payload, world.es256))


def test_an_unsigned_credential_is_refused(world) -> None:
    """``alg: none``, with or without a signature, in any letter case."""
    payload = payload_of(world.sign().texts[0])
    for algorithm in ("none", "None", "NONE", "nOnE"):
        for signature in (b"", b"x" * 64):
            text = forged(header_of(world, alg=algorithm), payload, signature)
            assert faults(world.verify(text)) == [Fault.NOT_SIGNED]


def test_an_empty_signature_is_refused(world) -> None:
    """A proper header with no signature behind it is not signed."""
    text = world.sign().texts[0]
    assert faults(world.verify(text.rpartition(".")[0] + ".")) == [Fault.NOT_SIGNED]


def test_bare_json_is_refused(world) -> None:
    """A credential as plain JSON proves nothing; the finding says what to ask for."""
    found = world.verify(json.dumps(payload_of(world.sign().texts[0])))
    assert faults(found) == [Fault.NOT_SIGNED]
    assert "vc+jwt" in str(found.problems[0])


@pytest.mark.parametrize("spelling", ["raw", "pem", "jwk"])
def test_the_public_key_as_a_shared_secret_is_refused(world, spelling) -> None:
    """HS256 with the public key as its secret: the classic confusion of algorithms."""
    jwk = world.es256.public.jwk
    members = {name: jwk.as_dict(private=False)[name] for name in ("crv", "kty", "x", "y")}
    secret = {
        "raw": from_base64url(str(members["x"])),
        "pem": jwk.as_pem(private=False),
        "jwk": json.dumps(members).encode(),
    }[spelling]
    payload = payload_of(world.sign().texts[0])
    head, body, _ = forged(header_of(world, alg="HS256"), payload).split(".")
    signature = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert faults(world.verify(f"{head}.{body}.{to_base64url(signature)}")) == [Fault.NOT_SIGNED]


def test_the_other_kind_of_key_is_refused(world) -> None:
    """A signature by the Edwards key that claims ES256, or to be of the elliptic key, and the reverse."""
    payload = payload_of(world.sign().texts[0])
    for signer, claimed in ((world.eddsa, world.es256), (world.es256, world.eddsa)):
        swapped = SigningKey(signer.name, replace(signer.public, id=claimed.public.id), signer.secret)
        text = sign(payload, swapped)  # the signer's algorithm under the other key's id
        assert faults(world.verify(text)) == [Fault.SIGNATURE]
        head, body, signature = text.split(".")
        relabelled = {**read_json(from_base64url(head)), "alg": str(claimed.public.algorithm)}
        assert faults(world.verify(f"{to_base64url(write_json(relabelled))}.{body}.{signature}")) == [Fault.SIGNATURE]


def test_a_signature_by_a_key_of_the_wrong_id_is_refused(world) -> None:
    """Same owner, same algorithm, same id of the key, but another key."""
    text = sign_report(world.report, world.stranger, world.now).texts[0]
    assert faults(world.verify(text)) == [Fault.SIGNATURE]


@pytest.mark.parametrize("kid", ["did:web:lab.example#2025", "did:web:platform.example:qilian#key-1", "x#y"])
def test_an_unknown_key_id_is_refused(world, kid) -> None:
    """A key that the issuer never had, or one of another trusted issuer."""
    payload = payload_of(world.sign().texts[0])
    key = world.platform if "platform" in kid else world.es256
    text = sign(payload, SigningKey(key.name, replace(key.public, id=kid), key.secret))
    assert faults(world.verify(text)) == [Fault.UNKNOWN_KEY]


@pytest.mark.parametrize("kid", [None, 7, "", "no-fragment", ["did:web:lab.example#2026"]])
def test_a_missing_key_id_is_refused(world, kid) -> None:
    """The verifier never tries all keys in turn."""
    text = forged(header_of(world, kid=kid), payload_of(world.sign().texts[0]))
    assert faults(world.verify(text)) == [Fault.NOT_SIGNED]


def test_an_embedded_key_is_refused(world) -> None:
    """A forger's own key in the header, with a signature that fits it."""
    mine = ECKey.generate_key("P-256")
    public = {name: str(value) for name, value in mine.as_dict(private=False).items()}
    signer = SigningKey("x", world.es256.public, mine)
    payload = payload_of(world.sign().texts[0])
    for header in (
        {"jwk": public},
        {"jku": "https://evil.example/jwks"},
        {"x5c": ["MII"]},
        {"x5u": "https://e.example"},
    ):
        assert faults(world.verify(forged(header_of(world, **header), payload))) == [Fault.NOT_SIGNED]
    assert faults(world.verify(sign(payload, signer))) == [Fault.SIGNATURE]


@pytest.mark.parametrize("change", [{"crit": ["exp"]}, {"b64": False}, {"typ": "JWT"}, {"typ": None}, {"cty": "vp"}])
def test_a_header_with_other_rules_is_refused(world, change) -> None:
    """What the header asks for and is not known here is not skipped; another type of token is no credential."""
    text = forged(header_of(world, **change), payload_of(world.sign().texts[0]))
    assert faults(world.verify(text)) == [Fault.NOT_SIGNED]


def test_doubled_members_are_refused(world) -> None:
    """Two readers could take different ones of two equal names."""
    text = world.sign().texts[0]
    head, body, signature = text.split(".")
    doubled = from_base64url(head).replace(b'{"alg"', b'{"alg":"none","alg"')
    assert faults(world.verify(f"{to_base64url(doubled)}.{body}.{signature}")) == [Fault.NOT_SIGNED]


def test_a_text_without_bounds_is_refused(world) -> None:
    """A megabyte is far more than a report needs; deep nesting does not exhaust the reader."""
    assert faults(world.verify("a" * 1_000_001)) == [Fault.NOT_SIGNED]
    deep = to_base64url(b"[" * 200_000)
    assert faults(world.verify(f"{deep}.{deep}.AA")) == [Fault.NOT_SIGNED]


def test_an_unknown_issuer_is_refused(world) -> None:
    """A well signed report by somebody who is not in the trust list."""
    report = replace(world.report, laboratory=replace(world.report.laboratory, id=""))
    text = sign_report(report, world.maker, world.now).texts[0]
    assert faults(world.verify(text)) == [Fault.UNKNOWN_ISSUER]


def test_an_issuer_who_names_another_is_refused(world) -> None:
    """The platform signs, with its own key, what claims to be of the laboratory."""
    text = sign(payload_of(world.sign().texts[0]), world.platform)
    assert faults(world.verify(text)) == [Fault.UNKNOWN_KEY]


def test_an_issuer_without_the_role_is_refused(world) -> None:
    """Trusted for decisions is not trusted for reports, nor both at once by giving two types."""
    report = replace(world.report, laboratory=replace(world.report.laboratory, id=""))
    text = sign_report(report, world.platform, world.now).texts[0]
    assert faults(world.verify(text)) == [Fault.WRONG_ROLE]
    other = {**payload_of(text), "type": ["VerifiableCredential"]}
    assert faults(world.verify(sign(other, world.platform))) == [Fault.WRONG_ROLE]
    both = payload_of(text)
    both["type"] = [*both["type"], "AcceptanceDecisionCredential"]
    assert faults(world.verify(sign(both, world.platform))) == [Fault.WRONG_ROLE]


def test_a_report_of_another_laboratory_is_refused(world) -> None:
    """A trusted laboratory cannot sign in the name of another one, unless the operator says that it may."""
    report = replace(world.report, laboratory=replace(world.report.laboratory, id="lab-7"))
    text = sign_report(report, world.es256, world.now).texts[0]
    assert faults(world.verify(text)) == [Fault.LABORATORY]
    issuer = trusted("did:web:lab.example", "Lab", frozenset({Role.REPORT}), (world.es256.public,))
    trust = Trust.of(replace(issuer, laboratories=frozenset({"lab-7"})))
    assert verify(text, trust, world.lists(), world.now).ok


def test_an_issuer_outside_its_time_of_trust_is_refused(world) -> None:
    """Signatures after trust ended, or before it began, do not count; those in between do."""
    issuer = trusted("did:web:lab.example", "Lab", frozenset({Role.REPORT}), (world.es256.public,))
    text = world.sign().texts[0]
    day = timedelta(days=1)
    periods = [(None, world.now - day), (world.now + day, None), (world.now - day, world.now + day)]
    results = []
    for start, end in periods:
        trust = Trust.of(replace(issuer, trusted_from=start, trusted_until=end))
        results.append(faults(verify(text, trust, world.lists(), world.now)))
    assert results[:2] == [[Fault.ISSUER_PERIOD], [Fault.ISSUER_PERIOD]]
    assert Fault.ISSUER_PERIOD not in results[2]


def test_an_expired_credential_is_refused(world) -> None:
    """One second after its end, not before."""
    end = world.now + timedelta(days=10)
    text = world.sign(valid_until=end).texts[0]
    assert world.verify(text, end).ok
    assert faults(world.verify(text, end + timedelta(seconds=1))) == [Fault.EXPIRED]


def test_a_report_of_the_early_morning_in_hangzhou_counts_at_once(world) -> None:
    """In UTC it is still the day before; the report's dates come back as the days that they were."""
    now = datetime(2026, 11, 26, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    report = replace(world.report, issued=now.date(), valid_until=now.date())
    text = sign_report(report, world.es256, now).texts[0]
    found = world.verify(text, now)
    assert found.ok
    assert (found.report.issued, found.report.valid_until) == (now.date(), now.date())
    assert world.verify(text, now + timedelta(hours=23)).ok
    assert faults(world.verify(text, now + timedelta(hours=24))) == [Fault.EXPIRED]


def test_an_expired_signature_is_refused(world) -> None:
    """``exp`` ends the signature (VC-JOSE-COSE, 3.1.3); one that is no moment ends it too."""
    for exp in (int(world.now.timestamp()) - 1, "tomorrow", 1e300):
        text = sign({**payload_of(world.sign().texts[0]), "exp": exp}, world.es256)
        assert faults(world.verify(text)) == [Fault.EXPIRED]


def test_a_credential_before_its_time_is_refused(world) -> None:
    """A report that is issued tomorrow does not count today."""
    report = replace(world.report, issued=(world.now + timedelta(days=2)).date())
    text = sign_report(report, world.es256, world.now).texts[0]
    assert faults(world.verify(text)) == [Fault.NOT_YET_VALID]
    assert world.verify(text, world.now + timedelta(days=2)).ok


def test_a_signature_of_the_future_is_refused(world) -> None:
    """Nobody signs later than now; a clock that runs five minutes fast is forgiven."""
    text = sign_report(world.report, world.es256, world.now + timedelta(hours=1)).texts[0]
    assert faults(world.verify(text)) == [Fault.KEY_PERIOD]
    assert world.verify(sign_report(world.report, world.es256, world.now + timedelta(minutes=4)).texts[0]).ok


def test_a_revoked_credential_is_refused(world) -> None:
    """The credential that was revoked, and no other one in the same list."""
    issued = sign_report(world.report, world.es256, world.now, [world.register])
    other = sign_report(replace(world.report, id="R-2"), world.es256, world.now, issued.registers)
    register = revoke(other.registers[0], issued.ids[0], world.now, "wrong sample")
    found = world.verify(issued.texts[0], registers=[register])
    assert faults(found) == [Fault.REVOKED]
    assert found.report is not None
    assert found.report.seal.state is SealState.BROKEN
    assert world.verify(other.texts[0], registers=[register]).ok


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("@context", ["https://www.w3.org/2018/credentials/v1"]),
        ("@context", ["https://www.w3.org/ns/credentials/v2", "https://evil.example/context"]),
        ("@context", ["https://www.w3.org/ns/credentials/v2", {"passed": "https://evil.example/failed"}]),
        ("type", ["DigitalConformityCredential"]),
        ("validFrom", "2026-11-01T00:00:00"),
        ("validFrom", "yesterday"),
        ("credentialSubject", []),
        ("credentialSchema", {"type": "JsonSchema"}),
        ("id", "no url"),
        ("vc", {}),
        ("jti", "urn:uuid:other"),
    ],
)
def test_a_credential_against_the_data_model_is_refused(world, member, value) -> None:
    """Signed by a trusted issuer and still not a credential of VCDM 2.0."""
    text = sign({**payload_of(world.sign().texts[0]), member: value}, world.es256)
    assert Fault.MODEL in faults(world.verify(text))


def test_another_extension_context_than_the_signed_one_is_found(world) -> None:
    """The digest of our context is signed, so that nobody gives its words another meaning later."""
    payload = payload_of(world.sign().texts[0])
    payload["relatedResource"] = [{**payload["relatedResource"][0], "digestSRI": "sha256-AAAA"}]
    assert faults(world.verify(sign(payload, world.es256))) == [Fault.MODEL]
