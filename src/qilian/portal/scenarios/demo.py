"""Fills the demo with offers, needs and a trial at each step; all invented, and marked as samples."""

from collections.abc import Iterator

from django.db import transaction

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Membership
from qilian.portal.improvement import parts
from qilian.portal.rulebook.reading import pack
from qilian.portal.scenarios.commands import postings, trials
from qilian.portal.scenarios.models import Evidence, EvidenceKind, Posting, Side, Trial
from qilian.portal.scenarios.samples import FIGURES, NEEDS, OFFERS, TRIALS


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the samples' parameters gets none."""
    actors = {login: _actor(login) for login in ("firm", "supplier", "laboratory", "expert")}
    found = {login: actor for login, actor in actors.items() if actor is not None}
    if len(found) < len(actors) or pack().id != "robots":
        return
    if not Posting.objects.filter(is_sample=True).exists():
        with transaction.atomic():
            _fill(found)
    offers, needs = (Posting.objects.filter(is_sample=True, side=side).count() for side in (Side.OFFER, Side.NEED))
    count = Trial.objects.filter(is_sample=True).count()
    yield (
        f"示例技术 {offers} 项、场景需求 {needs} 项、试用 {count} 个（虚构）"
        f" / {offers} sample technologies, {needs} needs, {count} trials (invented)"
    )


def _actor(login: str) -> Actor | None:
    found = Membership.objects.filter(user__email__startswith=f"{login}@", organisation__is_demo=True).first()
    return Actor(found.user, found) if found else None


def _fill(actors: dict[str, Actor]) -> None:
    offers = {name: _posting(Side.OFFER, actors[each[0]], *each[1:]) for name, each in OFFERS.items()}
    needs = {name: _posting(Side.NEED, actors[each[0]], *each[1:]) for name, each in NEEDS.items()}
    for need, offer, state in TRIALS:
        owner, maker = actors[NEEDS[need][0]], actors[OFFERS[offer][0]]
        _trial(needs[need], offers[offer], owner, maker, state)
    for model in (Posting, Trial):
        model.objects.update(is_sample=True)


def _posting(side: Side, actor: Actor, title: str, words: str, terms: list[dict[str, object]]) -> Posting:
    row = postings.draft(actor, side)
    parts.write(row, {"title": title, "words": words, "reach": regions.COUNTRY})
    for term in terms:
        postings.say(row, term)
    postings.publish(row, actor)
    return row


def _trial(need: Posting, offer: Posting, owner: Actor, maker: Actor, until: str) -> None:
    """Bring a trial to a state: in each step the maker shows something, and the scenario's side verifies it."""
    row = trials.ask(owner, need, offer, "希望在现场试用，联系人：设备部（示例）。")
    if row.state == until:
        return
    trials.move(row, "accept", maker)
    while row.state != until:
        trials.verify(_shown(row, maker), owner)
        trials.move(row, "advance", maker)
    if row.is_running:
        _shown(row, maker)


def _shown(row: Trial, maker: Actor) -> Evidence:
    name = next(name for name, each in NEEDS.items() if each[1] == row.need.title)
    if row.state == "validation":
        fields = {"title": "现场连续两周实测（示例）", "figures": FIGURES[name]}
        return trials.show(row, maker, EvidenceKind.FIGURES, fields, None)
    title = "样机研究小结（示例）" if row.state == "research" else "投用批次与验收（示例）"
    link = "https://demo.example/trials/" + name
    return trials.show(row, maker, EvidenceKind.LINK, {"title": title, "link": link}, None)
