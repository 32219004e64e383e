"""Why a laboratory is not in a plan, in words: from the facts of ``why_not``, in Chinese and English."""

from typing import TYPE_CHECKING

from qilian.routing.names import Names, duration
from qilian.routing.plan import Plan
from qilian.routing.what_if import Answer, Figures
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.routing.why_not import Facts


def unable(name: Text, named: Text | None) -> Text:
    """Say that it can do none of the tests, or names some but has no opening."""
    if named is None:
        return Text(f"{name.zh} 不能做其中任何一项检测。", f"{name.en} can do none of the tests.")
    return Text(
        f"{name.zh} 能做 {named.zh}，但在期限内没有足够长的空档。",
        f"{name.en} does {named.en}, but has no opening before the horizon that is long enough.",
    )


def without_plan(name: Text, tests: Text, answer: Answer) -> Text:
    """Say that no plan uses it."""
    return Text(
        f"{name.zh} 可做 {tests.zh}，但用它排不出方案：{answer.reason.zh}。",
        f"{name.en} could do {tests.en}, but no plan uses it: {answer.reason.en}.",
    )


def without_loss(name: Text, tests: Text, plan: Plan, answer: Answer) -> Text:
    """Say that a plan with it is as good or better."""
    costs = differences(answer.difference)
    if answer.plan is not None and answer.plan.value < plan.value:
        return Text(
            f"{name.zh} 可做 {tests.zh}；用它的方案更好（{costs.zh}）：现方案并非最优。",
            f"{name.en} could do {tests.en}; a plan with it is better ({costs.en}): the present one is not the best.",
        )
    return Text(
        f"{name.zh} 可做 {tests.zh}；用它同样好（{costs.zh}），只是没有被选中。",
        f"{name.en} could do {tests.en}, and a plan with it is as good ({costs.en}); it was just not chosen.",
    )


def differences(difference: Figures | None) -> Text:
    """Write what a plan takes more or less, in time, yuan and kilometres."""
    if difference is None:
        return Text("", "")
    parts: list[Text] = []
    if difference.hours:
        span = duration(abs(difference.hours))
        parts.append(
            Text(f"晚 {span.zh}结束", f"ends {span.en} later")
            if difference.hours > 0
            else Text(f"早 {span.zh}结束", f"ends {span.en} earlier")
        )
    if difference.price:
        yuan = f"{abs(difference.price):,.0f}"
        parts.append(
            Text(f"多花 {yuan} 元", f"costs {yuan} yuan more")
            if difference.price > 0
            else Text(f"少花 {yuan} 元", f"costs {yuan} yuan less")
        )
    if round(abs(difference.kilometres), 1):
        way = f"{abs(difference.kilometres):,.1f}"
        parts.append(
            Text(f"多走 {way} 公里", f"adds {way} km")
            if difference.kilometres > 0
            else Text(f"少走 {way} 公里", f"saves {way} km")
        )
    if not parts:
        return Text("时间、费用、里程都不变", "same time, price and distance")
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def with_loss(name: Text, able: tuple[tuple[str, str], ...], answer: Answer, facts: "Facts", names: Names) -> Text:
    """Say what the best plan with it takes more, and why."""
    tests, costs = names.tests(able), differences(answer.difference)
    test = names.test(facts.item.product, facts.item.test)
    because = _because(answer, facts, names)
    sure = answer.plan is not None and answer.plan.proven
    at_least = Text("", "") if sure else Text("(已找到的最好方案)", " (in the best plan found)")
    return Text(
        f"{name.zh} 可做 {tests.zh}。若用它（做 {test.zh}），方案{costs.zh}{at_least.zh}。{because.zh}",
        f"{name.en} could do {tests.en}. With it (for {test.en}) the plan {costs.en}{at_least.en}. {because.en}",
    )


def _because(answer: Answer, facts: "Facts", names: Names) -> Text:
    """Name the deciding cause with the figures that show it."""
    now = names.laboratory(facts.laboratory)
    if facts.cause == "several":
        return Text(
            "没有单一原因：档期、用时、路程、收费中任何一项单独改善都不够。",
            "There is no single cause: nothing about it would make up the difference by itself.",
        )
    if facts.cause in ("bookings", "openings"):
        opens, starts, planned = (
            names.hour(hour) for hour in (facts.first_opening, facts.item.start, facts.instead.start)
        )
        reason = Text("已有预约", "bookings") if facts.cause == "bookings" else Text("开放时间", "opening hours")
        why = Text(
            f"主要原因是它的{reason.zh}：该检测最早的空档是{opens.zh}，实际排到{starts.zh}；"
            f"现在由 {now.zh} 于{planned.zh}开始",
            f"The cause is its {reason.en}: its first free opening for the test is at {opens.en} and the test would "
            f"start at {starts.en}; at {now.en} it starts at {planned.en}",
        )
    elif facts.cause == "duration":
        own, other = duration(facts.hours), duration(facts.hours_now)
        why = Text(
            f"主要原因是用时：它需要 {own.zh}，{now.zh} 需要 {other.zh}",
            f"The cause is the time that the test takes there: {own.en}, at {now.en} {other.en}",
        )
    elif facts.cause == "way":
        here, there = names.city(facts.own_city), names.city(facts.city)
        why = Text(
            f"主要原因是路程：它在{here.zh}，而 {now.zh} 在{there.zh}",
            f"The cause is the way: it is in {here.en}, while {now.en} is in {there.en}",
        )
    else:
        why = Text(
            f"主要原因是收费：它收 {facts.fee:,} 元，{now.zh} 收 {facts.fee_now:,} 元",
            f"The cause is its fee: {facts.fee:,} yuan, at {now.en} {facts.fee_now:,}",
        )
    made_up = _made_up(answer, facts.tried[0].recovered)
    return Text(
        f"{why.zh}（若无此因素可追回 {made_up.zh}）。", f"{why.en} (without that, {made_up.en} would be made up)."
    )


def _made_up(answer: Answer, recovered: float) -> Text:
    objective = answer.plan.objective if answer.plan else "time"
    if objective == "price":
        return Text(f"{recovered:,.0f} 元", f"{recovered:,.0f} yuan")
    if objective == "distance":
        return Text(f"{recovered:,.1f} 公里", f"{recovered:,.1f} km")
    return duration(recovered)
