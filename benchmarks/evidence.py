"""Measures decisions on evidence: report × test pairs a second on one core, and the cost up to 100,000 reports.

Run ``python benchmarks/evidence.py [--reports 100000]``; it prints Markdown tables. Reports are made up from a seed,
out of the robot pack's own test items, with every way to fail that the policies know.
"""

import argparse
import random
import resource
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from qilian.compliance import TestDemand, TestItem, dated
from qilian.content import load_pack
from qilian.documents import read_yaml
from qilian.evidence import (
    AccreditationClaim,
    EvidenceIndex,
    IssuingLaboratory,
    Judge,
    Outcome,
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
    read_policies,
)
from qilian.planning import Pack
from qilian.standards import StandardRef
from qilian.text import Text

ON = date(2026, 12, 1)
PRODUCT = ProductIdentity("xArm 5", "ufactory-xarm5", "UFACTORY", "xArm")
MARKETS = ("CN", "EU", "US", "JP", "KR")
SIZES = (100, 1_000, 10_000, 100_000)


def make_reports(pack: Pack, count: int, seed: int) -> list[Report]:
    """Return made-up reports of one to four tests each; no two share an object, as if each were read from a file."""
    chance = random.Random(seed)
    items = list(pack.tests.values())
    return [_report(number, chance, items) for number in range(count)]


def _report(number: int, chance: random.Random, items: list[TestItem]) -> Report:
    tested = ON - timedelta(days=chance.randrange(0, 2500))
    claim = AccreditationClaim(
        chance.choice(["CNAS", "CMA", "OTHER"]),
        f"SAMPLE-{number % 500}",
        tested - timedelta(days=chance.randrange(-60, 900)),
        tested + timedelta(days=chance.randrange(-60, 900)),
        arrangements=("ILAC MRA",),
    )
    tests = []
    for row in range(chance.randint(1, 4)):
        item = chance.choice(items)
        method = chance.choice(item.methods)
        reference = replace(method.reference)
        if chance.random() < 0.3 and not reference.is_named:
            reference = replace(reference, year=chance.randrange(1995, 2026))
        tests.append(
            ReportedTest(
                str(row),
                item.name,
                reference,
                method.clause if chance.random() < 0.8 else "",
                item.id if chance.random() < 0.5 else None,
                chance.choice([Outcome.PASS, Outcome.PASS, Outcome.VALUE, Outcome.FAIL, None]),
            )
        )
    scope = tuple(ScopeClaim(StandardRef.parse_or_named(str(each.method.undated))) for each in tests if each.method)
    return Report(
        f"R-{number}",
        ReportKind.TEST_REPORT,
        Text("", ""),
        IssuingLaboratory(Text("示例", "sample"), accreditations=(replace(claim, scope=scope),)),
        replace(PRODUCT, model=chance.choice(["xArm 5", "xArm5", "xArm 6"]), id=""),
        tuple(tests),
        issued=tested,
        tested_until=tested,
        sample=Sample(serial=str(number)),
        seal=Seal("stamp", chance.choice([SealState.UNCHECKED, SealState.VALID, SealState.ABSENT])),
    )


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=SIZES[-1])
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    pack = load_pack("robots")
    policies = read_policies(read_yaml(pack.folder / "acceptance.yaml"))
    reports = make_reports(pack, options.reports, options.seed)
    _pairs(pack, policies, reports)
    _growth(pack, policies, reports)


def _pairs(pack: Pack, policies: object, reports: list[Report]) -> None:
    """Every report against every tenth test item: most pairs are misses, as in a search without an index."""
    assert isinstance(policies, tuple)
    policy = policies[0]
    sample, items = reports[:3_000], list(pack.tests.values())[::10]
    judge = Judge(pack.catalogue, ON, PRODUCT, Register.of(pack.network))
    outcomes: Counter[str] = Counter()
    begun = time.process_time()
    pairs = 0
    for report in sample:
        for item in items:
            outcomes[judge.decide(report, report.tests[0], item, policy).outcome] += 1
            pairs += 1
    seconds = time.process_time() - begun
    found = [
        (report, reported, pack.tests[reported.test])
        for report in reports[:20_000]
        for reported in report.tests
        if reported.test
    ]
    fresh = Judge(pack.catalogue, ON, PRODUCT, Register.of(pack.network))
    begun = time.process_time()
    for report, reported, item in found:
        outcomes[fresh.decide(report, reported, item, policy).outcome] += 1
    related = time.process_time() - begun
    print("| what | pairs | pairs in a second of one core |")
    print("|---|---:|---:|")
    print(f"| any report × any test | {pairs:,} | {pairs / seconds:,.0f} |")
    print(f"| reports × the test that they name | {len(found):,} | {len(found) / related:,.0f} |")
    print(f"\noutcomes: {dict(outcomes)}\n")


def _growth(pack: Pack, policies: object, reports: list[Report]) -> None:
    """Index and apply to a plan of 30 tests in five markets."""
    assert isinstance(policies, tuple)
    demands = [
        TestDemand(item, dated((m.reference for m in item.methods), pack.catalogue, ON), (rule.id,), (), item.requires)
        for rule in pack.rules
        for item in (pack.tests[test] for test in rule.tests[:1])
    ]
    demands = list({demand.item.id: demand for demand in demands}.values())[:30]
    rules = {rule.id: rule for rule in pack.rules}
    print("| reports | tests in them | index (s) | 30 tests in 5 markets (s) | decisions | decisions/s | memory (MB) |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for size in (each for each in SIZES if each <= len(reports)):
        begun = time.process_time()
        index = EvidenceIndex(reports[:size])
        indexed = time.process_time() - begun
        begun = time.process_time()
        applied = apply_evidence(
            index, demands, policies, ON,
            catalogue=pack.catalogue, product=PRODUCT, rules=rules, markets=MARKETS, register=Register.of(pack.network),
        )  # fmt: skip
        seconds = time.process_time() - begun
        made = sum(programme.looked_at for each in applied.decisions for programme in each.programmes)
        tests = sum(len(report.tests) for report in reports[:size])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {size:,} | {tests:,} | {indexed:.2f} | {seconds:.2f} "
            f"| {made:,} | {made / seconds:,.0f} | {memory:,.0f} |"
        )


if __name__ == "__main__":
    main()
