"""Fixtures of the evidence room: the robot pack's policies, the example product's tests, and the example reports."""

from datetime import date
from pathlib import Path

import pytest

from qilian.compliance import MergedTests, assess, merge_tests
from qilian.documents import read_yaml
from qilian.evidence import (
    AccreditationClaim,
    Applied,
    IssuingLaboratory,
    Outcome,
    Policy,
    ProductIdentity,
    Register,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Seal,
    SealState,
    apply_evidence,
    identity_of,
    read_evidence,
    read_policies,
)
from qilian.planning import Pack
from qilian.product import Product, read_product
from qilian.standards import StandardRef
from qilian.text import Text

ON = date(2026, 12, 1)
MARKETS = ("CN", "EU", "US", "JP", "KR")


@pytest.fixture(scope="session")
def policies(pack: Pack) -> tuple[Policy, ...]:
    """The acceptance policies of the robot pack."""
    return read_policies(read_yaml(pack.folder / "acceptance.yaml"))


@pytest.fixture(scope="session")
def china(policies: tuple[Policy, ...]) -> Policy:
    """The policy of China."""
    return next(policy for policy in policies if policy.id == "CN-GENERAL")


@pytest.fixture(scope="session")
def arm(pack: Pack, repository: Path) -> Product:
    """The product of the example."""
    return read_product(repository / "examples/products/ufactory-xarm5.yaml", pack.vocabulary)


@pytest.fixture(scope="session")
def arm_tests(arm: Product, pack: Pack) -> MergedTests:
    """The tests that the example product needs in all five markets."""
    assessment = assess(arm.values, pack.rules, pack.implications, pack.vocabulary, MARKETS, ON)
    return merge_tests(assessment, pack.tests, pack.catalogue, ON)


@pytest.fixture(scope="session")
def example_reports(repository: Path) -> tuple[Report, ...]:
    """The eight reports of the example."""
    files = sorted((repository / "examples/evidence").glob("*.json"))
    return tuple(report for file in files for report in read_evidence(file))


@pytest.fixture(scope="session")
def applied(
    example_reports: tuple[Report, ...],
    arm_tests: MergedTests,
    policies: tuple[Policy, ...],
    pack: Pack,
    arm: Product,
) -> Applied:
    """The eight reports against the tests of the example product."""
    return apply_evidence(
        example_reports,
        arm_tests.demands,
        policies,
        ON,
        catalogue=pack.catalogue,
        product=identity_of(arm),
        rules={rule.id: rule for rule in pack.rules},
        markets=MARKETS,
        register=Register.of(pack.network),
    )


@pytest.fixture
def good() -> Report:
    """A report on pose accuracy that the policy of China accepts."""
    scope = (ScopeClaim(StandardRef.parse("GB/T 12642")),)
    return Report(
        id="GOOD",
        kind=ReportKind.TEST_REPORT,
        title=Text("", ""),
        laboratory=IssuingLaboratory(
            Text("示例", "sample"),
            accreditations=(AccreditationClaim("CNAS", "X-1", date(2024, 1, 1), date(2029, 1, 1), scope),),
        ),
        product=ProductIdentity("xArm 5", "", "UFACTORY"),
        tests=(
            ReportedTest(
                "1", Text("位姿准确度", "pose"), StandardRef.parse("GB/T 12642-2013"), "7.2.1", outcome=Outcome.PASS
            ),
        ),
        issued=date(2026, 6, 1),
        tested_until=date(2026, 5, 20),
        sample=Sample(serial="1"),
        seal=Seal("stamp", SealState.UNCHECKED),
    )
