"""The fixed words of the reports, in Chinese and English, and how values, dates and money are written."""

from collections.abc import Iterable
from datetime import date, datetime

from qilian.product import Parameter
from qilian.text import Language, Text

WORDS: dict[str, Text] = {
    "title": Text("质链 合规与检测方案", "Qilian compliance and test plan"),
    "product": Text("产品", "Product"),
    "maker": Text("制造商", "Maker"),
    "markets": Text("目标市场", "Markets"),
    "on": Text("判定日期", "Judged on"),
    "home": Text("样品所在地", "Samples at"),
    "catalogue": Text("标准目录", "Standards catalogue"),
    "pack": Text("内容包", "Content pack"),
    "binding": Text("适用要求", "What binds it"),
    "undecided": Text("待定要求", "Undecided"),
    "questions": Text("待答问题（按影响排序）", "Questions, the most deciding first"),
    "coming": Text("即将变化（24 个月内）", "Coming changes (within 24 months)"),
    "tests": Text("检测项目", "What must be tested"),
    "itinerary": Text("检测行程", "Who and when"),
    "alternatives": Text("方案对比", "Alternatives side by side"),
    "notices": Text("说明与假设", "Notices and assumptions"),
    "none": Text("无", "none"),
    "why": Text("依据", "because"),
    "route": Text("符合性路径", "route"),
    "references": Text("法规与标准", "acts and standards"),
    "documents": Text("文件", "documents"),
    "source": Text("来源", "source"),
    "no_source": Text("尚无来源，凭专业知识", "none yet; from knowledge of the field"),
    "seen": Text("查阅于", "seen"),
    "note": Text("备注", "note"),
    "in_force": Text("有效期", "in force"),
    "until": Text("至", "until"),
    "from": Text("自", "from"),
    "confidence": Text("可信度", "confidence"),
    "needs": Text("需要知道", "needs to know"),
    "decides": Text("可决定", "decides"),
    "market": Text("市场", "Market"),
    "rule": Text("规则", "Rule"),
    "count_rules": Text("{count} 条规则", "{count} rule(s)"),
    "test": Text("检测项目", "Test"),
    "method": Text("方法", "Method"),
    "serves": Text("服务于", "Serves"),
    "laboratory": Text("实验室", "Laboratory"),
    "laboratories": Text("实验室数", "Laboratories"),
    "city": Text("城市", "City"),
    "bench": Text("工位", "Bench"),
    "start": Text("开始", "Start"),
    "end": Text("结束", "End"),
    "price": Text("费用（元）", "Price (CNY)"),
    "transfer": Text("转运", "Transfer"),
    "unit": Text("样品", "Unit"),
    "objective": Text("目标", "Objective"),
    "days": Text("天数", "Days"),
    "day_unit": Text("天", "days"),
    "kilometres": Text("公里", "km"),
    "bound": Text("下界", "Lower bound"),
    "proof": Text("最优性", "Optimality"),
    "proven": Text("已证最优", "proven optimal"),
    "open": Text("未证，差距", "not proven, gap"),
    "time": Text("最快", "fastest"),
    "cost": Text("最省", "cheapest"),
    "distance": Text("最近", "nearest"),
    "hours": Text("小时", "h"),
    "yuan": Text("元", "CNY"),
    "uncertain": Text("取决于待答问题", "hangs on an open question"),
    "evidence": Text("已有检测数据", "Reports already held"),
    "evidence_saved": Text(
        "{tests} 项检测中 {answered} 项由已有报告满足，"
        "节省 {days} 天、{price} 元、{kilometres} 公里（分别按有、无报告排程）。",
        "Of {tests} tests, {answered} are answered by reports already held: "
        "{days} days, {price} CNY and {kilometres} km saved (routed with and without them).",
    ),
    "report": Text("报告", "Report"),
    "decision": Text("结论", "Decision"),
    "clauses": Text("条款", "Clauses"),
    "clauses_met": Text("{count} 条全部满足", "all {count} met"),
    "best_extra": Text("再做一项最有助于打开市场的检测", "The extra test that helps most markets"),
    "unplaced": Text("网络内无实验室可做", "No laboratory of the network can do"),
    "candidates": Text("可选实验室", "Laboratories"),
    "national": Text("全国 {count} 家", "{count} nationwide"),
    "unverified_count": Text("其中 {count} 家认可未核实", "accreditation of {count} not verified"),
    "unverified_laboratory": Text("认可未核实", "accreditation not verified"),
    "possible": Text("另有 {count} 项检测取决于待答问题", "{count} further tests hang on the open questions"),
    "saved": Text(
        "逐个市场各做一遍需 {asked} 项检测，合并后为 {kept} 项，少做 {saved} 项；"
        "按最便宜、最快的实验室计，至少省 {price} 元、{hours} 小时台时。",
        "working market by market, {asked} tests would be done; merged they are {kept}, {saved} fewer; "
        "at the cheapest and quickest laboratories that saves at least {price} CNY and {hours} bench hours.",
    ),
    "summary": Text(
        "适用 {applies} 条，待定 {undecided} 条，不适用 {not} 条",
        "{applies} apply, {undecided} undecided, {not} do not apply",
    ),
    "unchecked": Text("未能核对的能力限值", "limits that could not be checked"),
    "implied": Text("由定义推得", "follows by definition"),
    "conflict": Text("产品数据自相矛盾", "The product file contradicts itself"),
    "gantt": Text("样品单元甘特图", "Gantt chart of the sample units"),
    "map": Text("样品移动图", "Map of the moves"),
    "start_not_recorded": Text("起始日期未收录", "start not recorded"),
    "no_edition": Text("该日无已知版本", "no edition known on this date"),
    "possible_tests": Text("取决于待答问题的检测", "Tests that hang on the open questions"),
    "squeezed": Text("图中远处城市的距离已压缩。", "Far cities are drawn nearer than they are."),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "handling": Text("同城交接", "handling"),
    "total": Text("合计", "Total"),
    "scrollable": Text("可横向滚动", "scrolls sideways"),
    "print": Text("本报告为单一文件，可直接打印。", "This report is one self-contained file and can be printed."),
    "proving_line": Text("能力范围行", "Scope line"),
    "what_if": Text("如果……", "What if"),
    "what_if_answer": Text(
        "新方案：{difference}；{moved} 项检测改期或换工位。", "The new plan: {difference}; {moved} test(s) moved."
    ),
    "near_misses": Text("落选", "Fell out"),
}

KINDS: dict[str, Text] = {
    "mandatory": Text("强制", "mandatory"),
    "presumption": Text("推定符合", "presumption of conformity"),
    "state_of_art": Text("技术惯例", "state of the art"),
    "voluntary": Text("自愿", "voluntary"),
    "classification": Text("分级判定", "classification"),
    "gap_alert": Text("标准空白提示", "gap alert: no standard yet"),
    "information": Text("提示", "information"),
    "out_of_scope": Text("超出范围", "out of scope"),
}

CONFIDENCE: dict[str, Text] = {
    "verified": Text("已核实", "verified"),
    "secondary": Text("二手来源", "secondary source"),
    "unverified": Text("未核实", "UNVERIFIED"),
}

ACCEPTANCE: dict[str, Text] = {
    "accept": Text("采信", "accept"),
    "partial": Text("部分采信", "partial"),
    "undecided": Text("待补充", "undecided"),
    "reject": Text("不采信", "reject"),
    "no_evidence": Text("无数据", "no evidence"),
}

SPECIMENS: dict[str, Text] = {
    "machine": Text("整机", "Machine"),
    "battery_lot": Text("电池批", "Battery lot"),
    "material_lot": Text("材料批", "Material lot"),
    "packed_machine": Text("带包装整机", "Packed machine"),
    "component": Text("部件", "Component"),
}


def word(key: str, language: Language, **values: object) -> str:
    """Return a fixed word or sentence, its ``{places}`` filled."""
    text = WORDS[key].say(language)
    return text.format(**values) if values else text


def label(table: dict[str, Text], key: str, language: Language) -> str:
    """Return the words of a coded value, or the code itself where no words are known."""
    return table[key].say(language) if key in table else key


def value_text(parameter: Parameter | None, value: object, language: Language) -> str:
    """Write a parameter's value as people read it: with its unit, or the label of its choice."""
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, frozenset | set | tuple | list):
        return listed((value_text(parameter, each, language) for each in sorted(map(str, value))), language)
    if isinstance(value, float | int):
        number = f"{value:g}"
        return f"{number} {parameter.unit}" if parameter and parameter.unit else number
    if isinstance(value, date):
        return value.isoformat()
    if parameter:
        for choice in parameter.choices:
            if choice.id == value:
                return choice.label.say(language)
    return str(value)


def listed(parts: Iterable[str], language: Language) -> str:
    """Join words as the language does; ``none`` where there are no words."""
    return ("、" if language == "zh" else ", ").join(parts) or word("none", language)


def money(amount: float) -> str:
    """Write yuan with thousands separated."""
    return f"{amount:,.0f}"


def moment(when: datetime) -> str:
    """Write a planned hour."""
    return when.strftime("%Y-%m-%d %H:%M")
