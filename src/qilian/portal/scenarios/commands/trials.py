"""What happens to trials: asked for, agreed, shown step by step by evidence that another verifies, ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.compliance import Truth
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import record, writing
from qilian.portal.notices.telling import tell
from qilian.portal.scenarios.commands.postings import people_of
from qilian.portal.scenarios.errors import TrialRefused
from qilian.portal.scenarios.models import OPEN, Evidence, EvidenceKind, Posting, Trial
from qilian.portal.scenarios.reading import known, measured, pair
from qilian.portal.site.templatetags.portal import told
from qilian.portal.site.uploads import Upload
from qilian.scenarios import read_statement, statement_to_data, wanted_words
from qilian.text import Text

MOST_EVIDENCE = 60
"""Pieces of evidence of a trial."""


def ask(actor: Actor, need: Posting, offer: Posting, words: str) -> Trial:
    """Ask the other side to try its technology in one's scenario, or one's technology in its scenario.

    Raises
    ------
    TrialRefused
        If neither is the actor's or both are, they are not published, the offer does not fit, or a trial is open.
    """
    _refuse_pair(actor, need, offer, words)
    found = pair(need, offer)
    if found is None or found.truth is Truth.FALSE:
        raise TrialRefused(_("the offer does not fit the need"), mend=_("look at the conditions that fail"))
    row = Trial(need=need, offer=offer, region=need.region, asked_by=actor.organisation, words=words.strip())
    row.conditions, row.statements = need.terms, offer.terms
    with writing():
        if Trial.objects.filter(need=need, offer=offer, state__in=OPEN).exists():
            raise TrialRefused(_("a trial of these two is open already"))
        begin(row, "ask", actor, data={"need": need.pk, "offer": offer.pk, "outcome": found.truth.value})
        _tell_other(row, actor, Text(f"请您试用对接：{need.title}", f"You are asked for a trial: {need.title}"))
    return row


def move(row: Trial, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """Accept, decline, take back, go on to the next step, or end with a reason.

    Raises
    ------
    TrialRefused
        If it is not this side's turn, the step is not shown by evidence, or the reason is missing.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    words = words.strip()
    _refuse_stranger(row, actor)
    if row.state == "asked" and (event == "take_back") != (row.asked_by == actor.organisation):
        raise TrialRefused(_("this is for the other side to say"))
    if event in ("decline", "end") and not words and row.may(event, actor):
        raise TrialRefused(_("no reason"), mend=_("say why"))
    if event == "advance" and row.is_running and (missing := lacking(row)):
        raise TrialRefused(_("not shown yet: %(what)s") % {"what": "; ".join(missing)})
    with transaction.atomic():
        fire(row, event, actor, version=version, data={"words": words} if words else {})
        if words:
            row.outcome = words
            row.save(update_fields=["outcome"])
        if event != "take_back":
            _tell_other(row, actor, _SAID[event])


def lacking(row: Trial) -> list[str]:
    """Return what the present step needs yet: verified evidence, and for validation every condition measured."""
    here = [each for each in row.evidence.all() if each.step == row.state and each.verified is not None]
    if not here:
        return [_("evidence of this step that is verified")]
    if row.state != "validation":
        return []
    found = measured(row, here)
    if found is None:
        return [_("conditions that the content pack knows")]
    open_ones = [*found.failing, *found.unknown]
    return [_("%(condition)s: measured and verified") % {"condition": told(wanted_words(e.wanted))} for e in open_ones]


def show(row: Trial, actor: Actor, kind: EvidenceKind, fields: Mapping[str, Any], upload: Upload | None) -> Evidence:
    """Add evidence to the present step, and tell the other side.

    Parameters
    ----------
    fields
        ``title``, ``words``, and by kind ``link`` or ``figures``.
    upload
        Of a file or a report of the workbench: its name and content.

    Raises
    ------
    QilianError
        If a measured value cannot be read, or is of nothing that was asked for.
    TrialRefused
        If the trial is not at work, or what the kind needs is missing.
    """
    _refuse_stranger(row, actor)
    if not row.is_running:
        raise TrialRefused(_("the trial is not at work"))
    assert actor.organisation is not None
    made = Evidence(trial=row, step=row.state, kind=kind, organisation=actor.organisation, entered_by=actor.user)
    made.title, made.words = fields["title"], fields.get("words", "")
    match kind:
        case EvidenceKind.LINK:
            made.link = fields.get("link", "")
        case EvidenceKind.FIGURES:
            made.figures = _figures(row, fields.get("figures", ()))
        case _ if upload is not None:
            made.file, made.file_name, made.sha256 = upload.content, upload.name, upload.digest
    if not (made.link or made.figures or made.file):
        raise TrialRefused(_("nothing to show"), mend=_("give a file, a link or measured values"))
    with writing():
        if row.evidence.count() >= MOST_EVIDENCE:
            raise TrialRefused(_("there are %(most)s already") % {"most": MOST_EVIDENCE})
        made.save()
        record(actor, "show", row, data={"evidence": made.pk, "words": made.title, "sha256": made.sha256})
        said = Text(f"试用 {row.reference} 有新证据待核验：{made.title}", f"Evidence to verify in {row}: {made.title}")
        _tell_other(row, actor, said)
    return made


def verify(made: Evidence, actor: Actor) -> None:
    """Say that evidence is so: a person of the other side, or of the regulator of either side.

    Raises
    ------
    TrialRefused
        If it is verified already, the trial is over, or it is the same side or person that entered it.
    """
    row = made.trial
    if not may_verify(made, actor):
        raise TrialRefused(_("you entered it yourself, or it is not yours to verify"))
    if not row.is_running or made.step != row.state:
        raise TrialRefused(_("this step is over"))
    with writing():
        verified = {"verified_by": actor.user, "verified_for": actor.organisation, "verified": timezone.now()}
        if not Evidence.objects.filter(pk=made.pk, verified=None).update(**verified):
            raise TrialRefused(_("there is nothing to verify"))
        record(actor, "verify", row, data={"evidence": made.pk, "words": made.title})
        tell(people_of(made.organisation), _verified(made), _page(row))


def may_verify(made: Evidence, actor: Actor) -> bool:
    """Return whether it is for the actor to verify evidence: never for who entered it, nor for its organisation."""
    if actor.user is None or made.entered_by_id == actor.user.pk or actor.organisation in (None, made.organisation):
        return False
    row = made.trial
    if actor.kind == "regulator":
        return actor.oversees(row.region) or actor.oversees(row.offer.region)
    return actor.organisation in row.organisations


_SAID = {
    "accept": Text("试用已同意，进入研究阶段", "The trial is agreed: research begins"),
    "decline": Text("试用未获同意", "The trial was declined"),
    "advance": Text("试用进入下一阶段", "The trial went on to the next step"),
    "end": Text("试用已终止", "The trial was ended"),
}


def _figures(row: Trial, written: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    asked = {str(each.get("parameter") or each.get("own")) for each in row.conditions}
    found = [statement_to_data(read_statement(each, known())) for each in written]
    if strange := [each for each in found if str(each.get("parameter") or each.get("own")) not in asked]:
        name = str(strange[0].get("parameter") or strange[0].get("own"))
        raise TrialRefused(_("%(name)s: the need has no such condition") % {"name": name}, where="figures")
    return found


def _refuse_pair(actor: Actor, need: Posting, offer: Posting, words: str) -> None:
    sides = [each.organisation == actor.organisation for each in (need, offer)]
    if need.is_offer or not offer.is_offer or sum(sides) != 1:
        raise TrialRefused(_("one of the two has to be yours, and the other another organisation's"))
    if need.state != "published" or offer.state != "published":
        raise TrialRefused(_("one of the two is not published"))
    if len(words.strip()) < 4:
        raise TrialRefused(_("no words"), mend=_("write what you want to try, and how you can be reached"))


def _refuse_stranger(row: Trial, actor: Actor) -> None:
    if actor.organisation not in row.organisations:
        raise TrialRefused(_("this is for the two sides to say"))


def _tell_other(row: Trial, actor: Actor, said: Text) -> None:
    others: list[Organisation] = [each for each in row.organisations if each != actor.organisation]
    for each in others:
        tell(people_of(each), Text(f"{said.zh}（{row.reference}）", f"{said.en} ({row.reference})"), _page(row))


def _verified(made: Evidence) -> Text:
    return Text(f"证据已核验：{made.title}", f"Your evidence was verified: {made.title}")


def _page(row: Trial) -> str:
    return reverse("scenarios:trial", args=[row.pk])
