"""Mandates: only what was signed or granted, only in its scope, only until its day, never after it was revoked."""

from datetime import timedelta

import pytest


def held(clerk, client_firm, **fields):
    from django.utils import timezone

    from qilian.portal.window.mandates import begin_mandate
    from qilian.portal.window.models import Scope

    given = {"scope": Scope.values, "expires": timezone.localdate() + timedelta(days=30), "paper": "1", **fields}
    return begin_mandate("record", clerk, client=client_firm, window=clerk.organisation, **given)


def may(clerk, client_firm, scope: str = "products") -> bool:
    from qilian.portal.window.mandates import NoMandate, acting
    from qilian.portal.window.models import Scope

    try:
        mandate, behalf = acting(clerk, client_firm, Scope(scope))
    except NoMandate:
        return False
    assert (behalf.client, behalf.mandate) == (client_firm, mandate.reference)
    return True


def test_scope_and_day_bound_a_mandate(clerk, client_firm):
    from django.utils import timezone

    assert not may(clerk, client_firm)
    mandate = held(clerk, client_firm, scope=["products"])
    assert may(clerk, client_firm)
    assert not may(clerk, client_firm, "book")
    mandate.expires = timezone.localdate() - timedelta(days=1)
    mandate.save()
    assert not may(clerk, client_firm)


def test_a_mandate_is_one_windows(cast, clerk, client_firm):
    held(clerk, client_firm)
    assert not may(cast.actor("window", "other", region="330108"), client_firm)
    assert not may(cast.actor("firm"), client_firm)


def test_the_firm_revokes_and_the_next_act_is_refused(cast, clerk, client_firm, open_order):
    from qilian.portal.notices.models import Notice
    from qilian.portal.window import acting, handling
    from qilian.portal.window.mandates import NoMandate

    mandate = held(clerk, client_firm)
    assert Notice.objects.filter(user=cast.actor("firm").user).exists(), "the firm is told what was recorded"
    order = open_order()
    handling.move(order, "take", clerk)
    assert cast.client("firm").post(f"/window/mandates/{mandate.pk}/revoke").status_code == 302
    mandate.refresh_from_db()
    assert mandate.state == "revoked"
    with pytest.raises(NoMandate):
        acting.make_plan(order, clerk)


def test_asking_allows_nothing_until_the_firm_grants(cast, clerk, client_firm):
    from qilian.portal.window.models import Mandate

    client = cast.client("window")
    form = {"scope": ["products"], "expires": "2026-12-31", "paper": ""}
    from django.utils import timezone

    form["expires"] = (timezone.localdate() + timedelta(days=20)).isoformat()
    client.post(f"/window/clients/{client_firm.pk}/mandate/", form)
    mandate = Mandate.objects.get()
    assert mandate.state == "asked"
    assert not may(clerk, client_firm)
    client.post(f"/window/mandates/{mandate.pk}/grant")
    mandate.refresh_from_db()
    assert mandate.state == "asked", "a window cannot grant itself"
    cast.client("firm").post(f"/window/mandates/{mandate.pk}/grant")
    assert may(clerk, client_firm)


def test_anothers_mandate_does_not_exist(cast, clerk, client_firm):
    mandate = held(clerk, client_firm)
    for client in (cast.client("firm", "other"), cast.client("window", "other", region="330108")):
        assert client.post(f"/window/mandates/{mandate.pk}/revoke").status_code == 404
        assert mandate.reference not in client.get("/window/mandates/").content.decode()


@pytest.mark.parametrize("days", [-1, 5000])
def test_a_mandate_ends_between_today_and_three_years(cast, clerk, client_firm, days):
    from django.utils import timezone

    from qilian.portal.window.models import Mandate

    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    form = {"scope": ["products"], "expires": day, "paper": "1"}
    assert cast.client("window").post(f"/window/clients/{client_firm.pk}/mandate/", form).status_code == 200
    assert not Mandate.objects.exists()
