"""What happens between a leader and a supplier; every act is recorded, and the other side is told."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.chain import ControlPoint
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation, User
from qilian.portal.chain.reading import chain, find
from qilian.portal.history.firing import begin, fire, refuse_older
from qilian.portal.history.recording import record, writing
from qilian.portal.leading.errors import LeadingRefused
from qilian.portal.leading.models import OPEN, Bond, Help, Measurement, Requirement
from qilian.portal.notices.telling import tell
from qilian.text import Text

MOST_NODES = 40
_SAID: dict[str, Text] = {
    "accept": Text("接受了链主邀请", "accepts to be led"),
    "decline": Text("未接受链主邀请", "does not accept to be led"),
    "withdraw": Text("撤回了链主邀请", "takes the invitation back"),
    "end": Text("结束了带动关系", "ends the bond"),
}
_BY_SUPPLIER = ("accept", "decline", "confirm", "dispute")
_BY_LEADER = ("withdraw", "drop")


def invite(actor: Actor, supplier: Organisation, nodes: Sequence[str], words: str) -> Bond:
    """Ask a firm to be led, for the parts of the chain that it makes.

    Raises
    ------
    LeadingRefused
        If it is no other firm, a part is not on the map, or there is a bond or an invitation already.
    """
    assert actor.organisation is not None
    if supplier.kind != Kind.FIRM or supplier.pk == actor.organisation.pk:
        raise LeadingRefused(_("only another firm can be led"), where=supplier.name)
    bond = Bond(leader=actor.organisation, supplier=supplier, nodes=_checked(nodes), words=words.strip())
    with writing():
        if Bond.objects.filter(leader=actor.organisation, supplier=supplier, state__in=OPEN).exists():
            raise LeadingRefused(_("there is a bond, or an invitation, already"), where=supplier.name)
        begin(bond, "invite", actor, data={"supplier": supplier.pk, "nodes": bond.nodes, "words": bond.words})
        _tell(bond, actor, Text("邀请贵单位接受链主带动", "asks to lead your firm"))
    return bond


def move(bond: Bond, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """Accept, decline, withdraw or end a bond.

    Raises
    ------
    LeadingRefused
        If it is for the other side, or a reason is needed and none is given.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    _side(bond, event, actor)
    words = words.strip()
    if event != "accept" and not words and bond.may(event, actor):
        raise LeadingRefused(_("no reason"), mend=_("say why"))
    with transaction.atomic():
        fire(bond, event, actor, version=version, data={"words": words} if words else {})
        if words:
            bond.outcome = words
            bond.save(update_fields=["outcome"])
        _tell(bond, actor, _SAID[event])


def set_nodes(bond: Bond, actor: Actor, nodes: Sequence[str], version: int | None = None) -> None:
    """Say which parts of the chain the supplier makes; errors as in :func:`invite`, and if it is for the other side."""
    _leads(bond, actor)
    if bond.state not in OPEN:
        raise LeadingRefused(_("the bond is over"))
    refuse_older(bond, version)
    chosen = _checked(nodes)
    with writing():
        bond.nodes, bond.version = chosen, bond.version + 1
        bond.save(update_fields=["nodes", "version"])
        record(actor, "set_nodes", bond, data={"nodes": chosen})
        _tell(bond, actor, Text("更改了共享的环节", "changes the parts of the chain that are shared"))


def points_of(bond: Bond) -> list[ControlPoint]:
    """Return the control points that both sides share: those of the bond's parts of the chain."""
    found = chain()
    return [point for node in bond.nodes for point in found.points_of(node)] if found else []


def point_of(bond: Bond, key: str) -> ControlPoint | None:
    """Return a shared control point by id."""
    return next((point for point in points_of(bond) if point.id == key), None)


def require(bond: Bond, actor: Actor, point: str, fields: dict[str, Any]) -> Requirement:
    """Share what is required at a control point, from a day on; the version before it stays.

    Parameters
    ----------
    fields
        Of the row: limits, unit, standard, test, starts, words, is_open, is_lifted.

    Raises
    ------
    LeadingRefused
        If it is for the other side, the bond is not active, or the point is not shared.
    """
    _leads(bond, actor)
    _active(bond, point)
    with writing():
        last = bond.requirements.filter(point=point).aggregate(last=Max("number"))["last"] or 0
        row = Requirement.objects.create(bond=bond, point=point, number=last + 1, made_by=actor.user, **fields)
        record(actor, "lift" if row.is_lifted else "require", bond, data={"words": _limits_said(row), "point": point})
        _tell(bond, actor, Text(f"共享了要求：{_name(point).zh}", f"shares a requirement: {_name(point).en}"))
    return row


def measured(bond: Bond, actor: Actor, point: str, fields: dict[str, Any]) -> Measurement:
    """Keep a figure of the supplier at a control point; errors as in :func:`require`."""
    if bond.is_led_by(actor):
        raise LeadingRefused(_("this is for the other side"))
    _active(bond, point)
    with transaction.atomic():
        row = Measurement.objects.create(bond=bond, point=point, entered_by=actor.user, **fields)
        record(actor, "read", bond, data={"words": f"{_name(point).zh}: {row.value:f} {row.unit}", "point": point})
    return row


def enter(bond: Bond, actor: Actor, fields: dict[str, Any]) -> Help:
    """Enter help that a leader gave; the supplier is asked to confirm it. Errors as in :func:`require`."""
    _leads(bond, actor)
    requirement = fields.get("requirement")
    _active(bond, requirement.point if requirement else None)
    row = Help(bond=bond, **fields)
    with transaction.atomic():
        begin(row, "enter", actor, data={"words": row.title, "bond": bond.pk})
        _tell(bond, actor, Text(f"登记了帮扶，请确认：{row.title}", f"enters help to be confirmed: {row.title}"), row)
    return row


def measure(row: Help, actor: Actor, fields: dict[str, Any], version: int | None = None) -> None:
    """Keep other figures before or after; the supplier has to confirm them. Errors as :func:`move`."""
    _active(row.bond)
    with transaction.atomic():
        figures = " → ".join(
            "–" if (value := fields.get(name)) is None else f"{value:f}" for name in ("before", "after")
        )
        fire(row, "measure", actor, version=version, data={"words": figures})
        for name, value in {**fields, "confirmed_by": None, "confirmed": None, "outcome": ""}.items():
            setattr(row, name, value)
        row.save(update_fields=[*fields, "confirmed_by", "confirmed", "outcome"])
        _tell(row.bond, actor, Text(f"更新了帮扶的数值：{row.title}", f"gives figures of help: {row.title}"), row)


def move_help(row: Help, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """Confirm, dispute or drop help; errors as :func:`move`."""
    _side(row.bond, event, actor)
    words = words.strip()
    if event == "dispute" and not words and row.may(event, actor):
        raise LeadingRefused(_("no reason"), mend=_("say why"))
    with transaction.atomic():
        fire(row, event, actor, version=version, data={"words": words} if words else {})
        if event == "confirm":
            row.confirmed_by, row.confirmed = actor.user, timezone.now()
        row.outcome = words
        row.save(update_fields=["confirmed_by", "confirmed", "outcome"])
        if event != "drop":
            said = Text("确认了", "confirms") if event == "confirm" else Text("不认可", "disputes")
            _tell(row.bond, actor, Text(f"{said.zh}帮扶：{row.title}", f"{said.en} help: {row.title}"), row)


def _checked(nodes: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(nodes))
    if not chosen or len(chosen) > MOST_NODES:
        raise LeadingRefused(_("name one to %(most)s parts of the chain") % {"most": MOST_NODES})
    for name in chosen:
        if find(name) is None:
            raise LeadingRefused(_("%(name)s: no such part of the chain") % {"name": name})
    return chosen


def _leads(bond: Bond, actor: Actor) -> None:
    if not bond.is_led_by(actor):
        raise LeadingRefused(_("this is for the other side"))


def _side(bond: Bond, event: str, actor: Actor) -> None:
    if (event in _BY_SUPPLIER and bond.is_led_by(actor)) or (event in _BY_LEADER and not bond.is_led_by(actor)):
        raise LeadingRefused(_("this is for the other side"))


def _active(bond: Bond, point: str | None = None) -> None:
    if bond.state != "active":
        raise LeadingRefused(_("the bond is not active"))
    if point is not None and point_of(bond, point) is None:
        raise LeadingRefused(_("%(name)s: no control point that is shared") % {"name": point})


def _name(point: str) -> Text:
    found = chain()
    each = next((each for each in found.points if each.id == point), None) if found else None
    return each.characteristic if each else Text(point, point)


def _limits_said(row: Requirement) -> str:
    limits = ((sign, each) for sign, each in (("≥", row.lower), ("≤", row.upper)) if each is not None)
    said = " ".join(f"{sign} {each.normalize():f}" for sign, each in limits)
    return f"{_name(row.point).zh} {said} {row.unit}".strip()


def _tell(bond: Bond, actor: Actor, said: Text, row: Help | None = None) -> None:
    people = User.objects.filter(memberships__organisation=bond.other(actor), is_active=True).distinct()
    url = reverse("leading:help", args=[bond.pk, row.pk]) if row else reverse("leading:bond", args=[bond.pk])
    tell(people, Text(f"{actor.organisation}{said.zh}", f"{actor.organisation} {said.en}"), url)
