"""Computed from the plans of the workbench: how far evidence reaches, and how often it spared a test."""

from collections.abc import Iterator

from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation, share
from qilian.portal.workbench.models import Plan
from qilian.text import Text

_NO_PLAN = Text("本周期内没有制定计划", "no plan was made in the period")


@computation("plans.evidence_share")
def evidence_share(scope: Scope) -> Found:
    """Mandatory obligations that call for tests and have all of them answered by accepted evidence, in percent."""
    answered, asked, records = 0, 0, []
    for plan in _plans(scope):
        accepted = {each["id"] for each in plan.result["tests"] if _outcome(each) == "accept"}
        calls = [
            set(each["tests"])
            for each in plan.result["obligations"]
            if each["outcome"] == "applies" and each["kind"] == "mandatory" and each["tests"]
        ]
        done = sum(tests <= accepted for tests in calls)
        answered, asked = answered + done, asked + len(calls)
        records.append(Record("plan", plan.pk, f"{done}/{len(calls)}"))
    if not asked:
        raise CannotTell(
            Text("计划中没有需要检测的强制要求", "the plans have no mandatory obligations that call for tests")
            if records
            else _NO_PLAN
        )
    return Found(
        share(answered, asked),
        tuple(records),
        Text(
            f"各产品本周期最新计划：{asked} 项需要检测的强制要求中，{answered} 项的检测全部有被采信的证据",
            f"Each product's newest plan of the period: of {asked} mandatory obligations that call for tests, "
            f"{answered} have all of them answered by accepted evidence",
        ),
    )


@computation("evidence.accepted_share")
def accepted_share(scope: Scope) -> Found:
    """Tests that an accepted report spares, as a share of those that some report was held against, in percent."""
    spared, compared, records = 0, 0, []
    for plan in _plans(scope):
        outcomes = [each for test in plan.result["tests"] if (each := _outcome(test)) not in ("", "no_evidence")]
        done = outcomes.count("accept")
        spared, compared = spared + done, compared + len(outcomes)
        if outcomes:
            records.append(Record("plan", plan.pk, f"{done}/{len(outcomes)}"))
    if not compared:
        raise CannotTell(Text("没有可比的已有报告", "no report was held against a test of a plan"))
    return Found(
        share(spared, compared),
        tuple(records),
        Text(
            f"各产品本周期最新计划：{compared} 个有可比报告的检测项目中，{spared} 个因报告被采信而免检",
            f"Each product's newest plan of the period: of {compared} tests that a report was held against, "
            f"{spared} are spared because it was accepted",
        ),
    )


def _plans(scope: Scope) -> Iterator[Plan]:
    """Yield the newest plan of each product that was made in the period."""
    rows = Plan.objects.filter(
        product__organisation__in=scope.firms, made__gte=scope.begins, made__lt=scope.ends
    ).defer("front", "report_zh", "report_en")
    seen: set[int] = set()
    for plan in rows.order_by("product_id", "-number"):
        if plan.product_id not in seen:
            seen.add(plan.product_id)
            yield plan


def _outcome(test: dict[str, dict[str, str] | None]) -> str:
    decision = test["decision"]
    return decision["outcome"] if decision else ""
