"""Acceptance policies: the content of the robot pack, and what the reader refuses."""

from pathlib import Path

import pytest

from qilian.compliance.conditions import comparisons
from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.evidence import Policy, read_policies
from qilian.evidence.policy import policies_for
from qilian.planning import Pack

GOOD = """
clauses:
  - {id: A, title: kind, when: {parameter: report.kind, is: test_report}, otherwise: reject, confidence: unverified}
recognitions:
  - {id: R, name: CNAS, title: CNAS, confidence: unverified}
policies:
  - {id: P, market: CN, programme: general, clauses: [A], recognised: [R], confidence: unverified}
"""


def read(tmp_path: Path, text: str) -> tuple[Policy, ...]:
    file = tmp_path / "acceptance.yaml"
    file.write_text(text, "utf-8")
    return read_policies(read_yaml(file))


def test_every_market_of_the_pack_has_a_policy(policies: tuple[Policy, ...], pack: Pack) -> None:
    """Whatever market a rule is asked for, somebody says what evidence it takes; Zhejiang takes what China takes."""
    rules = {rule.id: rule for rule in pack.rules}
    for rule in pack.rules:
        markets = [market for market in pack.markets if market != "ALL"] if rule.market == "ALL" else [rule.market]
        for name, policy in policies_for([rule.id], rules, policies, markets).items():
            assert policy is not None, (rule.id, name)
            assert policy.market in ("CN" if name.startswith("CN") else name)


def test_a_policy_that_names_rules_serves_only_these(policies: tuple[Policy, ...], pack: Pack) -> None:
    """The rules that a policy names exist; other rules of the market go to its general policy."""
    rules = {rule.id: rule for rule in pack.rules}
    for policy in policies:
        assert set(policy.rules) <= set(rules)
    (found,) = policies_for(["US-FCC-01"], rules, policies, ["US"]).items()
    assert (found[0], found[1].id if found[1] else None) == ("US/US-FCC", "US-FCC")
    assert [each.id for each in policies_for(["US-IND-01"], rules, policies, ["US"]).values() if each] == ["US-GENERAL"]


def test_what_nobody_published_says_so(policies: tuple[Policy, ...]) -> None:
    """A confidence above unverified has a source; every threshold in days is marked as our assumption."""
    for policy in policies:
        for each in (policy, *policy.clauses, *policy.recognised.values()):
            assert each.confidence == "unverified" or each.sources
        for clause in policy.clauses:
            if any(
                isinstance(c.operand, float | int | tuple) and "days" in c.parameter for c in comparisons(clause.when)
            ):
                assert clause.assumption, clause.id


def test_every_policy_asks_for_the_essentials(policies: tuple[Policy, ...]) -> None:
    """Seal, result, product, clause, edition and laboratory are asked for by each policy: none can be forgotten."""
    needed = {"seal.state", "result.outcome", "product.relation", "method.covered", "method.relation"}
    needed |= {"laboratory.valid_on_test_date", "laboratory.scope_covers", "report.age_days", "report.kind"}
    for policy in policies:
        asked = {each.parameter for clause in policy.clauses for each in comparisons(clause.when)}
        assert needed <= asked, policy.id


def test_a_small_policy_is_read(tmp_path: Path) -> None:
    """The smallest policy is read with its clause and recognition."""
    (policy,) = read(tmp_path, GOOD)
    assert (policy.id, policy.clauses[0].id, list(policy.recognised)) == ("P", "A", ["CNAS"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("clauses: [A]", "clauses: [B]", "B: not defined"),
        ("recognised: [R]", "recognised: [S]", "S: not defined"),
        ("report.kind", "report.kidn", "did you mean report.kind"),
        ("is: test_report", "is: test", "unknown choice"),
        ("otherwise: reject", "otherwise: partial", "partial without missing"),
        ("confidence: unverified}\nrec", "confidence: verified}\nrec", "verified without a source"),
        ("otherwise: reject,", "otherwise: reject, sources: [x], assumption: true,", ""),
        ("{id: R,", "{id: R, colour: red,", "not a field"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each fault of a policy file is one line with file and line number; what is no fault is read."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if not said:
        assert read(tmp_path, text)[0].clauses[0].assumption
        return
    with pytest.raises(QilianError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert "acceptance.yaml line" in str(caught.value)
