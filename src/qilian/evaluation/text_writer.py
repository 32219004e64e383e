"""Scores, differences and moves as lines for a terminal, in one of the two languages."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from qilian.evaluation.differing import Difference
from qilian.evaluation.moves import Move
from qilian.evaluation.scoring import Scores, Standing
from qilian.evaluation.systems import Missing
from qilian.text import Language, Text

_CENT = Decimal("0.01")
_DONE = {
    Missing.EXCLUDE: Text("该指标对其不计，权重由其余指标分担", "does not count for them; the others share its weight"),
    Missing.WORST: Text("按最差值计", "counts as the worst figure"),
    Missing.BOUNDS: Text("按最差值计，区间算到最好值", "counts as the worst; the interval reaches to the best"),
    Missing.REFUSE: Text("", ""),
}
_WHEN = {
    "before": Text("前期缺数", "missing before"),
    "after": Text("后期缺数", "missing after"),
    "both": Text("两期均缺数", "missing in both"),
}


def score_lines(scores: Scores, language: Language) -> list[str]:
    """Return the ranking as lines: rank, interval, score, firm and its gaps, then how it was made."""
    share = f"{scores.drawing.level * 100:g}"
    head = Text(f"名次  {share}% 区间  得分  单位", f"rank  {share} % interval  score  firm")
    lines = [head.say(language), *(_standing(each, language) for each in scores.ranked)]
    if scores.missing:
        gaps = ", ".join(f"{name} {count}" for name, count in scores.missing.items())
        done = _DONE[scores.system.missing]
        lines.append(Text(f"缺数：{gaps}；{done.zh}", f"missing figures: {gaps}; {done.en}").say(language))
    if scores.weights.consistency_ratio is not None:
        ratio = f"{scores.weights.consistency_ratio:.3f}"
        lines.append(Text(f"一致性比率 {ratio}（上限 0.1）", f"consistency ratio {ratio} (at most 0.1)").say(language))
    if scores.weights.complete is not None:
        count = scores.weights.complete
        lines.append(
            Text(f"权重由数据齐全的 {count} 家算出", f"weighed on the {count} firms with every figure").say(language)
        )
    if scores.system.sample:
        lines.append(Text("指标刻度、权重为示例，不作依据", "scales and weights are invented samples").say(language))
    return lines


def difference_lines(difference: Difference, language: Language) -> list[str]:
    """Return which inputs changed and who moved, a line each."""
    if not difference.inputs and not difference.moved:
        return [Text("没有不同", "no difference").say(language)]
    lines = [f"{each.path}: {_said(each.before)} → {_said(each.after)}" for each in difference.inputs]
    for each in difference.moved:
        before, after = _place(each.before), _place(each.after)
        lines.append(f"{each.id}: {before} → {after}")
    if difference.appeals:
        lines.append(Text("申诉：", "appeals: ").say(language) + ", ".join(difference.appeals))
    return lines


def move_lines(moves: Iterable[Move], language: Language) -> list[str]:
    """Return what moved each score; the figures that are shown add up to the change that is shown."""
    lines = []
    for move in moves:
        if not any(part.by_figure or part.by_weight for part in move.parts):
            continue
        change = move.after.quantize(_CENT) - move.before.quantize(_CENT)
        lines.append(f"{move.id} {move.name}: {move.before:.2f} → {move.after:.2f} ({change:+.2f})")
        lines += [f"  {line}" for line in _parts(move, change, language)]
    return lines or [Text("没有单位的得分变动", "no score moved").say(language)]


def rounded(parts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Return the parts in hundredths that add up to ``total``: what rounding leaves goes to the largest remainders."""
    floors = [each.quantize(_CENT, ROUND_FLOOR) for each in parts]
    left = int((total - sum(floors)) / _CENT)
    order = sorted(range(len(parts)), key=lambda place: floors[place] - parts[place])
    for place in range(abs(left)):
        floors[order[place % len(order)]] += _CENT if left > 0 else -_CENT
    return floors


def _parts(move: Move, change: Decimal, language: Language) -> Iterator[str]:
    by_figure, by_weight = Text("数值", "figure"), Text("权重", "weight")
    amounts = [(part, by_figure, part.by_figure) for part in move.parts]
    amounts += [(part, by_weight, part.by_weight) for part in move.parts]
    shown = rounded([amount for _, _, amount in amounts], change)
    for (part, why, _), amount in sorted(zip(amounts, shown, strict=True), key=lambda each: -abs(each[1])):
        if amount:
            when = f" ({_WHEN[part.missing].say(language)})" if part.missing else ""
            yield f"{amount:+.2f} {part.indicator}, {why.say(language)}{when}"


def _standing(standing: Standing, language: Language) -> str:
    gaps = Text(f"缺 {', '.join(standing.missing)}", f"missing {', '.join(standing.missing)}").say(language)
    reach = f"–{standing.score_at_best:.2f}" if standing.score_at_best != standing.score else ""
    line = f"{standing.rank:>4}  {standing.best_rank}–{standing.worst_rank}  {standing.score:.2f}{reach}  "
    return f"{line}{standing.id} {standing.name}" + (f"  ({gaps})" if standing.missing else "")


def _place(standing: Standing | None) -> str:
    if standing is None:
        return "–"
    return f"{standing.score:.2f}, {standing.rank} ({standing.best_rank}–{standing.worst_rank})"


def _said(value: object) -> str:
    return "–" if value is None else str(value)
