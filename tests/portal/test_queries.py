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
