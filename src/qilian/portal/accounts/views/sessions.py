"""The page of a person's open sessions, by which they end one that is not theirs, or all but this."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.events import note
from qilian.portal.accounts.models import OpenSession


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def sessions(request: PortalRequest) -> HttpResponse:
    """List where one is logged in, and end one session or all others; asks for the password again after ten minutes."""
    user = request.actor.user
    assert user is not None
    mine = list(OpenSession.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-used"))
    others = [each for each in mine if each.session_key != request.session.session_key]
    if request.method == "POST":
        named = request.POST.get("session", "")
        ended = [each.session_key for each in others if named in ("others", each.name)]
        OpenSession.objects.filter(user=user, session_key__in=ended).delete()
        note("sessions ended", user.pk, request)
        messages.success(request, _("Sessions ended: %(count)s.") % {"count": len(ended)})
        return redirect("accounts:sessions")
    context = {"sessions": mine, "here": request.session.session_key, "others": others}
    return render(request, "accounts/sessions.html", context)
