"""Work orders: who sees and moves them, deadlines, escalation, hand-over, packages; the plan made for the client."""

from datetime import date, timedelta

import pytest


def people(cast, kind: str, which: str, region: str):
    return cast.actor(kind, which, region=region)


def test_who_sees_an_order(cast, open_order):
    """Its window, those above it, its client, the regulators of the region; nobody else."""
    from qilian.portal.window.models import Order

    order = open_order()
    see = [
        cast.actor("window"),
        cast.actor("firm"),
        people(cast, "window", "city", "330100"),
        people(cast, "window", "province", "330000"),
        people(cast, "regulator", "district", "330108"),
        people(cast, "regulator", "province", "330000"),
    ]
    hidden = [
        people(cast, "window", "other", "330203"),
        people(cast, "firm", "other", "330108"),
        people(cast, "regulator", "ningbo", "330200"),
        *(cast.actor(kind) for kind in ("anonymous", "person", "laboratory", "expert", "operator")),
    ]
    for actor in see:
        assert Order.objects.visible_to(actor).filter(pk=order.pk).exists(), actor.organisation
    for actor in hidden:
        assert not Order.objects.visible_to(actor).exists(), actor.kind


def test_what_is_another_windows_does_not_exist(cast, open_order):
    order = open_order()
    other = cast.client("window", "other", region="330203")
    for page in ("", "receipt"):
        assert other.get(f"/window/{order.pk}/{page}").status_code == 404
    for page in ("take", "plan", "correct"):
        assert other.post(f"/window/{order.pk}/{page}", {"version": 1}).status_code == 404
    firm = cast.client("firm", "other")
    assert firm.get(f"/window/{order.pk}/").status_code == 404
    assert firm.post(f"/window/{order.pk}/withdraw", {"version": 1}).status_code == 404


def test_a_window_above_reads_and_moves_only_what_came_to_it(cast, open_order, clerk):
    """District, city, province: each escalation needs a reason and a window that is there."""
    from qilian.portal.window import handling

    order = open_order()
    city = cast.client("window", "city", region="330100")
    city_clerk = cast.actor("window", "city")
    assert city.get(f"/window/{order.pk}/").status_code == 200
    assert city.post(f"/window/{order.pk}/take", {"version": order.version}).status_code == 404
    with pytest.raises(handling.OrderRefused):
        handling.move(order, "escalate", clerk)
    handling.move(order, "escalate", clerk, words="本区没有相应实验室")
    order.refresh_from_db()
    assert (order.state, order.region, order.owner) == ("queued", "330100", None)
    assert cast.client("window").get(f"/window/{order.pk}/").status_code == 200, "the district still reads it"
    assert cast.client("window").post(f"/window/{order.pk}/take", {"version": order.version}).status_code == 404
    assert city.post(f"/window/{order.pk}/take", {"version": order.version}).status_code == 302
    order.refresh_from_db()
    assert order.owner == city_clerk.user
    with pytest.raises(handling.OrderRefused, match="浙江省"):
        handling.move(order, "escalate", city_clerk, words="市里也没有")
    people(cast, "window", "province", "330000")
    handling.move(order, "escalate", city_clerk, words="市里也没有")
    with pytest.raises(handling.OrderRefused):
        handling.move(order, "escalate", cast.actor("window", "province"), words="再上一级")


@pytest.mark.parametrize(
    ("region", "above"), [("330108", "330100"), ("330100", "330000"), ("330000", ""), ("110105", "110000")]
)
def test_three_levels_of_service(region, above):
    """三级服务; a district of a municipality answers to the municipality."""
    from qilian.portal.window.handling import above as level_above

    assert level_above(region) == above


def test_the_clock_stands_while_the_client_is_waited_for(clerk, open_order):
    """Days that the client took are added to the deadline, as working days."""
    from django.utils import timezone

    from qilian.laboratories import working_days
    from qilian.portal.window import handling

    order = open_order()
    handling.move(order, "take", clerk)
    handling.move(order, "wait", clerk, words="样机")
    due, started = order.due, timezone.localdate() - timedelta(days=14)
    order.waiting_since = started
    order.due = due - timedelta(days=60)
    order.save()
    assert not order.is_late, "what waits for the client is not late"
    handling.move(order, "resume", clerk)
    waited = working_days.between(started, timezone.localdate())
    assert waited >= 5
    assert order.due == working_days.after(due - timedelta(days=60), waited)


def test_handing_over_is_to_a_clerk_of_the_same_window(cast, clerk, open_order):
    from qilian.portal.accounts.models import Membership
    from qilian.portal.window import handling

    order = open_order()
    handling.move(order, "take", clerk)
    stranger = cast.actor("window", "other", region="330203").user
    with pytest.raises(handling.OrderRefused):
        handling.move(order, "hand_over", clerk, to=stranger)
    colleague = cast.actor("person").user
    Membership.objects.create(user=colleague, organisation=clerk.organisation)
    handling.move(order, "hand_over", clerk, to=colleague)
    order.refresh_from_db()
    assert order.owner == colleague


def test_an_order_is_closed_with_what_the_client_got_and_stays_closed(clerk, open_order):
    from qilian.portal.history.firing import MoveRefused, Stale
    from qilian.portal.notices.models import Notice
    from qilian.portal.window import handling

    order = open_order()
    with pytest.raises(Stale):
        handling.move(order, "take", clerk, version=order.version + 1)
    handling.move(order, "take", clerk)
    with pytest.raises(handling.OrderRefused):
        handling.move(order, "close", clerk, words="  ")
    handling.move(order, "close", clerk, words="方案一份")
    assert (order.state, order.outcome) == ("closed", "方案一份")
    for event in ("take", "withdraw", "escalate"):
        with pytest.raises(MoveRefused):
            handling.move(order, event, clerk, words="x")
    assert Notice.objects.filter(zh__contains="已办结").exists(), "the client is told"


def test_a_firm_may_withdraw_its_order_and_nothing_else(cast, open_order, clerk):
    from qilian.portal.history.firing import MoveRefused
    from qilian.portal.window import handling

    order, firm = open_order(), cast.actor("firm")
    with pytest.raises(MoveRefused):
        handling.move(order, "take", firm)
    assert cast.client("firm").post(f"/window/{order.pk}/withdraw", {"version": order.version}).status_code == 302
    order.refresh_from_db()
    assert order.state == "withdrawn"


def test_a_package_opens_its_orders_together_or_none(cast, clerk, client_firm, monkeypatch):
    from qilian.portal.window import handling
    from qilian.portal.window.models import Bundle, Order
    from qilian.portal.window.services import packages

    answer = cast.client("window").post("/window/packages/steward/", {"client": client_firm.pk})
    assert answer.status_code == 302
    assert sorted(Order.objects.values_list("service", flat=True)) == sorted(
        service.id for service in packages()["steward"].services
    )
    assert Bundle.objects.get().orders.count() == 5
    real, calls = handling.begin, []

    def failing(*arguments, **named):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the third fails")
        return real(*arguments, **named)

    monkeypatch.setattr(handling, "begin", failing)
    with pytest.raises(RuntimeError):
        handling.open_package(clerk, client_firm, packages()["steward"])
    assert (Bundle.objects.count(), Order.objects.count()) == (1, 5)


def test_a_plan_is_made_for_the_client_under_the_mandate_and_every_act_says_so(
    cast, clerk, client_firm, mandate, open_order
):
    from qilian.portal.history.models import Entry
    from qilian.portal.window import acting, handling
    from qilian.portal.workbench.models import Plan, Product

    order = open_order()
    with pytest.raises(handling.OrderRefused):
        acting.make_plan(order, clerk)
    handling.move(order, "take", clerk)
    plan = acting.make_plan(order, clerk)
    product = Product.objects.get()
    assert (product.organisation, product.parameters["payload.rated"]) == (client_firm, "10 kg")
    assert (product.markets, plan.product) == (["EU"], product)
    assert product.on >= date.today()  # noqa: DTZ011
    assert Plan.objects.visible_to(cast.actor("firm")).count() == 1, "the client sees it in its own workbench"
    acts = Entry.objects.filter(kind="workbench.product").order_by("number")
    assert [(act.event, act.person, act.client, act.mandate) for act in acts] == [
        ("describe", clerk.user, client_firm, mandate.reference),
        ("plan", clerk.user, client_firm, mandate.reference),
    ]
    acting.make_plan(order, clerk)
    assert Product.objects.count() == 1, "made anew, it is a further version of the same product's plan"
    assert product.plans.count() == 2


def test_without_a_market_no_plan_is_made(clerk, mandate, open_order):
    from qilian.portal.window import acting, handling
    from qilian.portal.workbench.models import Product

    order = open_order("协作机器人,负载10kg")
    handling.move(order, "take", clerk)
    with pytest.raises(handling.OrderRefused):
        acting.make_plan(order, clerk)
    assert not Product.objects.exists()


def test_every_page_answers_whom_it_is_for(cast, open_order, clerk, mandate):
    from qilian.portal.window import handling

    order = open_order()
    handling.move(order, "take", clerk)
    for language in ("zh-hans", "en"):
        for kind in ("window", "firm", "regulator"):
            client = cast.client(kind)
            client.cookies["language"] = language
            pages = ["", "?show=all", f"{order.pk}/", f"{order.pk}/receipt"]
            pages += {
                "window": ["packages/", "packages/export/", "mandates/", "new/", "new/client/", "opinions/"],
                "firm": ["mandates/", "mandates/grant/"],
                "regulator": ["opinions/"],
            }[kind]
            for page in pages:
                assert client.get(f"/window/{page}").status_code == 200, (kind, page)


def test_a_list_of_orders_costs_the_same_for_many(cast, open_order):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("window")
    open_order()
    with CaptureQueriesContext(connection) as few:
        client.get("/window/")
    for _ in range(12):
        open_order()
    with CaptureQueriesContext(connection) as many:
        client.get("/window/")
    assert len(many) == len(few)


def test_a_window_above_does_not_act_by_the_mandate_of_the_one_below(cast, open_order, clerk, mandate):
    """What the history says of a mandate must be true: another window's, or one that was revoked, is none."""
    from qilian.portal.history.models import Entry
    from qilian.portal.window import handling
    from qilian.portal.window.mandates import move_mandate
    from qilian.portal.window.models import Order

    city = people(cast, "window", "city", "330100")
    order = open_order()
    Order.objects.filter(pk=order.pk).update(mandate=mandate)
    order = Order.objects.get(pk=order.pk)
    handling.move(order, "take", clerk)
    assert Entry.objects.latest("number").mandate == mandate.reference
    handling.move(order, "escalate", clerk, words="x")
    handling.move(order, "take", city)
    assert Entry.objects.latest("number").mandate == ""
    move_mandate(mandate, "return", clerk)
    handling.move(order, "hand_over", city, to=city.user)
    assert Entry.objects.latest("number").mandate == ""


def test_the_demand_of_a_finished_order_is_not_corrected(cast, open_order, clerk):
    """A clerk's draft may be older than the end of the order that it corrects."""
    from qilian.portal.window import handling
    from qilian.portal.window.models import Order

    client, order = cast.client("window"), open_order()
    handling.move(order, "take", clerk)
    check = client.post(f"/window/{order.pk}/correct")["Location"].replace("lines", "check")
    handling.move(order, "close", clerk, words="x")
    assert client.post(check)["Location"] == check
    assert Order.objects.get(pk=order.pk).demand == order.demand


def test_long_lists_are_paged_and_cost_the_same_for_many(cast, clerk, client_firm, open_order, mandate):
    """Mandates, complaints and the page of an order with many bookings, reports and entries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.window import handling, opinions
    from qilian.portal.window.models import Complaint, Mandate, Order
    from qilian.portal.workbench.models import Evidence, Product

    client, order = cast.client("window"), open_order()
    handling.move(order, "take", clerk)
    product = Product.objects.create(organisation=client_firm, pack="robots", identifier="x", name="x", on=order.due)
    Order.objects.filter(pk=order.pk).update(product=product)
    done = open_order()
    handling.move(done, "take", clerk)
    handling.move(done, "close", clerk, words="x")
    opinions.complain(done, None, "x")
    Evidence.objects.create(product=product, name="x", size=0, sha256="x", reports=[], content=b"")

    def costs() -> dict[str, int]:
        found = {}
        for page in ("mandates/", "opinions/", f"{order.pk}/", "new/"):
            client.get(f"/window/{page}")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/window/{page}").status_code == 200
            found[page] = len(queries)
        return found

    before = costs()
    for number in range(40):
        Mandate.objects.create(
            client=client_firm, window=clerk.organisation, scope=["book"], expires=order.due, state="valid"
        )
        Complaint.objects.create(order=done, words="x", state="settled")
        Evidence.objects.create(
            product=product, name="x", size=0, sha256=f"x{number}", reports=[], content=b"", uploaded_by=clerk.user
        )
        cast.actor("firm", f"more{number}", region="330108")
    assert costs() == before
    first, last = mandate.reference, Mandate.objects.latest("pk").reference
    shown = client.get("/window/mandates/").content.decode()
    assert last in shown
    assert first not in shown
    assert first in client.get("/window/mandates/?page=2").content.decode()
