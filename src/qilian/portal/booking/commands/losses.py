"""Proposals for what was lost: every test without an appointment gets one, though the process that lost it has died.

A loss is answered once the newest proposal of its path knows of it. Whoever loses an appointment proposes at once, or
starts the job that does; what is still unanswered after a while is found by :mod:`qilian.portal.booking.sweeping`.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import replanning, words
from qilian.portal.booking.commands.changing import propose
from qilian.portal.booking.models import LOST, Appointment, Path, Proposal
from qilian.portal.history.recording import about
from qilian.portal.jobs import running
from qilian.portal.jobs.models import Job
from qilian.portal.locking import locked
from qilian.text import Text

KIND = "replan"
GRACE = timedelta(minutes=2)
"""So long whoever lost an appointment may take to propose: some times a search."""
_log = logging.getLogger(__name__)


def unanswered(path: Path) -> list[Appointment]:
    """Return the lost appointments of a path that no proposal knows of; a dismissed one has answered, too."""
    lost = [each for each in replanning.appointments_of(path) if each.state in LOST]
    newest = path.proposals.first()
    if newest is None or newest.state == "outdated":
        return lost
    if newest.problem:
        return [each for each in lost if _lost_at(each) > newest.made]
    named = {step["replaces"] for step in newest.steps}
    return [each for each in lost if each.pk not in named]


def answer(path: Path, cause: Text | None = None) -> Proposal | None:
    """Propose for what is unanswered, unless another process is about it.

    Parameters
    ----------
    cause
        What happened; None: what the states of the appointments say.
    """
    with locked(f"replanning path {path.pk}", wait=False) as held:
        lost = unanswered(path) if held else []
        return propose(path, None, cause or _cause(lost)) if lost else None


def answer_all(grace: timedelta = GRACE) -> int:
    """Propose for every loss that has been unanswered for some time; return for how many paths."""
    again = Appointment.objects.current().filter(path=OuterRef("path"), lot=OuterRef("lot"), test=OuterRef("test"))
    waiting = Appointment.objects.filter(~Exists(again), path__state="confirmed", state__in=LOST)
    until, count = timezone.now() - grace, 0
    for path in Path.objects.filter(pk__in=waiting.values("path")).order_by("pk"):
        lost = unanswered(path)
        if not lost or any(_lost_at(each) > until for each in lost):
            continue
        try:
            count += answer(path) is not None
        except Exception:  # no fault of one path may keep the others waiting
            _log.exception("path %s could not be planned again", path.pk)
    return count


def start_answering(actor: Actor, lost: Sequence[Appointment], cause: Text) -> Job | None:
    """Let the worker propose for the paths of some lost appointments; None if there are none."""
    paths = sorted({each.path_id for each in lost})
    arguments = {"paths": paths, "zh": cause.zh, "en": cause.en}
    return running.start(actor, KIND, arguments) if paths else None


def answer_in_background(job: running.Running) -> dict[str, Any]:
    """Do what :func:`start_answering` asked for."""
    asked = job.job.arguments
    paths = list(Path.objects.filter(pk__in=asked["paths"]).order_by("pk"))
    for done, path in enumerate(paths):
        job.report(done, len(paths))
        answer(path, Text(asked["zh"], asked["en"]))
    job.report(len(paths), len(paths))
    return {"url": reverse("booking:board"), "paths": len(paths)}


def _lost_at(appointment: Appointment) -> datetime:
    last = about([appointment]).order_by("-number").first()
    return last.at if last else appointment.path.made


def _cause(lost: Sequence[Appointment]) -> Text:
    """Return what happened to the first of them, and how many there are."""
    first, more = lost[0], len(lost) - 1
    state, _colour = words.state(first.machine, first.state)
    also = Text(f"（另有 {more} 项）", f" (and {more} more)") if more else Text("", "")
    return Text(f"{first.name.zh}：{state.zh}{also.zh}", f"{first.name.en}: {state.en}{also.en}")
