"""The words of an impact, in Chinese and English: what a change of edition asks of a rule, test, scope line or product.

In come references, dates and adoptions; out go sentences, and nothing is decided here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from qilian.compliance import Rule
from qilian.standards import Catalogue, Degree, Relation, StandardRef
from qilian.text import Text

Place = Literal["rule", "test", "line"]

NO_PRODUCTS = Text("未给出产品，故未评估产品。", "No products were given, so none were assessed.")


def rewritten(place: Place, reference: StandardRef, new: StandardRef, starts: date | None) -> Text:
    """Say what a place must do whose reference does not move to the new document by itself."""
    day = _day(starts)
    if place == "rule":
        return Text(
            f"{reference} 不会自动更新：核对法规或制度是否接受 {new}（{day.zh}），再改写引用",
            f"{reference} does not move by itself: check that the act or scheme accepts {new} ({day.en}), then rewrite "
            "the reference",
        )
    if place == "test":
        return Text(
            f"方法引自 {reference}：与 {new} 比对条款和限值（{day.zh}），增列新方法",
            f"the method is of {reference}: compare clause and limits with {new} ({day.en}) and add the new method",
        )
    return Text(
        f"能力范围为 {reference}：{day.zh}，须申请扩项或变更为 {new}；此前按旧版出具的报告是否采信由采信政策决定",
        f"the scope names {reference}: {day.en}, have it extended or changed to {new}; whether earlier reports stay "
        "accepted is for the acceptance policy",
    )


def moves(place: Place, reference: StandardRef, new: StandardRef, starts: date | None) -> Text:
    """Say what a place must do whose undated reference means the new edition from its first day on."""
    day = _day(starts)
    if place == "rule":
        return Text(
            f"未注日期的 {reference} {day.zh}即指 {new}，无需改写；核对要求和检测项目有无增减",
            f"the undated {reference} means {new} {day.en}, nothing to rewrite; check which requirements and tests "
            "came or went",
        )
    if place == "test":
        return Text(
            f"未注日期的 {reference} {day.zh}即指 {new}；核对条款号和限值是否仍然成立",
            f"the undated {reference} means {new} {day.en}; check that clause number and limits still hold",
        )
    return Text(
        f"未注日期的 {reference} {day.zh}即指 {new}；实验室须确认其认可范围随之更新（灵活范围）",
        f"the undated {reference} means {new} {day.en}; the laboratory must confirm that its accreditation follows "
        "(flexible scope)",
    )


def adopted(
    place: Place, reference: StandardRef, chain: Sequence[Relation], successor: StandardRef | None, new: StandardRef
) -> Text:
    """Say what a place must do that cites a document which adopts the old one."""
    zh = "，".join(_adoption(each).zh for each in chain)
    en = ", ".join(_adoption(each).en for each in chain)
    if successor is not None:
        what = {
            "rule": Text(f"改引或确认 {successor}（采用 {new}）", f"cite or confirm {successor}, which adopts {new}"),
            "test": Text(f"增列 {successor}（采用 {new}）的方法", f"add the method of {successor}, which adopts {new}"),
            "line": Text(f"须扩项至 {successor}（采用 {new}）", f"extend the scope to {successor}, which adopts {new}"),
        }[place]
    else:
        what = {
            "rule": Text(
                f"在修订采用 {new} 之前保持原样：跟踪修订，比对技术差异",
                f"it stays as it is until a revision adopts {new}: follow the revision, compare the two",
            ),
            "test": Text(
                f"按其完成的检测不能证明符合 {new}：比对条款，补测差异部分",
                f"a test by it does not show conformity with {new}: compare the clauses, test what differs",
            ),
            "line": Text(
                f"该能力对引用它的要求仍有效，但不覆盖 {new}：需另行扩项",
                f"the line serves what cites it, and does not cover {new}: that needs an extension of its own",
            ),
        }[place]
    return Text(f"{reference}：{zh}；{what.zh}", f"{reference}: {en}; {what.en}")


def heir(rule: Rule, follower: Rule) -> Text:
    """Say that another rule of the pack takes the place of one."""
    zh, en = "", ""
    if follower.in_force_from:
        zh, en = f"自 {follower.in_force_from} 起", f" from {follower.in_force_from}"
    return Text(
        f"{zh}由规则 {follower.id} 接替；到期前按 {rule.id} 取证的产品须按新规则重新评定",
        f"rule {follower.id} takes its place{en}; products shown to conform to {rule.id} must be assessed by the new "
        "rule",
    )


def product(
    new: StandardRef, starts: date | None, rules: Sequence[str], undecided: Sequence[str], tests: Sequence[str]
) -> Text:
    """Say what the maker of a product must do."""
    day = _day(starts)
    zh, en = [], []
    if rules:
        zh.append(f"按 {new} 做差异分析（{day.zh}，规则 {'、'.join(rules)}），更新风险评估和技术文件")
        en.append(f"do a gap analysis to {new} ({day.en}; {', '.join(rules)}), update risk assessment and documents")
    if tests:
        zh.append(f"核对或重做检测 {'、'.join(tests)}")
        en.append(f"check or repeat the tests {', '.join(tests)}")
    if undecided:
        zh.append(f"先补全产品参数以判定 {'、'.join(undecided)}")
        en.append(f"first give the parameters that decide {', '.join(undecided)}")
    return Text("；".join(zh), "; ".join(en))


def not_in_catalogue(ref: StandardRef, catalogue: Catalogue) -> Text:
    """Say that the catalogue does not hold a document, so that only its number was compared."""
    return Text(
        f"目录（{catalogue.source}，{catalogue.dated}）中没有 {ref}，只按编号比对。",
        f"{ref} is not in the catalogue ({catalogue.source} of {catalogue.dated}): only its number was compared.",
    )


def not_recorded(old: StandardRef, new: StandardRef, heirs: Sequence[StandardRef]) -> Text:
    """Say that by the catalogue the new document does not replace the old one."""
    zh = f"记录的代替者为 {'、'.join(map(str, heirs))}。" if heirs else "没有记录它的代替者。"
    en = f"it records {', '.join(map(str, heirs))}." if heirs else "it records no successor."
    return Text(
        f"目录中没有 {new} 代替 {old} 的记录：{zh}", f"The catalogue does not record that {new} replaces {old}: {en}"
    )


def no_start(new: StandardRef, catalogue: Catalogue) -> Text:
    """Say that the day of the change is not known, as with a draft."""
    return Text(
        f"{new} 何时生效没有记录，故按目录日期 {catalogue.dated} 判断。",
        f"It is not recorded when {new} starts, so what stood on the catalogue's date, {catalogue.dated}, was taken.",
    )


def _adoption(relation: Relation) -> Text:
    degree = relation.degree or Degree.UNSPECIFIED
    unsure = Text("（未核实）", " (unverified)") if relation.confidence == "unverified" else Text("", "")
    zh = "采用" if degree is Degree.UNSPECIFIED else f"{degree} 采用"
    en = "adopts" if degree is Degree.UNSPECIFIED else f"adopts ({degree})"
    return Text(
        f"{relation.subject} {zh} {relation.object}{unsure.zh}", f"{relation.subject} {en} {relation.object}{unsure.en}"
    )


def _day(starts: date | None) -> Text:
    return Text(f"自 {starts} 起", f"from {starts}") if starts else Text("自其生效起", "from its first day")
