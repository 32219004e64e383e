"""Fills the demo with a survey and demands of several firms; all invented, and marked as samples."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation, User
from qilian.portal.improvement import parts
from qilian.portal.improvement.commands import demands, surveys
from qilian.portal.improvement.mapping import node
from qilian.portal.improvement.models import Demand, Survey
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
    yield f"示例诉求 {Demand.objects.filter(is_sample=True).count()} 项（虚构）/ sample demands (invented)"


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
        place = line["node"] if node(line["node"]) else ""
        demands.fill_in(demand, actor, {**fields, "node": place, "urgency": int(line["urgency"])}, {})
        demands.raise_demand(demand, actor)
    Survey.objects.filter(pk=survey.pk).update(is_sample=True)
    Demand.objects.filter(survey=survey).update(is_sample=True)


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
