"""A division's dashboard of the chain: each system's control points, problems and projects, and the rows behind them.

Coverage is that of the division's own laboratories, as network and library are today.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from qilian.chain import Chain, Node, Where, coverage, gaps
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.chain import reading
from qilian.portal.evaluation.subjects import Subject
from qilian.portal.improvement.models import Problem, Project
from qilian.text import Text

_OPEN = ("posed", "listed", "solving")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node: its control points, those that the division can test whole, its urgent gaps, and its open problems."""

    node: Node
    points: int
    whole: int
    urgent: int
    laboratories: int
    open: int


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system of the chain with its nodes, problems and projects; ``id`` is empty for what names no node."""

    id: str
    title: Text
    nodes: tuple[NodeRow, ...]
    problems: tuple[Problem, ...]
    projects: tuple[Project, ...]

    @property
    def points(self) -> int:
        """Its control points."""
        return sum(each.points for each in self.nodes)

    @property
    def whole(self) -> int:
        """Those that the division's laboratories can test whole."""
        return sum(each.whole for each in self.nodes)

    @property
    def percent(self) -> float | None:
        """The share of them; None without points."""
        return 100 * self.whole / self.points if self.points else None

    @property
    def urgent(self) -> int:
        """Those of high action priority that cannot be tested whole."""
        return sum(each.urgent for each in self.nodes)

    @property
    def open(self) -> int:
        """Its problems that are not solved."""
        return sum(each.state in _OPEN for each in self.problems)

    @property
    def solved(self) -> int:
        """Its problems that are."""
        return len(self.problems) - self.open

    @property
    def running(self) -> int:
        """Its projects at work."""
        return sum(each.state == "running" for each in self.projects)

    @property
    def finished(self) -> int:
        """Its projects that came to their end."""
        return sum(each.state == "finished" for each in self.projects)


def systems_of(actor: Actor, about: Subject) -> list[SystemRow]:
    """Return a row for each system of the chain, and one for problems of no node; nothing without a chain."""
    known = reading.chain()
    if known is None:
        return []
    within = regions.prefix(about.region)
    seen = Problem.objects.visible_to(actor).filter(region__startswith=within)
    problems = list(seen.exclude(state__in=("merged", "dropped")))
    projects = list(
        Project.objects.visible_to(actor)
        .filter(problem__region__startswith=within, state__in=("running", "finished"))
        .select_related("problem", "lead")
    )
    nodes = _nodes(known, about, problems)
    rows = [
        SystemRow(
            name,
            title,
            tuple(each for each in nodes if each.node.system == name),
            tuple(each for each in problems if _system(each) == name),
            tuple(each for each in projects if _system(each.problem) == name),
        )
        for name, title in known.systems.items()
    ]
    loose = tuple(each for each in problems if not _system(each))
    others = tuple(each for each in projects if not _system(each.problem))
    return [*rows, SystemRow("", Text("未指明环节", "of no one part"), (), loose, others)] if loose or others else rows


def total(rows: Iterable[SystemRow]) -> SystemRow:
    """Return all systems as one."""
    every = list(rows)
    return SystemRow(
        "",
        Text("全链", "the whole chain"),
        tuple(node for row in every for node in row.nodes),
        tuple(problem for row in every for problem in row.problems),
        tuple(project for row in every for project in row.projects),
    )


def _system(problem: Problem) -> str:
    node = reading.find(problem.node) if problem.node else None
    return node.system if node else ""


def _nodes(known: Chain, about: Subject, problems: Iterable[Problem]) -> list[NodeRow]:
    is_country = about.region == regions.COUNTRY
    where = Where() if is_country else Where(region=about.region, region_name=regions.full_title(about.region))
    able = reading.asked(timezone.localdate(), where)
    urgent = [gap.node.id for gap in gaps(known, able) if gap.point.priority == "H"]
    troubled = [problem.node for problem in problems if problem.state in _OPEN]
    return [
        NodeRow(
            each.node,
            each.points,
            each.whole,
            urgent.count(each.node.id),
            len(each.laboratories),
            troubled.count(each.node.id),
        )
        for each in coverage(known, able).nodes
    ]
