"""Fills the demo with a survey, demands, problems, a clinic and a project; all invented, and marked as samples."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from qilian.laboratories import working_days
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation, User
from qilian.portal.chain.reading import find
from qilian.portal.improvement import parts
from qilian.portal.improvement.commands import clinics, demands, problems, projects, surveys
from qilian.portal.improvement.forms.problems import proposed
from qilian.portal.improvement.models import Clinic, Demand, Expert, Problem, Project, Survey
from qilian.portal.improvement.questions import Kind as Asked
from qilian.portal.improvement.questions import Question
from qilian.portal.rulebook.reading import pack

_FIRMS = {
    "demo1": ("示例关节模组有限公司（演示）", "330108"),
    "demo2": ("示例协作机器人有限公司（演示）", "330110"),
    "demo3": ("示例移动机器人有限公司（演示）", "330402"),
}
_QUESTIONS = (
    Question("", "每年因此损失约多少万元？", Asked.NUMBER, (), False),
    Question("", "您试过哪些办法？", Asked.CHOICES, ("更换供应商", "加严检验", "修改设计", "委托检测"), False),
)


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the samples' parts of the chain gets none."""
    regulator = _actor("regulator")
    firm = _actor("firm")
    if regulator is None or firm is None or pack().id != "robots":
        return
    if not Survey.objects.filter(is_sample=True).exists():
        with transaction.atomic():
            _fill(regulator, firm)
    count, found = (model.objects.filter(is_sample=True).count() for model in (Demand, Problem))
    yield f"示例诉求 {count} 项、问题 {found} 个（虚构）/ {count} sample demands, {found} problems (invented)"


def _actor(login: str) -> Actor | None:
    found = Membership.objects.filter(user__email__startswith=f"{login}@", organisation__is_demo=True).first()
    return Actor(found.user, found) if found else None


def _fill(regulator: Actor, firm: Actor) -> None:
    survey = surveys.draft(regulator)
    for question in _QUESTIONS:
        surveys.add_question(survey, question)
    closes = timezone.localdate() + timedelta(days=30)
    words = "收集链上企业的共性质量问题，用于会诊和攻关立项。\n示例数据：企业、诉求均为虚构。"
    parts.write(survey, {"title": "机器人产业链质量诉求调查（示例）", "words": words, "closes": closes})
    surveys.publish(survey, regulator)
    senders = {"firm": firm, **{name: _sender(name, title, region) for name, (title, region) in _FIRMS.items()}}
    for line in _lines():
        actor = senders[line["firm"]]
        assert actor.organisation is not None
        demand = demands.draft(actor, actor.organisation, survey)
        fields = {name: line[name] for name in ("title", "words")}
        place = line["node"] if find(line["node"]) else ""
        demands.fill_in(demand, actor, {**fields, "node": place, "urgency": int(line["urgency"])}, {})
        demands.raise_demand(demand, actor)
    _solve(regulator, firm)
    for model in (Survey, Demand, Problem, Expert, Clinic, Project):
        model.objects.update(is_sample=True)


def _solve(regulator: Actor, firm: Actor) -> None:
    """Make most of what is alike problems, and leave some to be decided; one gets a clinic and a project."""
    due = working_days.after(timezone.localdate(), 20)
    measure = "合并会诊，形成攻关建议。"
    made = []
    for proposal in problems.proposals(regulator)[0][:-1]:
        fields = proposed(proposal.loose)
        fields = {name: fields[name] for name in ("title", "severity", "node")}
        words = "；".join(row.title for row in proposal.loose) + "。"
        made.append(problems.pose(regulator, proposal.loose, {**fields, "words": words, "tests": []}, measure, due))
    for problem in made[1:]:
        problems.move(problem, "list", regulator)
    expert = _actor("expert")
    largest = max(made[1:], key=lambda problem: problem.demands.count(), default=None)
    if expert is None or largest is None:
        return
    _advise(regulator, expert, largest, timezone.localdate())
    clinic = largest.clinics.get()
    project = projects.draft(regulator, largest, clinic)
    fields = {
        "kind": "solving",
        "title": f"{largest.title}攻关（示例）",
        "words": clinic.advice,
        "lead": firm.organisation,
    }
    parts.write(project, {**fields, "begins": due, "ends": due + timedelta(days=365), "budget": 1_200_000})
    projects.add_milestone(project, regulator, "完成失效机理分析", due + timedelta(days=60))
    projects.add_milestone(project, regulator, "完成工艺验证和寿命试验", due + timedelta(days=240))
    projects.add_target(project, regulator, "602520", "first-pass-yield", Decimal(92), Decimal(98))
    projects.start(project, regulator)


def _advise(regulator: Actor, expert: Actor, problem: Problem, day: date) -> None:
    assert expert.user is not None
    assert expert.organisation is not None
    place = find(problem.node)
    knows = {"systems": [place.system] if place else [], "nodes": [problem.node]}
    row = Expert.objects.create(user=expert.user, organisation=expert.organisation, words="示例专家", **knows)
    agenda = "企业介绍情况；查看失效件；诊断原因；提出建议。"
    clinic = clinics.call(regulator, problem, [row.pk], day, "杭州（示例）", agenda)
    clinics.say(
        clinic.seats.get(), expert, "失效集中在跑合之后，热处理散差是主因。", "统一热处理工艺，建立寿命试验方法。"
    )
    clinics.hold(clinic, regulator, "热处理散差是主因，缺少统一的寿命试验方法。", "立项改进工艺，并提出试验方法标准。")


def _lines() -> list[dict[str, str]]:
    text = (files("qilian.portal.improvement") / "samples" / "demands.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _sender(name: str, title: str, region: str) -> Actor:
    """Return a sample firm's person, who cannot log in."""
    organisation, _made = Organisation.objects.get_or_create(
        name=title, defaults={"kind": Kind.FIRM, "region": region, "is_demo": True}
    )
    email = f"{name}@demo.example"
    user = User.objects.filter(email=email).first() or User.objects.create_person(email, name=title[:6])
    membership, _made = Membership.objects.get_or_create(user=user, organisation=organisation)
    return Actor(user, membership)
