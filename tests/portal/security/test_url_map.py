"""What must hold at every address of the URL map: rows of others do not exist, writes need a token, nothing leads away.

The addresses come from the URL map. One that takes a number needs a line in ``numbers`` that says of which row, so
that a new one without an owner check fails here.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.one_database

TABLE = Path(__file__).parents[1] / "endpoints.csv"
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example")
NAMES_OF_NEXT = ("next", "url", "return", "redirect")


def address_of(name: str, pattern: object, numbers: dict[str, object]) -> str:
    """Return an endpoint's address with the given numbers, and ``x`` where words go."""
    from django.urls import NoReverseMatch, reverse
    from django.urls.converters import IntConverter

    words = {"part": "obligations", "form": "json", "parameter": "product.kind", "step": "name", "key": "SAMPLE-01"}
    arguments: dict[str, object] = dict.fromkeys(pattern.pattern.regex.groupindex, "x")
    arguments |= {
        key: numbers[key] if isinstance(converter, IntConverter) else str(numbers.get(key, words.get(key, "x")))
        for key, converter in pattern.pattern.converters.items()
    }
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch:  # of an OpenID Connect provider, whose id stands in the part that includes the address
        return reverse(name, kwargs={**arguments, "provider_id": "x"})


def takes_numbers(pattern: object) -> bool:
    from django.urls.converters import IntConverter

    return any(isinstance(each, IntConverter) for each in pattern.pattern.converters.values())


@pytest.fixture
def numbers(cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """Rows of the demo's firm, laboratory and window, as the numbers of each endpoint or of a whole app."""
    from qilian.portal import demo
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)
    list(demo.fill())
    membership = Membership.objects.get(user__email="firm@demo.example")
    actor = Actor(membership.user, membership, (membership,))
    return {
        **_of_a_person(actor),
        **_of_products(actor),
        **_of_bookings(actor),
        **_of_orders(actor),
        **_of_contests(),
        **_of_improvement(actor),
        **_of_scenarios(actor),
        **_of_leading(actor),
    }


def _of_a_person(actor) -> dict[str, dict[str, int]]:
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.accounts import tokens
    from qilian.portal.accounts.models import Invitation
    from qilian.portal.jobs.models import Job
    from qilian.portal.notices.models import Follow, Notice
    from qilian.portal.rulebook.models import Comment

    firm, soon = actor.organisation, timezone.now() + timedelta(days=1)
    invitation = Invitation.objects.create(organisation=firm, email="x@example.com", digest="0" * 64, expires=soon)
    comment = Comment.objects.create(subject="rule", key="x", text="x", user=actor.user)
    return {
        "accounts:organisation": {"number": firm.pk},
        "accounts:invite_to": {"number": firm.pk},
        "accounts:dismiss": {"number": actor.membership.pk},
        "accounts:set_admin": {"number": actor.membership.pk},
        "accounts:withdraw": {"number": invitation.pk},
        "accounts:revoke": {"number": tokens.make(actor, "x", 30, may_write=True)[0].pk},
        "accounts:lock": {"number": actor.user.pk},
        "jobs": {"number": Job.objects.create(user=actor.user, organisation=firm, kind="x").pk},
        "notices:read": {"number": Notice.objects.create(user=actor.user, zh="x", en="x").pk},
        "notices:unfollow": {"number": Follow.objects.create(user=actor.user, kind="standard", key="x").pk},
        "rulebook:answer": {"number": comment.pk},
    }


def _of_products(actor) -> dict[str, dict[str, int]]:
    from qilian.portal.workbench import sharing
    from qilian.portal.workbench.models import Product

    product = Product.objects.exclude(current=None).get()
    sharing.share(product.current, actor, 30)
    rows = {"number": product.pk, "version": 1, "other": 1, "point": 0}
    return {"workbench": {**rows, "file": product.evidence.get().pk, "link": product.current.links.get().pk}}


def _of_bookings(actor) -> dict[str, dict[str, int]]:
    """A path that is booked, in the week after next; the demo's laboratory is one on it."""
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.accounts.models import Organisation
    from qilian.portal.booking.commands.holding import confirm, hold
    from qilian.portal.booking.models import IssuedReport, Proposal
    from qilian.portal.network.models import ScopeTable, Slot
    from qilian.portal.workbench import making
    from qilian.portal.workbench.models import Product

    product = Product.objects.get(identifier="sample-cobot-5")
    product.on = timezone.localdate() + timedelta(days=10)
    product.save()
    path = confirm(actor, hold(actor, making.make(product, actor)))
    appointment = path.appointments.first()
    Organisation.objects.filter(memberships__user__email="laboratory@demo.example").update(
        laboratory=appointment.bench.laboratory.code
    )
    start = timezone.now() + timedelta(days=900)
    slot = Slot.objects.create(bench=appointment.bench, start=start, end=start + timedelta(hours=1), purpose="blocked")
    proposal = Proposal.objects.create(path=path, cause="x", cause_en="x")
    of_path = {"number": path.pk, "appointment": appointment.pk, "proposal": proposal.pk, "plan": path.plan_id}
    at_laboratory = {"number": appointment.pk, "slot": slot.pk}
    names = ("appointment", "move_appointment", "report", "report_file", "act", "unblock")
    laboratory = appointment.bench.laboratory
    told = {"number": "x", "outcome": "pass", "credential": "x", "file_name": "x.pdf", "file": b"x"}
    IssuedReport.objects.create(appointment=appointment, laboratory=laboratory, **told)
    table = ScopeTable.objects.create(laboratory=laboratory, name="x.csv", kind="csv", content=b"x")
    return {
        "booking": of_path,
        **{f"booking:{name}": at_laboratory for name in names},
        **{key: {"number": appointment.bench_id} for key in ("network:bench", "network:open_or_close")},
        "network:line": {"number": laboratory.lines.first().pk},
        **{key: {"number": table.pk} for key in ("network:account", "network:unread")},
    }


def _of_orders(actor) -> dict[str, dict[str, int]]:
    from qilian.portal.accounts.models import Membership
    from qilian.portal.booking.models import Path
    from qilian.portal.window.models import Complaint, KeptDraft, Mandate, Order
    from qilian.portal.workbench.models import Evidence

    clerk = Membership.objects.get(user__email="window@demo.example")
    path = Path.objects.filter(organisation=actor.organisation).latest("pk")
    order = Order.objects.filter(client=actor.organisation).order_by("pk").first()
    order.product = path.product
    order.save()
    client = {"number": actor.organisation.pk}
    draft = KeptDraft.objects.create(clerk=clerk.user, window=clerk.organisation, client=actor.organisation)
    report = Evidence.objects.create(product=path.product, name="x", content=b"", size=0, sha256="x", reports=[])
    of_order = {"number": order.pk, "path": path.pk, "draft": draft.pk, "report": report.pk}
    return {
        "window": {**of_order, "appointment": path.appointments.latest("pk").pk},
        "window:choose": client,
        "window:mandate": client,
        "window:move_mandate": {"number": Mandate.objects.get(client=actor.organisation).pk},
        "window:move_complaint": {"number": Complaint.objects.create(order=order, words="x").pk},
    }


def _of_contests() -> dict[str, dict[str, int]]:
    """A contest of the demo's regulator, and a table of figures of its firm."""
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership
    from qilian.portal.evaluation import contests, tool_importing
    from qilian.portal.evaluation.models import FigureTable
    from qilian.portal.site.uploads import Upload

    membership = Membership.objects.get(user__email="regulator@demo.example")
    regulator = Actor(membership.user, membership, (membership,))
    table = Path(__file__).parents[3] / "examples" / "evaluation" / "602520-2026-Q4.csv"
    row = contests.freeze_table(
        regulator,
        Upload(table.name, "csv", table.read_bytes()),
        contests.systems()["602520"],
        "x",
        "2026-Q4",
        date(2027, 1, 10),
    )
    firm = Membership.objects.get(user__email="firm@demo.example").organisation
    imported = FigureTable.objects.create(organisation=firm, name="x.csv", sha256="x")
    tools = tool_importing.import_tools(regulator, Upload("x.yaml", "yaml", tool_importing.EXAMPLE.encode()))
    return {
        "evaluation": {"number": row.pk},
        "evaluation:imported": {"number": imported.pk},
        "evaluation:given_tools": {"number": tools.pk},
        "evaluation:withdraw_tool": {"number": tools.tools.get().pk},
    }


def _of_improvement(actor) -> dict[str, dict[str, Any]]:
    """What the demo's regulator has not published yet, a demand of the firm, and a draft of each kind."""
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership
    from qilian.portal.improvement.commands import demands, projects, surveys
    from qilian.portal.improvement.models import Clinic, Demand, Problem

    membership = Membership.objects.get(user__email="regulator@demo.example")
    regulator = Actor(membership.user, membership, (membership,))
    problem = Problem.objects.filter(state="posed").first()
    demand = Demand.objects.filter(firm=actor.organisation, state="new").first() or problem.demands.first()
    clinic = Clinic.objects.get()
    of = {
        "": {"number": problem.pk, "demand": problem.demands.first().pk},
        "demand": {"number": demand.pk},
        "demand_part": {"number": demands.draft(actor, actor.organisation).pk, "name": "what"},
        "survey": {"number": surveys.draft(regulator).pk, "name": "title"},
        "clinic": {"number": clinic.pk},
        "project": {
            "number": projects.draft(regulator, clinic.problem, clinic).pk,
            "name": "kind",
            "line": "milestone",
        },
    }
    kinds = {
        "demand": ("demand", "assign", "move_demand"),
        "demand_part": ("demand_part",),
        "survey": ("survey", "survey_part", "survey_questions", "move_survey"),
        "clinic": ("clinic", "move_clinic"),
        "project": ("project", "project_part", "add_to_project", "move_project"),
    }
    named = {f"improvement:{name}": of[kind] for kind, names in kinds.items() for name in names}
    return {"improvement": of[""], **named}


def _of_scenarios(actor) -> dict[str, dict[str, Any]]:
    """A need of the firm that is not published yet, a trial in which it takes part, and a file that was shown there."""
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.models import Evidence, Posting, Side, Trial

    need = postings.draft(actor, Side.NEED).pk
    offer = Posting.objects.filter(side=Side.OFFER, state="published").latest("pk").pk
    trial = Trial.objects.get(need__organisation=actor.organisation, state="validation")
    proof = Evidence.objects.create(
        trial=trial,
        step="validation",
        kind="file",
        title="x",
        file=b"x",
        file_name="x",
        organisation=actor.organisation,
    )
    of = {"number": trial.pk, "evidence": proof.pk, "kind": "link"}
    return {
        "scenarios": {"number": need, "name": "what"},
        "scenarios:pair": {"need": need, "offer": offer},
        **{f"scenarios:{name}": of for name in ("trial", "show", "file", "verify", "move_trial")},
    }


def _of_leading(actor) -> dict[str, dict[str, Any]]:
    """The bond in which the demo's firm leads, a control point and help of it; and one in which the firm is led."""
    from qilian.portal.leading.models import Bond

    bond = Bond.objects.get(leader=actor.organisation)
    point = {"key": "harmonic-reducer.1"}
    led = Bond.objects.create(leader=bond.supplier, supplier=actor.organisation, nodes=bond.nodes, state="active")
    return {
        "leading": {"number": bond.pk, "help_": bond.helps.latest("pk").pk, **point},
        "leading:measure": {"number": led.pk, **point},
    }


FOR_THE_OPERATOR = {"accounts:invite_to", "accounts:lock", "rulebook:answer"}
"""Only an operator comes to these, and to every row; ``endpoints.csv`` holds that."""


def owner_of(name: str) -> str:
    """Return which of the demo's accounts an endpoint's row is of: the first that may come in.

    What improves the chain is the regulator's before it is published.
    """
    with TABLE.open(encoding="utf-8", newline="") as stream:
        line = next(each for each in csv.DictReader(stream) if each["endpoint"] == name)
    if name.startswith("improvement:") and line["regulator"] != "-":
        return "regulator"
    return next(kind for kind in ("firm", "laboratory", "window", "regulator") if line[kind] != "-")


@pytest.mark.slow
def test_a_number_of_another_s_row_does_not_exist(cast, numbers, endpoints: list):
    """Every role but the operator and who oversees the firm's region, by GET and POST; the owner is the control."""
    from django.test import Client

    from qilian.portal.accounts.models import User

    strangers = {
        "firm": cast.client("firm"),
        "person": cast.client("person"),
        "laboratory": cast.client("laboratory", laboratory="no such laboratory"),
        "expert": cast.client("expert"),
        "regulator": cast.client("regulator", region="350000"),
        "window": cast.client("window", region="330203"),
    }
    owners = {login: Client() for login in ("firm", "laboratory", "window", "regulator")}
    for login, client in owners.items():
        user = User.objects.get(email=f"{login}@demo.example")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for client in (*strangers.values(), *owners.values()):
        client.raise_request_exception = False
    asked = 0
    for name, _, pattern in endpoints:
        if not takes_numbers(pattern) or name in FOR_THE_OPERATOR:
            continue
        rows = numbers.get(name) or numbers.get(name.partition(":")[0])
        assert rows is not None, f"{name} takes a number: say in `numbers` of which row of whose it is"
        address = address_of(name, pattern, rows)
        for role, client in strangers.items():
            for method in ("get", "post"):
                status = getattr(client, method)(address).status_code
                assert status in (403, 404, 405), f"{role} {method} {address}: {status}"
        control = owners[owner_of(name)].get(address).status_code
        assert control not in (403, 404), f"{address}: the owner does not come in either, so that the test says nothing"
        asked += 1
    assert asked >= 40


def _posts(endpoints: list, numbers: dict) -> list[tuple[str, str]]:
    return [
        (name, address_of(name, pattern, numbers.get(name) or numbers.get(name.partition(":")[0], {})))
        for name, _, pattern in endpoints
        if name != "interface:nowhere"  # says that there is no such address, and does nothing
    ]


@pytest.mark.slow
def test_no_write_of_a_page_goes_without_the_token(cast, numbers, endpoints: list):
    """Also with a token but from another site: the browser's own word (Origin) counts then."""
    from django.test import Client

    from qilian.portal.accounts.models import User

    backend = "allauth.account.auth_backends.AuthenticationBackend"
    for login in ("firm", "operator"):
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.get(email=f"{login}@demo.example"), backend=backend)
        client.get("/accounts/profile/")
        token = client.cookies["csrf"].value
        for name, address in _posts(endpoints, numbers):
            for method in ("post", "put", "patch", "delete"):
                answer = getattr(client, method)(address)
                assert answer.status_code == 403, f"{login} {method} {name}: {answer.status_code}"
            away = client.post(address, {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"})
            assert away.status_code == 403, name


def test_no_write_of_the_interface_goes_by_session_without_the_token(cast, numbers):
    from django.test import Client

    from qilian.portal.accounts.models import User
    from qilian.portal.api.door import api

    client = Client(enforce_csrf_checks=True)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(email="firm@demo.example"), backend=backend)
    writes = 0
    for path, operations in api.get_openapi_schema()["paths"].items():
        address = path.replace("{", "").replace("}", "") if "{" not in path else None
        number = str(numbers["workbench"]["number"])
        address = address or "".join(
            part if "{" not in part else "/" + number for part in ("/" + each for each in path.strip("/").split("/"))
        )
        for method in operations:
            if method in ("post", "put", "patch", "delete"):
                answer = getattr(client, method)(address, {}, content_type="application/json")
                assert answer.status_code in (401, 403), f"{method} {path}: {answer.status_code}"
                writes += 1
    assert writes >= 1


@pytest.mark.slow
def test_reading_changes_nothing(cast, numbers, endpoints: list):
    """GET of every address by the owner writes no row, but that of the session and how often a link was opened."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.accounts.models import User

    backend = "allauth.account.auth_backends.AuthenticationBackend"
    for login in ("firm", "operator"):
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(email=f"{login}@demo.example"), backend=backend)
        for name, address in _posts(endpoints, numbers):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            written = [
                query["sql"]
                for query in queries
                if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
                and "accounts_opensession" not in query["sql"]
            ]
            assert not written, f"{login} {name}: {written[0][:200]}"


@pytest.mark.slow
@pytest.mark.parametrize("actor", ["anonymous", "firm", "operator"])
def test_no_address_leads_to_another_site(cast, endpoints: list, actor: str):
    """Every address without arguments, by GET and POST, with each trick in each name that a redirect may listen to."""
    from urllib.parse import urlsplit

    from django.core.cache import cache
    from django.urls import NoReverseMatch, reverse

    for name, _, _pattern in endpoints:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        for trick in ELSEWHERE:
            cache.clear()
            client = cast.client(actor)
            client.raise_request_exception = False
            said = dict.fromkeys(NAMES_OF_NEXT, trick)
            for answer in (
                client.get(address, said),
                client.post(address, {**said, "language": "en", "theme": "dark"}),
            ):
                where = urlsplit(answer.headers.get("Location", ""))
                assert where.netloc in ("", "testserver"), f"{name}: {where.geturl()}"
                assert where.scheme in ("", "http", "https"), f"{name}: {where.geturl()}"
                assert not where.path.startswith(("//", "/\\")), f"{name}: {where.geturl()}"


@pytest.mark.parametrize("trick", ELSEWHERE)
def test_logging_in_leads_to_no_other_site(cast, trick: str):
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    cast.actor("firm")
    client = Client()
    form = {"login": "firm@example.com", "password": "correct horse battery", "next": trick}
    answer = client.post(f"/accounts/login/?next={trick}", form)
    assert "_auth_user_id" in client.session
    assert answer.headers["Location"] == "/"
