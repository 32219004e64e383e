"""How often a page asks the database: the table queries.csv, on both databases; long lists ask no more than short.

Three of the questions of a person's page are about the session, its person and their organisations, one about the bell.
"""

import csv
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("queries.csv")
PEOPLE = ("anonymous", "firm", "laboratory", "window", "regulator", "operator")


def most(login: str) -> dict[str, int]:
    """Return the most questions of each page that somebody opens."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {line["page"]: int(line["most"]) for line in csv.DictReader(stream) if line["who"] == login}


@pytest.fixture
def product(library: str, cast) -> int:
    """The number of the demo's product that has a plan; the standards library is empty, whatever ran before."""
    from django.core.cache import cache

    from qilian.portal import demo
    from qilian.portal.workbench.models import Product

    list(demo.fill())
    cache.clear()
    return Product.objects.exclude(current=None).get().pk


def client_of(login: str):
    from django.test import Client

    from qilian.portal.accounts.models import User

    client = Client()
    if login != "anonymous":
        user = User.objects.get(email=f"{login}@demo.example")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.get("/notices/")  # what the first page of a session writes is not the page's
    return client


def asked(client, address: str) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # what a process reads once is read
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("login", PEOPLE)
def test_no_page_asks_more_than_its_share(product: int, login: str):
    from qilian.portal.evaluation import contests
    from qilian.portal.evaluation.models import Contest
    from qilian.portal.improvement.models import Demand, Problem, Project, Survey
    from qilian.portal.leading.models import Bond
    from qilian.portal.scenarios.models import Posting, Trial
    from qilian.portal.window.models import Order

    client, table = client_of(login), most(login)
    assert table
    contest = Contest.objects.latest("pk")
    rows = {
        "product": product,
        "order": Order.objects.earliest("pk").pk,
        **of_the_path(),
        "contest": contest.pk,
        "demand": Demand.objects.earliest("pk").pk,
        "survey": Survey.objects.get().pk,
        "firm": contests.opened(contest).figures.ids[0],
        "problem": Problem.objects.get(state="solving").pk,
        "project": Project.objects.latest("pk").pk,
        "bond": Bond.objects.get().pk,
        "need": Posting.objects.filter(side="need").earliest("pk").pk,
        "trial": Trial.objects.get(state="validation").pk,
    }
    found = {page: asked(client, page.format(**rows)) for page in table}
    over = {page: queries for page, queries in found.items() if len(queries) > table[page]}
    assert not over, {page: len(queries) for page, queries in found.items()}


def of_the_path() -> dict[str, object]:
    """Return the demo's booked path, with an appointment and a sample unit at the laboratory of the demo."""
    from qilian.portal.booking.models import Path

    path = Path.objects.get()
    appointment = path.appointments.filter(bench__laboratory__code="zj-robot").first()
    unit = path.units.get(lot=appointment.lot, unit=appointment.unit)
    return {"path": path.pk, "plan": path.plan_id, "appointment": appointment.pk, "sample": unit.code}


def test_long_lists_ask_no_more_than_short_ones(product: int):
    """Fifty more rows of everything that is listed."""
    from qilian.portal.accounts.models import Membership, Organisation, User
    from qilian.portal.notices.models import Follow, Notice
    from qilian.portal.workbench.models import Product

    lists = ("/products/", "/notices/", "/notices/follows/", "/accounts/members/")
    client = client_of("firm")
    firm = Organisation.objects.get(products=product)
    user = firm.memberships.get().user
    Notice.objects.create(user=user, zh="x", en="x")
    Follow.objects.create(user=user, kind="standard", key="x")
    before = {page: len(asked(client, page)) for page in lists}
    row = Product.objects.get(pk=product)
    for number in range(50):
        row.pk, row.identifier = None, f"copy-{number}"
        row.save()
        other = User.objects.create_person(f"more{number}@demo.example")
        Membership.objects.create(user=other, organisation=firm)
    Notice.objects.bulk_create(Notice(user=user, zh="x", en="x") for _ in range(50))
    Follow.objects.bulk_create(Follow(user=user, kind="standard", key=str(number)) for number in range(50))
    assert {page: len(asked(client, page)) for page in lists} == before


def test_a_long_path_asks_no_more_than_a_short_one(product: int):
    """Of a path with one appointment, with five and with twenty, each with a sample unit of its own."""
    from qilian.portal.booking.models import Appointment, Path, SampleUnit
    from qilian.portal.network.models import Purpose, Slot
    from qilian.portal.window.models import Order

    path = Path.objects.get()
    order = Order.objects.earliest("pk")
    Order.objects.filter(pk=order.pk).update(product=product)
    one = path.appointments.filter(bench__laboratory__code="zj-robot").first()
    path.appointments.exclude(pk=one.pk).delete()
    Slot.objects.exclude(appointment=one).delete()
    path.units.exclude(lot=one.lot, unit=one.unit).delete()
    Appointment.objects.filter(pk=one.pk).update(state="requested")
    unit = path.units.get()
    own = f"/bookings/{path.pk}/"
    sample = f"/bookings/samples/{unit.code}/"
    pages = {
        "firm": ("/bookings/", own, f"{own}cancel", f"{own}labels", sample, "/api/v1/bookings/", f"/api/v1{own[:-1]}"),
        "window": (f"/window/{order.pk}/", own),
        "laboratory": ("/bookings/board/?days=28", "/bookings/requests/", "/bookings/reception/", sample),
    }
    clients = {login: client_of(login) for login in pages}
    counts = []
    for number in range(1, 21):
        if number in (1, 5, 20):
            assert path.appointments.count() == path.units.count() == number
            counts.append({(who, page): len(asked(clients[who], page)) for who in pages for page in pages[who]})
        hours = one.end - one.start
        start = one.start + number * hours
        slot = Slot.objects.create(bench=one.bench, start=start, end=start + hours, purpose=Purpose.BOOKED)
        also = {
            "pk": None,
            "slot": slot,
            "start": slot.start,
            "end": slot.end,
            "unit": number + 9,
            "test": f"T{number}",
        }
        _again(Appointment.objects.get(pk=one.pk), **also)
        _again(SampleUnit.objects.get(pk=unit.pk), pk=None, unit=number + 9, code=f"COPY{number}")
    assert counts[0] == counts[1] == counts[2]


def _again(row, **different: object) -> None:
    for name, value in different.items():
        setattr(row, name, value)
    row.save()
