"""The dashboards by chain and by project as XLSX workbooks."""

from collections.abc import Iterable

from qilian.portal.evaluation.chain_boards import SystemRow
from qilian.portal.evaluation.project_boards import ProjectRow
from qilian.portal.evaluation.workbooks import book
from qilian.portal.improvement import words
from qilian.text import Language, Text

_PART = Text("环节", "Part")
_TESTED = Text("本地可全部检测", "Can be tested whole here")
_URGENT = Text("高优先级缺口", "Urgent gaps")
_OPEN = Text("未解决问题", "Open problems")
_POINTS = Text("控制点", "Control points")
_SYSTEM = (
    Text("系统", "System"),
    Text("节点", "Nodes"),
    _POINTS,
    _TESTED,
    _URGENT,
    _OPEN,
    Text("已解决问题", "Solved problems"),
    Text("在研项目", "Running projects"),
    Text("已完成项目", "Finished projects"),
)
_NODE = (Text("系统", "System"), _PART, _POINTS, _TESTED, _URGENT, Text("可检实验室", "Laboratories"), _OPEN)
_PROJECT = (
    Text("编号", "Number"),
    Text("项目", "Project"),
    Text("状态", "State"),
    Text("牵头单位", "Lead"),
    Text("问题", "Problem"),
    Text("预算（元）", "Budget (yuan)"),
    Text("开始", "Begins"),
    Text("结束", "Ends"),
    Text("到期里程碑", "Milestones due"),
    Text("按期完成", "Done in time"),
    Text("逾期未完成", "Late"),
    Text("目标", "Targets"),
    Text("已达成", "Met"),
    Text("成效", "Effects"),
    Text("已核验", "Verified"),
    Text("标准", "Standards"),
)


def chain(rows: Iterable[SystemRow], language: Language) -> bytes:
    """Return a sheet of systems and one of their nodes."""
    every = list(rows)
    systems = [
        [row.title.say(language), len(row.nodes), row.points, row.whole, row.urgent, row.open, row.solved, row.running,
         row.finished]
        for row in every
    ]  # fmt: skip
    nodes = [
        [row.title.say(language), each.node.name.say(language), each.points, each.whole, each.urgent, each.laboratories,
         each.open]
        for row in every
        for each in row.nodes
    ]  # fmt: skip
    sheets = ((Text("系统", "Systems"), _SYSTEM, systems), (Text("节点", "Nodes"), _NODE, nodes))
    return book([(name.say(language), [each.say(language) for each in head], lines) for name, head, lines in sheets])


def projects(rows: Iterable[ProjectRow], language: Language) -> bytes:
    """Return one sheet, a line for each project."""
    lines: list[list[object]] = []
    for row in rows:
        of = row.project
        lines.append(
            [of.reference, of.title, str(words.STATES.get(f"project {of.state}", of.state)), of.lead and of.lead.name,
             of.problem.title, of.budget, _day(of.begins), _day(of.ends), row.due, row.in_time, row.late, row.targets,
             row.met, row.effects, row.verified, row.standards]
        )  # fmt: skip
    return book([(Text("项目", "Projects").say(language), [each.say(language) for each in _PROJECT], lines)])


def _day(day: object) -> str:
    return str(day) if day else ""
