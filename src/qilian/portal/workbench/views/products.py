"""Pages of products: the list, a new one by questions or from a file, its overview, its wishes, deleting it."""

from functools import cache
from importlib.resources import files
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor, PortalRequest
from qilian.portal.rulebook import reading as rulebook
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench import keeping, questions, reading
from qilian.portal.workbench.forms import ChangeForm, StartForm, UploadForm, home_of
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Product
from qilian.portal.workbench.views.common import editable, makers, may_edit, readable, readers

PAGE = 25


@readers
@require_GET
def products(request: PortalRequest) -> HttpResponse:
    """List the products that the actor may read, the last changed first."""
    words = request.GET.get("q", "").strip()
    found = Product.objects.visible_to(request.actor).in_short().naming(words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "q": words, "may_edit": may_edit(request), "market_names": rulebook.pack().markets}
    return render(request, "workbench/products.html", shown)


@makers
@require_GET
def new(request: PortalRequest) -> HttpResponse:
    """Ask how a product is to be made: by questions or from a file."""
    return render(request, "workbench/new.html")


@makers
@require_http_methods(["GET", "POST"])
def start(request: PortalRequest) -> HttpResponse:
    """Begin a product that is made by questions."""
    form = StartForm(request.POST or None, pack=pack(), initial=_wishes(request.actor))
    if request.method == "POST" and form.is_valid():
        product = keeping.change(keeping.new_product(request.actor), form.cleaned_data)
        product.save()
        return redirect("workbench:next_question", product.pk)
    return render(request, "workbench/form.html", {"form": form, "kind": "start"})


@makers
@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Read a product from a file."""
    form = UploadForm(request.POST or None, request.FILES or None, pack=pack(), initial=_wishes(request.actor))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made, written = reading.read_uploaded_product(file.read(), file.name, pack())
        except QilianError as error:
            form.add_error("file", str(error))
        else:
            product = keeping.change(keeping.new_product(request.actor), form.cleaned_data)
            keeping.take_file(product, made, written).save()
            messages.success(request, _("Read: %(count)s parameters.") % {"count": len(written)})
            return redirect("workbench:answers", product.pk)
    return render(request, "workbench/form.html", {"form": form, "kind": "upload", "sample": _sample()})


@readers
@require_GET
def product(request: PortalRequest, number: int) -> HttpResponse:
    """Show a product: its topics as a list of tasks, what is known, its plans."""
    found = readable(request, number)
    context = {"product": found, "may_edit": may_edit(request), **standing_of(found)}
    context["plans"] = found.plans.in_short()[:5]
    context["evidence_count"] = found.evidence.count()
    return render(request, "workbench/product.html", context)


@readers
@require_GET
def answers(request: PortalRequest, number: int) -> HttpResponse:
    """Show all that was said of a product, to be checked before a plan is made."""
    found = readable(request, number)
    return render(
        request, "workbench/answers.html", {"product": found, "may_edit": may_edit(request), **standing_of(found)}
    )


@makers
@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, number: int) -> HttpResponse:
    """Change a product's name, markets, date, place and units."""
    found = editable(request, number)
    names = ("name", "name_en", "maker", "maker_en", "markets", "on", "home", "specimens")
    form = ChangeForm(request.POST or None, pack=pack(), initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        keeping.change(found, form.cleaned_data).save()
        return redirect("workbench:product", found.pk)
    return render(request, "workbench/form.html", {"form": form, "kind": "change", "product": found})


@makers
@require_http_methods(["GET", "POST"])
def delete(request: PortalRequest, number: int) -> HttpResponse:
    """Ask whether a product is to go with all that belongs to it, and delete it."""
    found = editable(request, number)
    if request.method == "POST":
        found.delete()
        messages.success(request, _("Deleted: %(name)s.") % {"name": found.name})
        return redirect("workbench:products")
    counts = {"plans": found.plans.count(), "evidence": found.evidence.count()}
    return render(request, "workbench/delete.html", {"product": found, **counts})


def standing_of(found: Product) -> dict[str, Any]:
    """Return counts, topics and the next question of a product; ``problem`` where its parameters cannot be used."""
    knowledge = pack()
    markets = [knowledge.markets[each] for each in found.markets if each in knowledge.markets]
    cities = {city.id: city.name for city in knowledge.network.geography.cities}
    context: dict[str, Any] = {"markets": markets, "home": cities.get(found.home)}
    try:
        now = questions.standing(found, knowledge)
    except QilianError as error:
        return {**context, "problem": str(error)}
    return {
        **context,
        "counts": now.counts,
        "topics": questions.topics(found, knowledge, now, page_language()),
        "next": questions.next_question(found, now),
        "conflicts": now.assessment.conflicts,
    }


@cache
def _sample() -> str:
    """Return a product file to show what one looks like."""
    return (files("qilian.portal.workbench") / "samples" / "sample-amr-100.yaml").read_text(encoding="utf-8")


def _wishes(actor: Actor) -> dict[str, object]:
    knowledge = pack()
    return {
        "on": timezone.localdate(),
        "specimens": 2,
        "home": home_of(actor, knowledge.network),
        "markets": ["CN"] if "CN" in knowledge.markets else [],
    }
