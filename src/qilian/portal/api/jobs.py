"""Long work for programs: how far it is, what came of it, cancelling it."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import SIGNED_IN
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Id
from qilian.portal.jobs import running
from qilian.portal.jobs.models import Job

router = Router(tags=["jobs"], auth=LOGGED_IN)


class JobOut(Schema):
    """A piece of long work."""

    number: int
    kind: str
    state: str = Field(description="waiting, running, done, failed or cancelled")
    percent: int | None = Field(description="How far it is; null while nobody knows.")
    problem: str = Field(description="Why it failed, in one line.")
    result: dict[str, Any] = Field(description="Empty until it is done.")
    created: datetime
    ended: datetime | None


@router.get("/", response={200: Page[JobOut], **ANSWERS}, summary="List long work")
@allow(SIGNED_IN)
def jobs(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List one's own jobs and those of one's organisation, the newest first."""
    return paged(Job.objects.visible_to(request.actor), asked, job_out)


@router.get("/{number}", response={200: JobOut, **ANSWERS}, summary="Read how far long work is")
@allow(SIGNED_IN)
def job(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a job."""
    return job_out(get_object_or_404(Job.objects.visible_to(request.actor), pk=number))


@router.post("/{number}/cancel", response={200: JobOut, **ANSWERS}, summary="Cancel long work")
@allow(SIGNED_IN)
@once
def cancel_job(request: PortalRequest, number: Id) -> tuple[int, dict[str, Any]]:
    """Ask for a job's end; one that has not begun ends at once."""
    found = get_object_or_404(Job.objects.visible_to(request.actor), pk=number)
    running.cancel(found)
    found.refresh_from_db()
    return 200, job_out(found)


def job_out(row: Job) -> dict[str, Any]:
    """Return a job as :class:`JobOut`."""
    names = ("kind", "state", "percent", "problem", "result", "created", "ended")
    return {"number": row.pk, **{name: getattr(row, name) for name in names}}
