"""Pages about the tokens by which programs act for a person."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qilian.portal.accounts import tokens as making
from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.forms import TokenForm
from qilian.portal.accounts.models import ApiToken


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def tokens(request: PortalRequest) -> HttpResponse:
    """List one's tokens and make one, which this page shows once; asks for the password again after ten minutes."""
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _row, text = making.make(request.actor, said["name"], int(said["days"]), may_write=said["scope"] == "write")
        form = TokenForm()
    mine = ApiToken.objects.filter(user=request.actor.user).select_related("organisation")
    return render(request, "accounts/tokens.html", {"form": form, "tokens": mine, "text": text})


@signed_in
@require_POST
def revoke(request: PortalRequest, number: int) -> HttpResponse:
    """End a token."""
    get_object_or_404(ApiToken, pk=number, user=request.actor.user).delete()
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:tokens")
