"""Starts long work and runs it: a room registers a function with :func:`work`, a page calls :func:`start`.

The function gets a :class:`Running`, tells its steps, and returns a JSON object, which is kept as the job's result. It
runs in the worker process (``qilian serve`` starts one) and ends soon after somebody cancels it.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor
from qilian.portal.jobs.models import Job, State

_SECONDS_BETWEEN_WRITES = 0.5
_log = logging.getLogger(__name__)
_works: dict[str, "Work"] = {}


class Cancelled(Exception):  # noqa: N818 - somebody's wish, not an error
    """Somebody cancelled the job."""


class Running:
    """A job at work."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    def report(self, done: int, total: int = 0) -> None:
        """Keep how far the work is; written at most twice a second.

        Raises
        ------
        Cancelled
            If somebody cancelled it: let it pass, so that what was begun is undone.
        """
        if (now := time.monotonic()) - self._written < _SECONDS_BETWEEN_WRITES:
            return
        self._written = now
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total)
        if Job.objects.filter(pk=self.job.pk, is_cancel_asked=True).exists():
            raise Cancelled


Work = Callable[[Running], dict[str, Any]]


def work(kind: str) -> Callable[[Work], Work]:
    """Register a function as the work of a kind of jobs; done in the ``ready`` of an app."""

    def register(function: Work) -> Work:
        _works[kind] = function
        return function

    return register


def start(actor: Actor, kind: str, arguments: dict[str, Any]) -> Job:
    """Keep a job and put it into the queue.

    Parameters
    ----------
    kind
        A registered one; the actor is logged in.
    arguments
        JSON that the work reads from ``running.job.arguments``; no files: give their names.
    """
    if kind not in _works:
        raise KeyError(f"no work is registered as {kind}")
    if actor.user is None:
        raise PermissionError("nobody is logged in")
    job = Job.objects.create(kind=kind, user=actor.user, organisation=actor.organisation, arguments=arguments)
    number = job.pk
    transaction.on_commit(lambda: run.enqueue(number))
    return job


@task()
def run(number: int) -> None:
    """Do a job; whatever happens is kept in its row."""
    taken = Job.objects.filter(pk=number, state=State.WAITING).update(state=State.RUNNING)
    if not taken:
        return
    job = Job.objects.get(pk=number)
    try:
        if job.is_cancel_asked:
            raise Cancelled
        result = _works[job.kind](Running(job))
    except Cancelled:
        _end(number, State.CANCELLED)
    except QilianError as error:
        _end(number, State.FAILED, problem=str(error))
    except Exception:
        _log.exception("job %s failed", number)
        _end(number, State.FAILED, problem="系统出错,已记录 / a fault of ours, logged")
    else:
        _end(number, State.DONE, result=result)


def cancel(job: Job) -> None:
    """Ask for a job's end; one that has not begun ends at once."""
    Job.objects.filter(pk=job.pk).update(is_cancel_asked=True)
    Job.objects.filter(pk=job.pk, state=State.WAITING).update(state=State.CANCELLED, ended=timezone.now())


def _end(number: int, state: State, **fields: Any) -> None:
    Job.objects.filter(pk=number).update(state=state, ended=timezone.now(), **fields)
