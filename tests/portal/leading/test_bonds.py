"""A leader invites, the supplier decides, either ends it; what is shared, who sees it, and what help came to."""

from datetime import timedelta
from decimal import Decimal

import pytest

NODE, POINT = "harmonic-reducer", "harmonic-reducer.1"
MOVES = {
    ("invited", "accept"): ("supplier", "active"),
    ("invited", "decline"): ("supplier", "declined"),
    ("invited", "withdraw"): ("leader", "withdrawn"),
    ("active", "end"): ("leader supplier", "ended"),
}
"""All that may happen to a bond, and by which side."""


@pytest.mark.parametrize("state", ["invited", "active", "declined", "withdrawn", "ended"])
@pytest.mark.parametrize("event", ["accept", "decline", "withdraw", "end"])
@pytest.mark.parametrize("side", ["leader", "supplier"])
def test_a_bond_moves_as_the_table_says_and_by_that_side_alone(leader, supplier, state: str, event: str, side: str):
    from qilian.portal.leading import commands
    from qilian.portal.leading.models import Bond

    bond = commands.invite(leader, supplier.organisation, [NODE], "")
    Bond.objects.filter(pk=bond.pk).update(state=state)
    bond.refresh_from_db()
    by, to = MOVES.get((state, event), ("", state))
    if side in by.split():
        commands.move(bond, event, {"leader": leader, "supplier": supplier}[side], "因故")
    else:
        with pytest.raises(Exception, match=r".") as error:
            commands.move(bond, event, {"leader": leader, "supplier": supplier}[side], "因故")
        assert type(error.value).__name__ in ("LeadingRefused", "MoveRefused")
    bond.refresh_from_db()
    assert bond.state == (to if side in by.split() else state)


def test_an_end_needs_a_reason_and_both_sides_are_told(leader, supplier, bond):
    from qilian.portal.leading import commands
    from qilian.portal.leading.errors import LeadingRefused

    assert leader.user.notices.filter(zh__contains="接受了链主邀请").count() == 1
    with pytest.raises(LeadingRefused, match="原因"):
        commands.move(bond, "end", supplier, " ")
    commands.move(bond, "end", supplier, "不再供货")
    assert leader.user.notices.filter(zh__contains="结束了").count() == 1
    assert bond.outcome == "不再供货"


def test_one_open_bond_with_another_firm_over_parts_of_the_map(cast, leader, supplier, bond):
    from qilian.portal.leading import commands
    from qilian.portal.leading.errors import LeadingRefused

    for firm, nodes in (
        (supplier.organisation, [NODE]),
        (leader.organisation, [NODE]),
        (cast.actor("laboratory").organisation, [NODE]),
        (cast.actor("firm", "new").organisation, []),
        (cast.actor("firm", "new").organisation, ["flux-capacitor"]),
    ):
        with pytest.raises(LeadingRefused):
            commands.invite(leader, firm, nodes, "")
    commands.move(bond, "end", leader, "换供应商")
    commands.invite(leader, supplier.organisation, [NODE], "")


def test_only_the_leader_requires_only_the_supplier_gives_figures_only_where_both_share(leader, supplier, bond):
    from django.utils import timezone

    from qilian.portal.leading import commands
    from qilian.portal.leading.errors import LeadingRefused

    limit = {"upper": Decimal(1), "unit": "arcmin", "starts": timezone.localdate()}
    figure = {"value": Decimal("0.9"), "unit": "arcmin", "on": timezone.localdate()}
    for act, actor, point, fields in (
        (commands.require, supplier, POINT, limit),
        (commands.require, leader, "lidar.1", limit),
        (commands.measured, leader, POINT, figure),
        (commands.measured, supplier, "lidar.1", figure),
    ):
        with pytest.raises(LeadingRefused):
            act(bond, actor, point, fields)
    commands.require(bond, leader, POINT, limit)
    commands.measured(bond, supplier, POINT, figure)
    commands.move(bond, "end", leader, "换供应商")
    with pytest.raises(LeadingRefused):
        commands.require(bond, leader, POINT, limit)


def test_a_figure_is_held_against_the_version_of_its_own_day(leader, supplier, bond, required):
    from django.utils import timezone

    from qilian.portal.leading import commands, counting

    today = timezone.localdate()
    commands.require(bond, leader, POINT, {"upper": Decimal("0.5"), "unit": "arcmin", "starts": today})
    coming = commands.require(bond, leader, POINT, {"is_lifted": True, "starts": today + timedelta(9)})

    def standing_of(value: str, day, unit: str = "arcmin") -> str:
        fields = {"value": Decimal(value), "unit": unit, "on": day}
        commands.measured(bond, supplier, POINT, fields)
        (row,) = [each for each in counting.shared(bond) if each.point.id == POINT]
        assert row.measurement.on == day
        return row.standing.value

    assert standing_of("0.9", required.starts) == "met", "at most 1 on that day"
    assert standing_of("0.9", today) == "missed", "at most 0.5 from today on"
    assert standing_of("0.4", today) == "met"
    assert standing_of("0.4", today, "mm") == "cannot_be_told"
    (row,) = [each for each in counting.shared(bond) if each.point.id == POINT]
    assert (row.requirement.number, row.coming) == (2, (coming,))
    assert counting.in_force(bond.requirements.all(), coming.starts) is None
    assert row.laboratories or not row.point.tests


def test_help_counts_by_its_effect_once_it_is_confirmed(leader, supplier, bond, given):
    from qilian.portal.leading import commands, counting
    from qilian.portal.leading.errors import LeadingRefused

    better, worse, unknown, waiting, dropped = (
        given(Decimal("1.6"), Decimal("0.9")),
        given(Decimal("0.9"), Decimal("1.6")),
        given(Decimal("1.6")),
        given(Decimal("1.6"), Decimal("0.9")),
        given(None),
    )
    with pytest.raises(LeadingRefused):
        commands.move_help(better, "confirm", leader)
    for each in (better, worse, unknown):
        commands.move_help(each, "confirm", supplier)
    commands.move_help(dropped, "drop", leader)
    found = counting.effects(bond.helps.all())
    assert (found.improved, found.not_improved, found.unknown, found.waiting) == (1, 1, 1, 1)
    with pytest.raises(LeadingRefused, match="原因"):
        commands.move_help(waiting, "dispute", supplier, " ")
    commands.move_help(waiting, "dispute", supplier, "数值不对")
    assert counting.effects(bond.helps.all()).waiting == 1
    commands.measure(better, supplier, {"before": Decimal("1.6"), "after": Decimal("1.7")})
    assert (better.state, better.confirmed) == ("entered", None), "another figure has to be confirmed again"
    commands.move_help(better, "confirm", supplier)
    found = counting.effects(bond.helps.all())
    assert (found.improved, found.not_improved, found.unknown, found.waiting) == (0, 2, 1, 1)


def test_suppliers_of_one_leader_see_nothing_of_each_other(cast, lead, leader, supplier, rival, bond, required, given):
    from qilian.portal.leading.models import Bond

    row, other = given(Decimal("1.6"), title="温升复测"), lead(rival)
    client = cast.client("firm", "rival")
    base = f"/leading/{bond.pk}/"
    pages = (base, f"{base}points/{POINT}/", f"{base}help/{row.pk}/", f"{base}nodes/", f"{base}help/new/")
    forms = (f"{base}points/{POINT}/require/", f"{base}points/{POINT}/measure/")
    for page in (*pages, *forms, f"/leading/{other.pk}/help/{row.pk}/"):
        assert client.get(page).status_code == 404, page
    for page in (f"{base}end", f"{base}help/{row.pk}/confirm", f"{base}points/{POINT}/lift"):
        assert client.post(page, {"words": "因故"}).status_code == 404, page
    assert list(Bond.objects.visible_to(rival)) == [other]
    text = client.get("/leading/").content.decode() + client.get(f"/leading/{other.pk}/").content.decode()
    for secret in (str(supplier.organisation), bond.reference, row.title, "≤ 1 arcmin"):
        assert secret not in text
    assert cast.client("firm", "supplier").get(base).status_code == 200
    assert cast.client("firm", "leader").get(f"{base}points/{POINT}/measure/").status_code == 404, "the supplier's own"
    assert cast.client("firm", "supplier").get(f"{base}points/{POINT}/require/").status_code == 404, "the leader's own"


def test_the_regulator_sees_counts_and_what_is_opened_alone(cast, leader, supplier, bond, required, given):
    from qilian.portal.leading import commands

    commands.move_help(given(Decimal("1.6"), Decimal("0.9")), "confirm", supplier)
    client = cast.client("regulator")
    text = client.get("/leading/").content.decode()
    assert str(leader.organisation) in text
    for secret in (str(supplier.organisation), "arcmin", "共享检测台"):
        assert secret not in text
    assert client.get(f"/leading/{bond.pk}/").status_code == 403
    assert (
        str(leader.organisation)
        not in cast.client("regulator", "far", region="330200").get("/leading/").content.decode()
    )
    opened = {"upper": Decimal("0.7"), "unit": "arcmin", "starts": required.starts + timedelta(1), "is_open": True}
    commands.require(bond, leader, POINT, opened)
    text = client.get("/leading/").content.decode()
    assert "≤ 0.7 arcmin" in text
    assert str(supplier.organisation) not in text


def test_it_all_goes_by_pages(cast, leader, supplier):
    from django.utils import timezone

    from qilian.portal.leading.models import Bond, Help

    today = timezone.localdate()
    led, own = cast.client("firm", "leader"), cast.client("firm", "supplier")
    page = led.post("/leading/new/", {"supplier": "没有的企业", "nodes": [NODE]}).content.decode()
    assert "没有的企业" in page, "named, and not lost"
    led.post("/leading/new/", {"supplier": supplier.organisation.name, "nodes": [NODE], "words": "共享检测台"})
    bond = Bond.objects.get()
    base = f"/leading/{bond.pk}/"
    assert "共享检测台" in own.get(base).content.decode()
    own.post(f"{base}accept", {"version": bond.version})
    limits = {"lower": "2", "upper": "1", "unit": "arcmin", "starts": today.isoformat()}
    assert led.post(f"{base}points/{POINT}/require/", limits).status_code == 200, "the limits cross"
    assert led.post(f"{base}points/{POINT}/require/", {**limits, "lower": "", "upper": ""}).status_code == 200
    assert (
        led.post(f"{base}points/{POINT}/require/", {**limits, "lower": "", "standard": "GB/T 12642—2013"}).status_code
        == 302
    )
    assert "≤ 1 arcmin" in own.get(base).content.decode()
    early = {"value": "0.9", "on": (today - timedelta(9)).isoformat()}
    assert own.post(f"{base}points/{POINT}/measure/", early).status_code == 200, "nothing was required then"
    own.post(f"{base}points/{POINT}/measure/", {"value": "0.9", "on": today.isoformat()})
    assert bond.measurements.get().unit == "arcmin"
    what = {"kind": "test", "title": "共享检测台", "on": today.isoformat(), "about": f"point/{POINT}", "before": "1.6"}
    measured = {**what, "before_basis": "measured"}
    assert led.post(f"{base}help/new/", measured).status_code == 200, "a measured figure names its report"
    led.post(f"{base}help/new/", {**measured, "before_source": "R-1"})
    row = Help.objects.get()
    at = f"{base}help/{row.pk}/"
    own.post(
        at,
        {"before": "1.6", "before_basis": "measured", "before_source": "R-1", "after": "0.9", "version": row.version},
    )
    row.refresh_from_db()
    led.post(f"{at}confirm", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "entered", "the supplier's word"
    own.post(f"{at}confirm", {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.verdict.value) == ("confirmed", "improved")
    indicator = {**what, "about": "indicator/602520/first-pass-yield", "before": "90"}
    led.post(f"{base}help/new/", indicator)
    row = Help.objects.get(indicator="first-pass-yield")
    led.post(f"{base}help/{row.pk}/", {"before": "90", "after": "95"})
    row.refresh_from_db()
    assert (row.state, row.verdict.value) == ("entered", "improved")
    own.post(f"{base}end", {"words": "不再供货"})
    assert led.get(f"{base}help/new/").status_code == 302
