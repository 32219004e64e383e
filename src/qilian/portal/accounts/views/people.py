"""Pages by which the operator finds people, locks them, and lets them in again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import User

PAGE_SIZE = 25


@only("operator")
@require_GET
def people(request: PortalRequest) -> HttpResponse:
    """List people by name or mail address."""
    found = User.objects.order_by("email").prefetch_related("memberships__organisation")
    if words := request.GET.get("q", "").strip()[:100]:
        found = found.filter(Q(email__icontains=words) | Q(name__icontains=words))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page": page, "q": words})


@only("operator")
@require_POST
def lock(request: PortalRequest, number: int) -> HttpResponse:
    """Lock a person, or let them in again; sessions and tokens of one who is locked end at once."""
    person = get_object_or_404(User, pk=number)
    if person == request.actor.user:
        messages.error(request, _("Nobody locks themselves out."))
        return redirect("accounts:people")
    person.is_active = request.POST.get("active") == "yes"
    person.save(update_fields=["is_active"])
    if not person.is_active:
        person.sessions.all().delete()
    messages.success(request, _("Unlocked.") if person.is_active else _("Locked."))
    return redirect("accounts:people")
