"""Courses, effects and policy tools as lines for a terminal, in one of the two languages."""

from collections.abc import Iterable

from qilian.compliance import Truth
from qilian.evaluation.courses import Course, State
from qilian.evaluation.effects import Effect, Verdict
from qilian.evaluation.tools import Offer, Offers, Toolbox
from qilian.product import Vocabulary
from qilian.text import Language, Text

_STATES = {
    State.REACHED: Text("已达成", "reached"),
    State.ON_COURSE: Text("按进度", "on course"),
    State.UNSURE: Text("略低于进度，未超出不确定度", "behind, within its uncertainty"),
    State.BEHIND: Text("预警：落后于进度", "ALERT: behind its course"),
    State.UNKNOWN: Text("无法判断", "cannot be told"),
}
_VERDICTS = {
    Verdict.EFFECT: Text("有效果", "an effect"),
    Verdict.NONE_SHOWN: Text("未显示出效果", "no effect shown"),
    Verdict.UNKNOWN: Text("无法判断", "cannot be told"),
}


def course_lines(courses: Iterable[Course], language: Language) -> list[str]:
    """Return a line for each indicator: state, figure, what the line asks for, target, and what lies ahead."""
    lines = []
    for each in courses:
        head = f"{each.indicator.id}  {each.indicator.title.say(language)}: {_STATES[each.state].say(language)}"
        if each.state is State.UNKNOWN:
            lines.append(f"{head} ({each.reason.say(language)})")
            continue
        last = each.steps[-1]
        said = Text(
            f"{last.period} 实际 {last.figure:g}，应为 {last.expected:.4g}，"
            f"{each.target.period} 目标 {each.target.value:g}",
            f"{last.figure:g} in {last.period}, {last.expected:.4g} expected, target {each.target.value:g} in "
            f"{each.target.period}",
        ).say(language)
        if each.ahead is not None:
            said += Text(f"，照此将为 {each.ahead:.4g}", f", {each.ahead:.4g} at this pace").say(language)
        lines.append(f"{head}; {said}")
    return lines


def effect_lines(effect: Effect, language: Language) -> list[str]:
    """Return the verdict, the numbers behind it, and why it cannot be told or how to read it."""
    lines = [_VERDICTS[effect.verdict].say(language)]
    if effect.estimate is not None:
        share = f"{effect.level * 100:g}"
        lines.append(
            Text(
                f"双重差分 {effect.estimate:+.4g}，{share}% 区间 {effect.low:+.4g} 至 {effect.high:+.4g}，"
                f"p = {effect.p_value:.3f}",
                f"difference in differences {effect.estimate:+.4g}, {share} % interval {effect.low:+.4g} to "
                f"{effect.high:+.4g}, p = {effect.p_value:.3f}",
            ).say(language)
        )
    for side, name in ((effect.took_part, Text("参与", "took part")), (effect.others, Text("对照", "others"))):
        if side:
            lines.append(f"  {name.say(language)}: {side.firms}, {side.before:.4g} → {side.after:.4g}")
    return [*lines, *(f"• {each.say(language)}" for each in (*effect.reasons, *effect.caveats))]


def offer_lines(offers: Offers, box: Toolbox, language: Language) -> list[str]:
    """Return each tool with whether it fits and why, then the questions that are open."""
    lines = [_offer(each, box.facts, language) for each in offers.offers]
    lines += [f"? {name}: {box.facts[name].question.say(language)}" for name in offers.questions]
    return lines


def _offer(offer: Offer, facts: Vocabulary, language: Language) -> str:
    names = offer.verdict.because or offer.verdict.missing
    labels = ", ".join(facts[name].label.say(language) for name in names)
    if not offer.in_force:
        said = Text("不在申请期内", "cannot be asked for on that day").say(language)
    elif offer.verdict.truth is Truth.TRUE:
        said = Text(f"符合：{labels}", f"fits: {labels}").say(language)
    elif offer.verdict.truth is Truth.FALSE:
        said = Text(f"不符合：{labels}", f"does not fit: {labels}").say(language)
    else:
        said = Text(f"待定，还需：{labels}", f"undecided, still needed: {labels}").say(language)
    return f"{offer.tool.id}  {offer.tool.title.say(language)} [{offer.tool.confidence}]: {said}"
