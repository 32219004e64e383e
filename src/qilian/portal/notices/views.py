"""Pages of what a person was told, and of what they follow."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.notices.models import Follow, Notice

PAGE_SIZE = 25


@signed_in
@require_GET
def notices(request: PortalRequest) -> HttpResponse:
    """List the person's notices, the newest first."""
    found = Notice.objects.visible_to(request.actor)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/notices.html", {"page": page})


@signed_in
@require_POST
def read(request: PortalRequest, number: int) -> HttpResponse:
    """Mark a notice as read, and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.actor), pk=number)
    Notice.objects.filter(pk=notice.pk).update(is_read=True)
    inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and inside else "notices:notices")


@signed_in
@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    """Mark all notices as read."""
    Notice.objects.visible_to(request.actor).unread().update(is_read=True)
    return redirect("notices:notices")


@signed_in
@require_GET
def follows(request: PortalRequest) -> HttpResponse:
    """List what the person follows."""
    found = Follow.objects.filter(user=request.actor.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/follows.html", {"page": page})


@signed_in
@require_POST
def unfollow(request: PortalRequest, number: int) -> HttpResponse:
    """Follow something no longer."""
    get_object_or_404(Follow, pk=number, user=request.actor.user).delete()
    return redirect("notices:follows")
