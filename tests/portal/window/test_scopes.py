"""What a clerk does for a client, scope × act: each act needs its scope in a mandate in force, and says by which.

An act is refused with one line that names client and scope while the mandate has any other scope, was revoked or has
expired; nothing changes then. Under the right one it happens, and its history names clerk, client and mandate.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path as File
from typing import Any

import pytest

pytestmark = pytest.mark.one_database

REPORT = File(__file__).parents[3] / "examples" / "evidence" / "01-performance.json"
SCOPES = ("products", "book", "reports")
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "plan": ("products", ()),
    "hold": ("book", ()),
    "confirm": ("book", ("hold",)),
    "cancel": ("book", ("hold",)),
    "again": ("book", ("hold", "confirm")),
    "move_one": ("book", ("hold", "confirm")),
    "cancel_one": ("book", ("hold", "confirm")),
    "accept": ("book", ("hold", "confirm", "move_one")),
    "dismiss": ("book", ("hold", "confirm", "move_one")),
    "ship": ("book", ("hold", "confirm")),
    "lose": ("book", ("hold", "confirm", "ship")),
    "add_report": ("reports", ()),
    "remove_report": ("reports", ("add_report",)),
}
"""Act: its scope, and what was done before it."""


@pytest.fixture
def counter(planned, clerk) -> Callable[[str], Any]:
    """Return what does an act for the order's client."""
    from qilian.portal.booking.models import Path, SampleUnit
    from qilian.portal.window import acting, booking, collecting
    from qilian.portal.window.models import Order
    from qilian.portal.workbench.models import Evidence

    def do(act: str) -> Any:
        order = Order.objects.get(pk=planned.pk)
        path = Path.objects.order_by("pk").last()
        match act:
            case "plan":
                return acting.make_plan(order, clerk)
            case "hold":
                return booking.hold(order, clerk)
            case "move_one":
                first = path.appointments.filter(state__in=("requested", "taken")).latest("start")
                return booking.move_one(
                    order, first, clerk, elsewhere=False, not_before=first.start + timedelta(days=2)
                )
            case "cancel_one":
                return booking.cancel_one(order, path.appointments.current().latest("start"), clerk)
            case "ship" | "lose":
                state = {"ship": "home", "lose": "travelling"}[act]
                return booking.say_of_sample(order, SampleUnit.objects.filter(state=state).earliest("pk"), act, clerk)
            case "add_report":
                return collecting.add(order, clerk, REPORT.read_bytes(), REPORT.name)
            case "remove_report":
                return collecting.take_away(order, clerk, Evidence.objects.get())
            case _:
                return booking.act(order, path, act, clerk)

    return do


@pytest.mark.parametrize("act", ACTS)
def test_an_act_needs_its_scope_and_says_by_which_mandate(cast, clerk, client_firm, mandate, counter, act: str):
    from django.utils import timezone

    from qilian.portal.history.models import Entry
    from qilian.portal.window.mandates import NoMandate
    from qilian.portal.window.models import Mandate

    scope, before = ACTS[act]
    for each in before:
        counter(each)
    today, number = timezone.localdate(), Entry.objects.latest("number").number
    others = [each for each in SCOPES if each != scope]
    for refused in (
        {"scope": others},
        {"scope": []},
        {"scope": [scope], "expires": today - timedelta(days=1)},
        {"scope": [scope], "state": "revoked"},
        {"scope": [scope], "window": cast.actor("window", "other", region="330108").organisation},
    ):
        fields = {"expires": today, "state": "valid", "window": clerk.organisation, **refused}
        Mandate.objects.filter(pk=mandate.pk).update(**fields)
        with pytest.raises(NoMandate, match=str(client_firm)) as caught:
            counter(act)
        assert len(str(caught.value).splitlines()) == 1
        assert Entry.objects.latest("number").number == number, "nothing happened"
    Mandate.objects.filter(pk=mandate.pk).update(scope=[scope], expires=today, state="valid", window=clerk.organisation)
    counter(act)
    entries = Entry.objects.filter(number__gt=number)
    assert entries
    said = {(each.person, each.client, each.mandate) for each in entries if each.organisation is not None}
    assert said == {(clerk.user, client_firm, mandate.reference)}


@pytest.mark.parametrize("act", ["plan", "hold", "add_report"])
def test_nothing_is_done_for_a_finished_order(clerk, planned, counter, act: str):
    from qilian.portal.window import handling

    handling.move(planned, "close", clerk, words="方案一份")
    with pytest.raises(handling.OrderRefused):
        counter(act)


def test_a_single_appointment_is_cancelled_and_the_others_stay(cast, clerk, mandate, planned, counter):
    from qilian.portal.booking.models import Path

    counter("hold")
    counter("confirm")
    path = Path.objects.get()
    before = {each.pk for each in path.appointments.current()}
    assert len(before) > 1
    counter("cancel_one")
    gone = before - {each.pk for each in path.appointments.current()}
    assert len(gone) == 1
    row = path.appointments.get(pk=gone.pop())
    assert (row.state, row.slot) == ("cancelled", None), "its hours are free"
    for _ in range(len(before) - 2):
        counter("cancel_one")
    from qilian.portal.booking.errors import BookingError

    with pytest.raises(BookingError):  # the last one goes with the whole path
        counter("cancel_one")
    assert path.appointments.current().count() == 1


def test_a_report_counts_in_the_clients_next_plan_and_only_its_adder_takes_it_away(cast, clerk, planned, counter):
    from qilian.portal.window import collecting, handling
    from qilian.portal.workbench.models import Evidence

    counter("add_report")
    report = Evidence.objects.get()
    assert report.product == planned.product
    assert report.uploaded_by == clerk.user
    assert Evidence.objects.visible_to(cast.actor("firm")).get() == report, "the client has it in its own workbench"
    assert counter("plan").settings["evidence"] == [report.pk]
    Evidence.objects.update(uploaded_by=cast.actor("firm").user)
    with pytest.raises(handling.OrderRefused):
        collecting.take_away(planned, clerk, Evidence.objects.get())


def test_the_page_does_what_the_commands_do(cast, clerk, mandate, planned, counter):
    """By the addresses that the order's page shows."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from qilian.portal.booking.models import Path, SampleUnit
    from qilian.portal.workbench.models import Evidence

    client, page = cast.client("window"), f"/window/{planned.pk}/"
    counter("hold")
    counter("confirm")
    path = Path.objects.get()
    last = path.appointments.current().latest("start")
    unit = SampleUnit.objects.filter(state="home").earliest("pk")
    shown = client.get(page).content.decode()
    for address in (f"appointments/{last.pk}/move", f"samples/{unit.code}/ship", "reports/add"):
        assert f"{page}{address}" in shown
    assert client.get(f"{page}appointments/{last.pk}/move").status_code == 200
    client.post(f"{page}appointments/{last.pk}/move", {"where": "any", "not_before": ""})
    assert path.proposals.get(state="open")
    client.post(f"{page}paths/{path.pk}/dismiss")
    assert not path.proposals.filter(state="open").exists()
    client.post(f"{page}samples/{unit.code}/ship", {"note": "顺丰"})
    unit.refresh_from_db()
    assert unit.state == "travelling"
    client.post(f"{page}reports/add", {"file": SimpleUploadedFile("x.json", b"no report")})
    assert not Evidence.objects.exists()
    client.post(f"{page}reports/add", {"file": SimpleUploadedFile("x.json", REPORT.read_bytes())})
    report = Evidence.objects.get()
    assert "x.json" in client.get(page).content.decode()
    client.post(f"{page}reports/{report.pk}/remove")
    assert not Evidence.objects.exists()
    client.post(f"{page}appointments/{last.pk}/cancel", {"version": last.version + 1})
    last.refresh_from_db()
    assert last.state != "cancelled", "another version was seen"
    client.post(f"{page}appointments/{last.pk}/cancel", {"version": last.version})
    last.refresh_from_db()
    assert last.state == "cancelled"
    client.post(f"{page}samples/{unit.code}/dance")
    other = cast.client("window", "other", region="330203")
    assert other.post(f"{page}appointments/{last.pk}/cancel").status_code == 404


def test_without_the_scope_the_page_offers_nothing_and_the_form_says_why(cast, clerk, mandate, planned, counter):
    from qilian.portal.booking.models import Path
    from qilian.portal.window.models import Mandate

    counter("hold")
    counter("confirm")
    Mandate.objects.update(scope=["products"])
    client, page = cast.client("window"), f"/window/{planned.pk}/"
    shown = client.get(page).content.decode()
    for address in ("/move", "/ship", "reports/add", "/cancel"):
        assert f'{address}"' not in shown
    appointment = Path.objects.get().appointments.current().earliest("pk")
    answer = client.get(f"{page}appointments/{appointment.pk}/move", follow=True)
    assert answer.redirect_chain
    assert "没有" in answer.content.decode()
