"""The page of a job: how far it is, cancelling, what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.jobs import running
from qilian.portal.jobs.models import Job


@signed_in
@require_GET
def job(request: PortalRequest, number: int) -> HttpResponse:
    """Show a job; htmx asks for the part that changes until it has ended."""
    found = get_object_or_404(Job.objects.visible_to(request.actor), pk=number)
    part = bool(request.htmx)
    return render(request, "jobs/progress.html" if part else "jobs/job.html", {"job": found})


@signed_in
@require_POST
def cancel(request: PortalRequest, number: int) -> HttpResponse:
    """Cancel a job."""
    found = get_object_or_404(Job.objects.visible_to(request.actor), pk=number)
    running.cancel(found)
    return redirect("jobs:job", found.pk)
