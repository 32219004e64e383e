"""Pages that list organisations, show one, and switch between one's own; the person's name and language."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from qilian.portal.accounts import members, regions
from qilian.portal.accounts.access import anyone, only, signed_in
from qilian.portal.accounts.actor import SESSION_KEY, PortalRequest
from qilian.portal.accounts.forms import InvitationForm, OrganisationFilter, ProfileForm
from qilian.portal.accounts.models import Membership, Organisation, User

PAGE_SIZE = 25


@only("operator", "regulator")
@require_GET
def organisations(request: PortalRequest) -> HttpResponse:
    """List the organisations that the actor oversees; the operator's are all."""
    form = OrganisationFilter(request.GET)
    found = Organisation.objects.visible_to(request.actor)
    if form.is_valid():
        if words := form.cleaned_data["q"]:
            found = found.filter(Q(name__icontains=words) | Q(credit_code__iexact=words))
        if kind := form.cleaned_data["kind"]:
            found = found.filter(kind=kind)
        if region := form.cleaned_data["region"]:
            found = found.filter(region__startswith=regions.prefix(region))
    found = found.annotate(people=Count("memberships")).order_by("name", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/organisations.html", {"form": form, "page": page})


@signed_in
@require_GET
def organisation(request: PortalRequest, number: int) -> HttpResponse:
    """Show an organisation; the operator sees its people and may invite."""
    found = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=number)
    context: dict[str, object] = {"organisation": found}
    if request.actor.is_operator:
        context |= {
            "memberships": found.memberships.select_related("user").order_by("user__email"),
            "invitations": members.open_invitations(found),
            "form": InvitationForm(initial={"is_admin": True}),
        }
    return render(request, "accounts/organisation.html", context)


@signed_in
@require_POST
def switch(request: PortalRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    number = request.POST.get("organisation", "")
    chosen = get_object_or_404(
        Membership, user=request.actor.user, organisation=int(number) if number.isdecimal() else 0
    )
    request.session[SESSION_KEY] = chosen.organisation_id
    return redirect("home")


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: PortalRequest) -> HttpResponse:
    """Change one's name and the language of one's mails."""
    user = request.actor.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@anyone
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language of the pages; of a person who is logged in, also that of their mails."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and chosen in dict(User._meta.get_field("language").flatchoices):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return answer
