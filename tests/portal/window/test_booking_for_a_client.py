"""A clerk books the client's plan: only under a mandate to book, and every act names clerk, client and mandate."""

import pytest


def test_held_and_confirmed_for_the_client(cast, clerk, client_firm, mandate, planned):
    from qilian.portal.booking.models import Path
    from qilian.portal.history.models import Entry

    client = cast.client("window")
    assert client.post(f"/window/{planned.pk}/hold", {"key": "a"}).status_code == 302
    assert client.post(f"/window/{planned.pk}/hold", {"key": "a"}).status_code == 302
    path = Path.objects.get()
    assert (path.state, path.organisation, path.made_by) == ("held", client_firm, clerk.user)
    assert client.get(f"/window/{planned.pk}/").status_code == 200
    client.post(f"/window/{planned.pk}/paths/{path.pk}/confirm", {"version": path.version, "key": "b"})
    path.refresh_from_db()
    assert path.state == "confirmed"
    acts = Entry.objects.filter(kind="booking.path", subject=str(path.pk))
    assert [act.event for act in acts] == ["hold", "confirm"]
    assert {(act.person, act.client, act.mandate) for act in acts} == {(clerk.user, client_firm, mandate.reference)}
    assert Path.objects.visible_to(cast.actor("firm")).get() == path, "the client has it among its own"


@pytest.mark.parametrize("lost", ["revoked", "scope"])
def test_without_a_mandate_to_book_nothing_is_held_or_changed(cast, clerk, mandate, planned, lost):
    from qilian.portal.booking.models import Path
    from qilian.portal.window import booking, mandates

    path = booking.hold(planned, clerk)
    if lost == "revoked":
        mandates.move_mandate(mandate, "revoke", cast.actor("firm"))
    else:
        mandate.scope = ["products"]
        mandate.save()
    client = cast.client("window")
    client.post(f"/window/{planned.pk}/paths/{path.pk}/confirm", {"version": path.version})
    path.refresh_from_db()
    assert path.state == "held"
    with pytest.raises(mandates.NoMandate):
        booking.act(planned, path, "cancel", clerk)
    with pytest.raises(mandates.NoMandate):
        booking.hold(planned, clerk)
    assert Path.objects.count() == 1


def test_a_path_of_another_product_is_not_reached_through_an_order(cast, clerk, mandate, planned, open_order):
    from qilian.portal.window import acting, booking, handling

    path = booking.hold(planned, clerk)
    other = open_order("AMR，负载100kg，欧盟")
    handling.move(other, "take", clerk)
    acting.make_plan(other, clerk)
    client = cast.client("window")
    assert client.post(f"/window/{other.pk}/paths/{path.pk}/cancel", {}).status_code == 404
    assert client.post(f"/window/{planned.pk}/paths/{path.pk}/nonsense", {}).status_code == 404


def test_hours_that_were_taken_meanwhile_are_answered_with_a_new_plan(cast, clerk, mandate, planned):
    """Somebody else holds the same hours: the plan is made again, and the next try holds it."""
    from qilian.portal.booking.commands import holding
    from qilian.portal.window import booking
    from qilian.portal.window.handling import OrderRefused
    from qilian.portal.workbench import making
    from qilian.portal.workbench.models import Product

    firm = cast.actor("firm")
    product = planned.product
    twin = Product.objects.get(pk=product.pk)
    twin.pk = None
    twin.current = None
    twin.save()
    holding.hold(firm, making.make(twin, firm))
    before = product.current.number
    with pytest.raises(OrderRefused):  # the same hours of the same benches are not held twice
        booking.hold(planned, clerk)
    product.refresh_from_db()
    assert product.current.number == before + 1
    planned.refresh_from_db()
    assert booking.hold(planned, clerk).state == "held"
