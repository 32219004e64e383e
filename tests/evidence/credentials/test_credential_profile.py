"""What a credential says: lossless, by the UNTP schema and VCDM 2.0, in documented terms, with no borrowed topic."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.compliance import Method, TestItem
from qilian.compliance.conditions import Comparison
from qilian.evidence.credentials import (
    CONTEXT_ADDRESS,
    CredentialError,
    Fault,
    Party,
    Topic,
    check_vcdm,
    context_bytes,
    context_digest,
    report_of,
    sign_decision,
    sign_report,
    sign_reports,
)
from qilian.evidence.credentials.encoding import from_base64url, read_json
from qilian.evidence.credentials.jose import sign
from qilian.evidence.decision import Acceptance, Decision
from qilian.evidence.model import Outcome, Quantity, ReportedTest, ReportKind, Source
from qilian.evidence.policy import Clause, Effect, Policy
from qilian.standards import StandardRef
from qilian.text import Text

UNTP = Path(__file__).parents[4] / "shared" / "data" / "untp"
needs_untp = pytest.mark.skipif(not UNTP.is_dir(), reason="needs ../shared/data/untp (UNTP schemas and instances)")


def content(text: str):
    """The content of a signed text."""
    return read_json(from_base64url(text.split(".")[1]))


def untp(name: str):
    """A file of the UNTP collection."""
    return json.loads((UNTP / name).read_text(encoding="utf-8"))


def untp_faults(credential) -> list[str]:
    """What the UNTP JSON Schema says, with formats checked."""
    schema = untp("untp-dcc-schema.json")
    formats = jsonschema.FormatChecker(["date"])
    formats.checks("uri")(lambda text: bool(urlsplit(text).scheme) and " " not in text)
    formats.checks("date-time", ValueError)(lambda text: datetime.fromisoformat(text).tzinfo is not None)
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    return [error.message for error in validator.iter_errors(credential)]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=12)
bilingual = st.builds(Text, words, words)
days = st.dates(date(2020, 1, 1), date(2026, 9, 1))
tests = st.lists(
    st.builds(
        ReportedTest,
        id=words,
        name=bilingual,
        method=st.sampled_from(["GB/T 12642-2013", "ISO 10218-1:2025", "EN ISO 13849-1:2023"]).map(StandardRef.parse)
        | st.none(),
        clause=st.just("7.2") | st.just(""),
        test=words | st.none(),
        outcome=st.sampled_from(Outcome) | st.none(),
        measured=st.builds(Quantity, st.floats(-1e9, 1e9), words) | st.none(),
        requirement=words | st.just(""),
        tested=days | st.none(),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda test: test.id,
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_report_comes_back_as_it_went_in(world, data) -> None:
    """Whatever the report says, the verified credential says the same; only the seal is the new one."""
    report = replace(
        world.report,
        id=data.draw(words),
        kind=data.draw(st.sampled_from(ReportKind)),
        title=data.draw(bilingual),
        tests=tuple(data.draw(tests)),
        valid_until=data.draw(st.dates(date(2027, 1, 1), date(2030, 1, 1)) | st.none()),
        example=data.draw(st.booleans()),
    )
    found = world.verify(world.sign(report).texts[0])
    assert found.ok, found.problems
    assert replace(found.report, seal=report.seal) == report
    assert found.report.source.format == "vc+jwt"


@needs_untp
def test_a_credential_validates_against_the_untp_schema(world) -> None:
    """Reports of every kind, with and without a party, an end, a title and a source file, pass the UNTP schema."""
    for kind in ReportKind:
        for report in (
            replace(world.report, kind=kind),
            replace(world.report, kind=kind, valid_until=date(2027, 1, 1), source=Source("x", "r.json", "0" * 64)),
            replace(
                world.report,
                kind=kind,
                title=Text("", ""),
                product=replace(world.report.product, maker=""),
                laboratory=replace(world.report.laboratory, accreditations=()),
                issued=None,
            ),
        ):
            for party in (None, Party("did:web:maker.example", "Maker")):
                texts = sign_report(
                    report,
                    world.es256,
                    world.now,
                    [world.register],
                    issued_to=party,
                    topics={"2": Topic.MACHINE_SAFETY},
                ).texts
                assert untp_faults(content(texts[0])) == []


@needs_untp
def test_the_schema_of_that_test_does_find_faults(world) -> None:
    """So that the test above can fail: an invented core topic, a missing name and an id that is no URI are found."""
    credential = content(world.sign().texts[0])
    topic = {"id": "urn:x:1", "conformityTopic": "machine-safety", "conformance": True}
    credential["credentialSubject"]["assessment"] = [topic]
    assert untp_faults(credential)
    good = content(world.sign().texts[0])
    assert untp_faults({**good, "issuer": {"id": "did:web:lab.example"}})
    assert untp_faults({**good, "id": "no uri"})


def test_a_credential_keeps_the_rules_of_the_data_model(world) -> None:
    """VCDM 2.0, rule by rule, written out here again and not by the checker of the room."""
    credential = content(world.sign(valid_until=datetime(2027, 1, 1, tzinfo=UTC)).texts[0])
    assert credential["@context"][0] == "https://www.w3.org/ns/credentials/v2"  # 4.3
    assert credential["id"].startswith("urn:uuid:")  # 4.4: one URL
    assert "VerifiableCredential" in credential["type"]  # 4.5
    assert credential["issuer"]["id"] == "did:web:lab.example"  # 4.7
    assert credential["credentialSubject"]  # 4.8
    for name in ("validFrom", "validUntil"):  # 4.9: dateTimeStamp
        assert datetime.fromisoformat(credential[name]).tzinfo is not None
    assert credential["validFrom"] <= credential["validUntil"]
    assert credential["credentialStatus"]["type"] == "BitstringStatusListEntry"  # 4.10
    assert not {"proof", "vc", "vp"} & credential.keys()  # secured by the envelope: VC-JOSE-COSE 3.1
    assert {entry["id"] for entry in credential["relatedResource"]} == {CONTEXT_ADDRESS}  # 5.3
    assert check_vcdm(credential) == ()


def names_in(value) -> Iterator[str]:
    """Every member name within a value; the keys of language maps and of nested objects alike."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def test_every_term_of_the_extension_is_defined(world) -> None:
    """A JSON-LD processor drops what its context does not define: nothing that we sign may be dropped."""
    defined = json.loads(context_bytes())["@context"]
    issued = sign_report(world.report, world.es256, world.now, topics={"1": Topic.PRODUCT_PERFORMANCE})
    decided = sign_decision(decision(world.report), world.platform, world.now)
    for text, term in ((issued.texts[0], "testReport"), (decided.texts[0], "acceptanceDecision")):
        value = content(text)["credentialSubject"][term]
        known = set(names_in(defined[term]["@context"])) | {"zh", "en"}
        assert set(names_in(value)) - known == set()


def test_the_published_context_never_changes() -> None:
    """Credentials carry its digest: a new term needs a new version under a new address, not a change of this file."""
    assert context_digest() == "sha256-EuHVA+rXzKDBWKHPqveJ5Hr5gDz3Qbzza2W28+BrTnU="
    assert CONTEXT_ADDRESS.endswith("/v1")


def test_topics_stand_in_the_extension_only(world) -> None:
    """Machine safety and product performance are ours to say; UNTP's own list of topics is left alone."""
    topics = {"1": Topic.PRODUCT_PERFORMANCE, "2": Topic.MACHINE_SAFETY}
    subject = content(sign_report(world.report, world.es256, world.now, topics=topics).texts[0])["credentialSubject"]
    assert [test["topic"] for test in subject["testReport"]["tests"]] == ["product-performance", "machine-safety"]
    assert "conformityTopic" not in set(names_in(subject))
    with pytest.raises(CredentialError, match="no test 9"):
        sign_report(world.report, world.es256, world.now, topics={"9": Topic.MACHINE_SAFETY})


def test_nobody_signs_a_report_of_another_did(world) -> None:
    """Refused when signing already, with the two identifiers."""
    with pytest.raises(CredentialError, match=r"did:web:lab\.example"):
        sign_report(world.report, world.platform, world.now)


def test_a_report_that_would_come_back_changed_is_not_signed(world) -> None:
    """A clause inside the reference would move to the clause of the test: what is signed must be what is read."""
    inside = replace(world.report.tests[0], method=StandardRef.parse("ISO 10218-1:2025 5.4"), clause="")
    with pytest.raises(CredentialError, match="come back"):
        sign_report(replace(world.report, tests=(inside,)), world.es256, world.now)


def test_many_reports_are_signed_all_or_none(world) -> None:
    """One report of another laboratory, or one number twice, and none is signed."""
    other = replace(world.report, id="R-2", laboratory=replace(world.report.laboratory, id="did:web:other.example"))
    with pytest.raises(CredentialError):
        sign_reports([world.report, other], world.es256, world.now)
    with pytest.raises(CredentialError, match="one number"):
        sign_reports([world.report, world.report], world.es256, world.now)
    issued = sign_reports([world.report, replace(world.report, id="R-2")], world.es256, world.now, [world.register])
    assert len(issued.texts) == len(issued.registers[0].places) == 2


@needs_untp
@pytest.mark.parametrize("name", ["untp-dcc-instance.json", "dcc-v0.6.0-example.json"])
def test_foreign_untp_instances_are_refused_unsigned_and_accepted_signed(world, name) -> None:
    """As bare JSON they prove nothing and the reason says so; signed by a trusted issuer they verify word for word.

    They hold no test report of our profile, so reading them is the work of the UNTP importer, and this room says that.
    """
    foreign = untp(name)
    bare = world.verify(json.dumps(foreign))
    assert [problem.fault for problem in bare.problems] == [Fault.NOT_SIGNED]
    assert "signed" in str(bare.problems[0])
    assert check_vcdm(foreign) == ()
    mine = {**foreign, "issuer": {**foreign["issuer"], "id": world.es256.did}, "iat": int(world.now.timestamp())}
    found = world.verify(sign(mine, world.es256))
    assert (found.ok, found.kind, found.report) == (True, "credential", None)
    assert found.credential["credentialSubject"] == foreign["credentialSubject"]
    with pytest.raises(CredentialError, match="importer"):
        report_of(foreign)


@pytest.mark.parametrize(
    "change",
    [{"tests": []}, {"kind": "rumour"}, {"laboratory": None}, {"issued": "2026-13-01"}, {"surprise": 1}, {"id": "x"}],
)
def test_a_malformed_report_inside_is_refused(world, change) -> None:
    """Signed by a trusted issuer, yet not a report: refused with the field."""
    credential = content(world.sign().texts[0])
    credential["credentialSubject"]["testReport"].update(change)
    found = world.verify(sign(credential, world.es256))
    assert [problem.fault for problem in found.problems] == [Fault.MODEL]
    assert found.report is None


def decision(report, outcome: Acceptance = Acceptance.PARTIAL) -> Decision:
    """A decision with one clause that holds, one that fails and one that is open."""
    clauses = tuple(
        Clause(
            name,
            Text("条款", name),
            Comparison(fact, "is", value),
            Effect.PARTIAL,
            Text("补充", "add"),
            ("https://market.example/rule",),
            "secondary",
            name == "age",
            Text("", ""),
        )
        for name, fact, value in (
            ("seal", "seal.state", "valid"),
            ("age", "result.outcome", "pass"),
            ("product", "product.relation", "same"),
        )
    )
    policy = Policy("cn-cr", "CN", Text("示例", "Example"), (), clauses, {})
    item = TestItem(
        "pose-repeatability",
        Text("位姿重复性", "Pose repeatability"),
        "performance",
        (Method(StandardRef.parse("GB/T 12642"), "7.2"),),
        "machine",
        False,
        False,
        (),
        "ours",
        date(2026, 1, 1),
        "unverified",
        Text("", ""),
    )
    values = {"seal.state": "valid", "result.outcome": "fail"}
    verdicts = tuple(clause.when.verdict(values) for clause in clauses)
    return Decision(report, report.tests[0], item, policy, date(2026, 11, 23), outcome, values, verdicts, "ILAC MRA")


def test_a_decision_is_signed_with_every_clause(world) -> None:
    """It names report, test, policy and date, and each clause with what decided it or is missing."""
    report = replace(world.report, source=Source("qilian-report/1", "r.json", "ab" * 32))
    issued = sign_decision(decision(report), world.platform, world.now)
    found = world.verify(issued.texts[0])
    assert (found.ok, found.kind, found.issuer) == (True, "decision", world.platform.did)
    said = found.credential["credentialSubject"]["acceptanceDecision"]
    assert (said["report"], said["test"], said["policy"], said["on"]) == (
        report.id, "pose-repeatability", "cn-cr", "2026-11-23",
    )  # fmt: skip
    assert said["acceptance"] == "partial"
    assert said["report_digest"] == "sha-256:" + "ab" * 32
    assert [clause["truth"] for clause in said["clauses"]] == ["applies", "does_not_apply", "undecided"]
    assert said["clauses"][1]["because"] == [{"fact": "result.outcome", "value": "fail"}]
    assert said["clauses"][2]["missing"] == ["product.relation"]
    assert said["questions"][0]["waiting"] == ["product"]
    assert check_vcdm(found.credential) == ()


def test_a_laboratory_does_not_decide(world) -> None:
    """A decision by somebody who is trusted for reports only is refused."""
    issued = sign_decision(decision(world.report), world.es256, world.now)
    assert [problem.fault for problem in world.verify(issued.texts[0]).problems] == [Fault.WRONG_ROLE]
