"""Fills a portal for measuring: the catalogues, many firms with products and plans, people with open sessions.

Runs in a process of its own with ``QILIAN_HOME`` and ``DATABASE_URL`` set. Everything but the catalogues is made up.
"""

import json
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from portal_parts import network

FIRMS, PRODUCTS, PEOPLE = 100, 2_000, 20
SEED = 7
_REGIONS = ("330108", "330203", "330205", "330304", "330402", "330502", "330602", "330702", "331002", "331102")
_MADE_UP_RECORDS = 104_000


def fill(archives: Iterable[Path], scopes: Path) -> dict[str, Any]:
    """Fill the installation that the environment names; return what is there and the sessions of people by role."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.library.models import Document

    standards = _standards([path for path in archives if path.is_file()])
    lines = _scope_lines(scopes)
    sessions = _organisations()
    counts = {"standards": Document.objects.count(), "scope lines": lines, "products": PRODUCTS, "firms": FIRMS}
    counts |= _bookings()
    return {"counts": counts, "standards from": standards, "sessions": sessions}


def _standards(archives: list[Path]) -> str:
    from qilian.content import load_pack
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.indexing import refresh
    from qilian.portal.library.models import Document

    table = load_pack("robots").catalogue
    if not Document.objects.exists():
        for path in archives or [_made_up_catalogue()]:
            import_file(path)
        refresh(table)
    return "the catalogues of ISO and IEC" if archives else "made-up records"


def _made_up_catalogue() -> Path:
    """Write a national table with titles of the pack's words, for a machine without the real catalogues."""
    import csv

    from qilian.content import load_pack
    from qilian.portal.home import home_folder

    choose = random.Random(SEED)
    words = sorted({word for each in load_pack("robots").catalogue.editions for word in each.title.en.split()})
    path = home_folder() / "made-up.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("标准号", "标准名称", "英文名称", "状态", "发布日期", "实施日期"))
        for number in range(_MADE_UP_RECORDS):
            born = date(choose.randint(1980, 2025), choose.randint(1, 12), 1)
            title = " ".join(choose.choices(words, k=8))
            reference = f"GB/T {50_000 + number}-{born.year}"
            table.writerow((reference, title, title, "现行", born, born + timedelta(days=180)))
    return path


def _scope_lines(table: Path) -> int:
    """Import a scope table as ``qilian labs import`` does; return how many lines there are."""
    from qilian.laboratories.scopes import import_scopes
    from qilian.portal.home import SCOPES_FOLDER, home_folder

    if not table.is_file():
        return 0
    return import_scopes(table, home_folder() / SCOPES_FOLDER).read


def _organisations() -> dict[str, list[str]]:
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from qilian.portal.accounts.models import Kind, Membership, Organisation, User

    if Organisation.objects.filter(kind=Kind.OPERATOR).exists():
        return _sessions()
    password = make_password(None)
    with transaction.atomic():
        firms = Organisation.objects.bulk_create(
            Organisation(kind=Kind.FIRM, name=f"测试企业 {number:03d}", region=_REGIONS[number % len(_REGIONS)])
            for number in range(FIRMS)
        )
        others = Organisation.objects.bulk_create(
            [
                Organisation(kind=Kind.REGULATOR, name="测试监管", region="330000"),
                Organisation(kind=Kind.OPERATOR, name="测试运营", region="330000"),
                Organisation(kind=Kind.LABORATORY, name="测试实验室", region="330100"),
            ]
        )
        people = User.objects.bulk_create(
            User(email=f"person{number}@measure.example", name=f"测试 {number}", password=password)
            for number in range(FIRMS + len(others))
        )
        Membership.objects.bulk_create(
            Membership(user=person, organisation=organisation, is_admin=True)
            for person, organisation in zip(people, [*firms, *others], strict=True)
        )
    _products(list(zip(firms, people, strict=False)))
    return _sessions()


def _bookings() -> dict[str, int]:
    from qilian.portal.accounts.models import Kind, Organisation

    firms = Organisation.objects.filter(kind=Kind.FIRM).order_by("id")
    return network.fill(list(firms), Organisation.objects.get(kind=Kind.LABORATORY))


def _products(firms: list[tuple[Any, Any]]) -> None:
    """Make one plan, and give each product a copy of it: the pages read rows, not how they came about."""
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership
    from qilian.portal.workbench import demo, making
    from qilian.portal.workbench.models import Plan, Product

    firm, person = firms[0]
    first = demo._product(firm, "sample-amr-100", ("CN", "EU"))
    demo._evidence(first)
    plan = making.make(first, Actor(person, Membership.objects.get(user=person)))
    fields = {field.attname: getattr(first, field.attname) for field in Product._meta.fields if not field.primary_key}
    copies = Product.objects.bulk_create(
        Product(
            **{
                **fields,
                "organisation_id": firms[number % len(firms)][0].pk,
                "name": f"测试机器人 {number:04d}",
                "identifier": f"measured-{number}",
                "current_id": None,
            }
        )
        for number in range(1, PRODUCTS)
    )
    kept = {field.attname: getattr(plan, field.attname) for field in Plan._meta.fields if not field.primary_key}
    for start in range(0, len(copies), 100):
        plans = Plan.objects.bulk_create(
            Plan(**{**kept, "product_id": product.pk}) for product in copies[start : start + 100]
        )
        for product, made in zip(copies[start : start + 100], plans, strict=True):
            product.current_id = made.pk
    Product.objects.bulk_update(copies, ["current"], batch_size=500)


def _sessions() -> dict[str, list[str]]:
    """Log people in, as the pages would; return the keys of their sessions with the number of a product of theirs."""
    from qilian.portal.accounts.models import Membership

    firms = Membership.objects.filter(organisation__kind="firm").select_related("user").order_by("id")[:PEOPLE]
    others = Membership.objects.exclude(organisation__kind="firm").select_related("user")
    found: dict[str, list[str]] = {}
    for membership in [*firms, *others]:
        product = membership.organisation.products.order_by("id").values_list("id", flat=True).first()
        found.setdefault(membership.organisation.kind, []).append(f"{_session(membership.user)} {product or 0}")
    return found


def _session(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from qilian.portal.accounts.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main(archives: list[Path], scopes: Path, told: Path) -> None:
    """Fill, and write what is there into a file; where there is one, log the people in anew."""
    if told.exists():
        from qilian.portal.setup import setup

        setup()
        filled = {**json.loads(told.read_text(encoding="utf-8")), "sessions": _sessions()}
    else:
        filled = fill(archives, scopes)
    told.write_text(json.dumps(filled), encoding="utf-8")
