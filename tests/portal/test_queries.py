"""How often a page asks the database: the table queries.csv, on both databases; long lists ask no more than short.

Three of the questions of a person's page are about the session, its person and their organisations, one about the bell.
"""

import csv
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("queries.csv")
PEOPLE = ("anonymous", "firm", "window", "regulator", "operator")


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
    from qilian.portal.window.models import Order

    client, table = client_of(login), most(login)
    assert table
    contest = Contest.objects.latest("pk")
    rows = {
        "product": product,
        "order": Order.objects.earliest("pk").pk,
        "contest": contest.pk,
        "demand": Demand.objects.earliest("pk").pk,
        "survey": Survey.objects.get().pk,
        "firm": contests.opened(contest).figures.ids[0],
        "problem": Problem.objects.get(state="solving").pk,
        "project": Project.objects.latest("pk").pk,
    }
    found = {page: asked(client, page.format(**rows)) for page in table}
    over = {page: queries for page, queries in found.items() if len(queries) > table[page]}
    assert not over, {page: len(queries) for page, queries in found.items()}


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
    Slot.objects.exclude(appointment__path=path).delete()
    order = Order.objects.filter(state="taken").first() or Order.objects.first()
    Order.objects.filter(pk=order.pk).update(product=product)
    mine = path.appointments.filter(bench__laboratory__code="zj-robot").first()
    path.appointments.exclude(pk=mine.pk).delete()
    Slot.objects.filter(appointment__isnull=True).delete()
    path.units.exclude(lot=mine.lot, unit=mine.unit).delete()
    Appointment.objects.filter(pk=mine.pk).update(state="requested")
    unit = path.units.get()
    pages = {
        "firm": (f"/bookings/{path.pk}/", f"/bookings/{path.pk}/cancel", "/bookings/", "/api/v1/bookings/",
                 f"/api/v1/bookings/{path.pk}", f"/bookings/samples/{unit.code}/", f"/bookings/{path.pk}/labels"),
        "window": (f"/window/{order.pk}/", f"/bookings/{path.pk}/"),
        "laboratory": ("/bookings/board/?days=28", "/bookings/requests/", "/bookings/reception/",
                       f"/bookings/appointments/{mine.pk}/", f"/bookings/samples/{unit.code}/"),
    }
    clients = {login: client_of(login) for login in pages}
    counts = {}
    for number in range(20):
        if number in (1, 5, 19):
            counts[number] = {page: asked(clients[login], page) for login, own in pages.items() for page in own}
        row = Appointment.objects.get(pk=mine.pk)
        begin, end = (each + (number + 1) * (row.end - row.start) for each in (row.start, row.end))
        row.slot = Slot.objects.create(bench=row.bench, start=begin, end=end, purpose=Purpose.BOOKED)
        row.pk, row.start, row.end, row.unit, row.test = None, begin, end, 100 + number, f"T{number}"
        row.save()
        copy = SampleUnit.objects.get(pk=unit.pk)
        copy.pk, copy.unit, copy.code = None, 100 + number, f"COPY{number}"
        copy.save()
    import json
    from pathlib import Path as P
    P("/tmp/book/queries.json").write_text(json.dumps(counts))
    assert {page: len(each) for page, each in counts[1].items()} == {page: len(each) for page, each in counts[5].items()} == {page: len(each) for page, each in counts[19].items()}
