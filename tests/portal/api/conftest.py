"""Rows of one firm for the interface's tests: a product with a plan and all that hangs on it, and who belongs to it."""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

REPORT = files("qilian.portal") / "workbench" / "samples" / "sample-amr-100-electrical.json"
KNOWN = {
    "product.kind": "amr",
    "payload.rated": "250 kg",
    "machine.mass": "97 kg",
    "motion.max_speed": "2 m/s",
    "battery.present": True,
    "battery.energy": "1.63 kWh",
    "radio.present": True,
}


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """Keep requests from closing the connection: the rows of a test live in its own transaction."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def quick_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search shortly: these tests ask what is done with a plan, not how good it is."""
    from qilian.portal.workbench import making, what_ifs

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)
    monkeypatch.setattr(what_ifs, "WHY_NOT_SECONDS", 0.2)


@pytest.fixture
def rows(cast, quick_plans: None) -> dict[str, Any]:
    """What belongs to the firm, by the first part of its address; the product's parts by their argument's name."""
    from django.utils import timezone

    from qilian.portal.accounts import members, tokens
    from qilian.portal.accounts.models import Membership, User
    from qilian.portal.jobs.models import Job
    from qilian.portal.notices.following import follow
    from qilian.portal.notices.models import Kind, Notice
    from qilian.portal.rulebook import commenting
    from qilian.portal.workbench import keeping, making, sharing
    from qilian.portal.workbench.models import Product

    actor = cast.actor("firm")
    product = Product.objects.create(
        organisation=actor.organisation,
        pack="robots",
        identifier="amr-250",
        name="AMR 250",
        parameters=KNOWN,
        asked=list(KNOWN),
        markets=["EU"],
        on=date(2026, 12, 1),
        home="hangzhou",
    )
    plan = making.make(product, actor)
    cheapest = next(each for each in plan.result["alternatives"] if each and each["objective"] == "cost")
    point = {name: cheapest[name] for name in ("days", "price", "kilometres", "proven")}
    plan.front = {"points": [{**point, "itinerary": cheapest}]}
    plan.save(update_fields=["front"])
    making.make(product, actor)
    file = keeping.add_evidence(product, actor, REPORT.read_bytes() + b"\n", "kept.json")
    link, _secret = sharing.share(plan, actor, 7)
    colleague = User.objects.create_person("colleague@example.com", "correct horse battery", name="colleague")
    return {
        "product": product,
        "products": product.pk,
        "version": 1,
        "other": 2,
        "point": 0,
        "form": "json",
        "parameter": "payload.rated",
        "laboratory": "zj-robot",
        "file": file.pk,
        "link": link.pk,
        "jobs": Job.objects.create(kind="test", user=actor.user, organisation=actor.organisation).pk,
        "notices": Notice.objects.create(user=actor.user, zh="词", en="word", created=timezone.now()).pk,
        "follows": follow(actor.user, Kind.STANDARD, "ISO||10218|1", label="ISO 10218-1").pk,
        "tokens": tokens.make(actor, "test", 30, may_write=False)[0].pk,
        "members": Membership.objects.create(user=colleague, organisation=actor.organisation).pk,
        "invitations": members.invite(
            actor.organisation, "new@example.com", actor.user, "https://x/SECRET", is_admin=False
        ).pk,
        "organisations": actor.organisation.pk,
        "comments": commenting.say(actor, "rule", _a_rule(), "the source moved").pk,
        "people": colleague.pk,
        "demands": _a_demand(actor).pk,
        **_improved(cast, actor),
        **_led(cast, actor),
        **_a_trial(actor, cast.actor("expert")),
        **_booked(cast, actor, plan),
        **_at_the_window(cast, actor, product),
        "evaluation": _a_contest(cast.actor("regulator")).pk,
    }


def _a_contest(regulator: Any) -> Any:
    """Return a frozen contest of two firms."""
    from qilian.portal.evaluation import contests
    from qilian.portal.site.uploads import Upload

    system = contests.systems()["consortium"]
    head, low, high = (",".join(each) for each in zip(*[(name, "1", "2") for name in system.ids], strict=True))
    table = f"id,name,{head}\na,A,{low}\nb,B,{high}\n".encode()
    return contests.freeze_table(regulator, Upload("x.csv", "csv", table), system, "x", "2026-Q3", date(2026, 10, 1))


def _booked(cast: Any, actor: Any, plan: Any) -> dict[str, Any]:
    """Return paths of one appointment each, which do not depend on the day of the test: one held, one confirmed.

    The held one is `bookings`, with what addresses below it name; at the confirmed one a laboratory works.
    """
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.booking.models import Appointment, IssuedReport, Path, Proposal, SampleUnit
    from qilian.portal.history.firing import begin, fire
    from qilian.portal.network.models import Bench
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)
    bench = Bench.objects.filter(laboratory__code="zj-robot").earliest("pk")
    cast.actor("laboratory", laboratory="zj-robot")
    now = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    word = {"zh": "机", "en": "machine"}
    test = plan.result["tests"][0]["id"]

    def path() -> tuple[Path, Appointment]:
        made = Path(
            organisation=actor.organisation,
            product=plan.product,
            name=plan.product.name,
            settings={**plan.settings, "objective": "time"},
            origin=now,
            home="hangzhou",
            expires=now,
        )
        begin(made, "hold", actor)
        step = {"lot_name": word, "city_name": word, "scope_row": ""}
        hours = {"start": now, "end": now + timedelta(hours=2)}
        one = Appointment(
            path=made, bench=bench, lot="machine", unit=0, test=test, test_name="某项", step=step, price=1, **hours
        )
        begin(one, "hold", actor)
        return made, one

    held, waiting = path()
    proposal = Proposal(path=held, cause="因", cause_en="cause", problem="无", problem_en="none")
    begin(proposal, "make", None)
    told = {"number": "R-0", "outcome": "pass", "credential": "x", "file_name": "r.pdf", "file": b"%PDF-1.4"}
    IssuedReport.objects.create(appointment=waiting, laboratory=bench.laboratory, **told)
    confirmed, asked = path()
    fire(asked, "ask", actor)
    fire(confirmed, "confirm", actor)
    unit = SampleUnit(path=confirmed, lot="machine", unit=0, code="ABCDEFGHJK")
    begin(unit, "register", actor)
    return {
        "bookings": held.pk,
        "appointment": waiting.pk,
        "proposal": proposal.pk,
        "path": confirmed.pk,
        "appointments": asked.pk,
        "code": unit.code,
    }


def _at_the_window(cast: Any, actor: Any, product: Any) -> dict[str, Any]:
    """Return an order about the product, and a mandate and a complaint of the firm."""
    from qilian.portal.window import handling, opinions
    from qilian.portal.window.models import Mandate

    clerk = cast.actor("window", region="330100")
    done = _an_order(clerk, actor.organisation)
    handling.move(done, "close", clerk, words="办结")
    order = _an_order(clerk, actor.organisation)
    order.product = product
    order.save()
    complaint = opinions.complain(done, actor, "慢")
    mandate = Mandate.objects.latest("pk")
    return {"orders": order.pk, "key": "factory", "complaints": complaint.pk, "mandates": mandate.pk}


def _a_demand(actor: Any) -> Any:
    """Return a demand that the firm has sent."""
    from qilian.portal.improvement.commands import demands

    row = demands.draft(actor, actor.organisation)
    words = {"title": "减速器精度下降", "words": "运行三千小时后回差超差", "urgency": 2}
    demands.fill_in(row, actor, words, {})
    demands.raise_demand(row, actor)
    return row


def _improved(cast: Any, firm: Any) -> dict[str, Any]:
    """Return an open survey, and a problem of two demands of the firm with a clinic of two experts and a project."""
    from decimal import Decimal

    from django.utils import timezone

    from qilian.laboratories import working_days
    from qilian.portal.improvement.commands import clinics, problems, projects, surveys
    from qilian.portal.improvement.models import Expert
    from qilian.portal.improvement.parts import write

    regulator, colleague = cast.actor("regulator"), cast.actor("regulator", "colleague", region="330000")
    ahead = working_days.after(timezone.localdate(), 15)
    survey = surveys.draft(regulator)
    write(survey, {"title": "调查", "closes": ahead})
    surveys.publish(survey, regulator)
    words = {"title": "精度下降", "words": "多家反映", "node": "harmonic-reducer", "tests": [], "severity": 2}
    demands = [_a_demand(firm), _a_demand(firm)]
    problem = problems.pose(regulator, demands, words, "会诊", ahead)
    problems.move(problem, "list", regulator)
    people = [cast.actor("expert"), cast.actor("expert", "second")]
    experts = [
        Expert.objects.create(user=each.user, organisation=each.organisation, nodes=["harmonic-reducer"]).pk
        for each in people
    ]
    clinic = clinics.call(regulator, problem, experts, ahead, "杭州", "议程")
    project = projects.draft(regulator, problem, None)
    work = {"kind": "solving", "title": "寿命攻关", "words": "改进热处理", "lead": firm.organisation}
    write(project, {**work, "begins": ahead, "ends": ahead.replace(year=ahead.year + 1)})
    projects.add_milestone(project, regulator, "验证", ahead)
    projects.add_target(project, regulator, "602520", "first-pass-yield", Decimal(90), Decimal(98))
    projects.start(project, regulator)
    target = project.targets.get()
    projects.measure(target, regulator, Decimal(98))
    effect = {"kind": "effect", "title": "合格率提高", "target": target, "basis": "before_after"}
    return {
        "surveys": survey.pk,
        "problems": problem.pk,
        "demand": demands[0].pk,
        "clinics": clinic.pk,
        "seat": clinic.seats.latest("pk").pk,
        "projects": project.pk,
        "milestone": project.milestones.get().pk,
        "target": target.pk,
        "result": projects.add_result(project, colleague, effect).pk,
    }


def _led(cast: Any, leader: Any) -> dict[str, Any]:
    """Return an active bond by which the firm leads another one, with a requirement and help that waits."""
    from decimal import Decimal

    from django.utils import timezone

    from qilian.portal.leading import commands

    supplier, today, point = cast.actor("firm", "led"), timezone.localdate(), "harmonic-reducer.1"
    bond = commands.invite(leader, supplier.organisation, ["harmonic-reducer"], "")
    commands.move(bond, "accept", supplier)
    required = commands.require(bond, leader, point, {"upper": Decimal(1), "unit": "arcmin", "starts": today})
    what = {"kind": "test", "title": "共享检测台", "on": today, "requirement": required}
    row = commands.enter(bond, leader, what)
    return {"bonds": bond.pk, "control_point": point, "help": row.pk}


def _a_trial(owner: Any, maker: Any) -> dict[str, Any]:
    """Return a need of the firm, a trial in it that has begun, and a file that the other side shows."""
    from qilian.portal.improvement.parts import write
    from qilian.portal.scenarios.commands import postings, trials
    from qilian.portal.scenarios.models import EvidenceKind, Side
    from qilian.portal.site.uploads import Upload

    def posting(actor: Any, side: Side, term: dict[str, Any]) -> Any:
        row = postings.draft(actor, side)
        write(row, {"title": "冷库抓取", "words": "零下十度", "reach": "000000"})
        postings.say(row, term)
        postings.publish(row, actor)
        return row

    need = posting(owner, Side.NEED, {"parameter": "payload.rated", "at_least": "5 kg"})
    offer = posting(maker, Side.OFFER, {"parameter": "payload.rated", "value": "8 kg"})
    trial = trials.ask(owner, need, offer, "希望试用")
    trials.move(trial, "accept", maker)
    proof = trials.show(trial, maker, EvidenceKind.FILE, {"title": "研究小结"}, Upload("a.csv", "csv", b"a,b"))
    return {"postings": need.pk, "offer": offer.pk, "trials": trial.pk, "proof": proof.pk}


def _an_order(clerk: Any, firm: Any) -> Any:
    """Return an order that a window works on, with a mandate of the firm."""
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.window import handling
    from qilian.portal.window.drafts import Line
    from qilian.portal.window.mandates import begin_mandate
    from qilian.portal.window.models import Scope

    expires = timezone.localdate() + timedelta(days=30)
    window = clerk.organisation
    begin_mandate("record", clerk, client=firm, window=window, scope=Scope.values, expires=expires, paper="1")
    said = [Line("parameter", "product.kind", "amr", decision="wanted"), Line("market", "EU", decision="wanted")]
    order = handling.open_order(clerk, firm, "testing", demand={"lines": [line.written() for line in said]})
    handling.move(order, "take", clerk)
    return order


def _a_rule() -> str:
    from qilian.portal.rulebook.reading import pack

    return pack().rules[0].id
