"""The content pages: rules, tests, policies, and comments on them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qilian.compliance import ObligationKind
from qilian.evidence.facts import FACTS
from qilian.planning.condition_words import condition_words
from qilian.planning.words import CONFIDENCE, KINDS, SPECIMENS
from qilian.portal.accounts.access import anyone, only, signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.rulebook import commenting, reading
from qilian.portal.rulebook.forms import AnswerForm, CommentForm
from qilian.portal.rulebook.models import Comment, Subject
from qilian.portal.site.templatetags.portal import page_language
from qilian.text import Text

_ON_A_PAGE = 25


@anyone
@require_GET
def rules(request: PortalRequest) -> HttpResponse:
    """List rules by market, kind, confidence and words."""
    wanted = reading.RuleFilter(
        **{name: request.GET.get(name, "")[:80] for name in ("text", "market", "kind", "confidence")}
    )
    found = reading.rules(wanted)
    context = {
        "page": Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "markets": reading.pack().markets,
        "kinds": {kind.value: KINDS[kind] for kind in ObligationKind},
        "confidences": CONFIDENCE,
        "pack": reading.pack(),
    }
    return render(request, "rulebook/rules.html", context)


@anyone
@require_GET
def rule(request: PortalRequest, key: str) -> HttpResponse:
    """Show a rule: whom it binds, from when, what it calls for, by which source and how sure."""
    found = reading.rule(key)
    if found is None:
        raise Http404
    pack = reading.pack()
    context = {
        "rule": found,
        "kind": KINDS[found.kind],
        "market": pack.markets.get(found.market),
        "when": condition_words(found.when, pack.vocabulary, page_language()),
        "tests": [pack.tests[test] for test in found.tests if test in pack.tests],
        "replaces": [other for other in pack.rules if other.id in found.replaces],
        **_talk(request, Subject.RULE, key),
    }
    return render(request, "rulebook/rule.html", context)


@anyone
@require_GET
def tests(request: PortalRequest) -> HttpResponse:
    """List tests by words."""
    text = request.GET.get("text", "")[:80]
    page = Paginator(reading.tests(text), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "rulebook/tests.html", {"page": page, "text": text, "pack": reading.pack()})


@anyone
@require_GET
def test(request: PortalRequest, key: str) -> HttpResponse:
    """Show a test: by which methods, on what, for which rules."""
    found = reading.pack().tests.get(key)
    if found is None:
        raise Http404
    context = {
        "test": found,
        "specimen": SPECIMENS.get(found.specimen, Text(found.specimen, found.specimen)),
        "parameters": [reading.pack().vocabulary[each.parameter] for each in found.requires],
        "rules": reading.rules_that_call_for(key),
        **_talk(request, Subject.TEST, key),
    }
    return render(request, "rulebook/test.html", context)


@anyone
@require_GET
def policies(request: PortalRequest) -> HttpResponse:
    """List the acceptance policies."""
    return render(request, "rulebook/policies.html", {"pack": reading.pack(), "policies": reading.pack().policies})


@anyone
@require_GET
def policy(request: PortalRequest, key: str) -> HttpResponse:
    """Show an acceptance policy with every clause."""
    found = reading.policy(key)
    if found is None:
        raise Http404
    clauses = [(clause, condition_words(clause.when, FACTS, page_language())) for clause in found.clauses]
    context = {
        "policy": found,
        "market": reading.pack().markets.get(found.market),
        "clauses": clauses,
        **_talk(request, Subject.POLICY, key),
    }
    return render(request, "rulebook/policy.html", context)


@signed_in
@require_POST
def comment(request: PortalRequest, subject: str, key: str) -> HttpResponse:
    """Keep a comment."""
    if not reading.exists(subject, key) or request.actor.user is None:
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid():
        commenting.say(request.actor, subject, key, form.cleaned_data["text"])
        return redirect(reverse(f"rulebook:{subject}", args=[key]) + "#comments")
    return render(request, "rulebook/comment.html", {"form": form, "subject": subject, "key": key}, status=422)


@only("operator", "expert")
@require_GET
def comments(request: PortalRequest) -> HttpResponse:
    """List comments, the open ones first."""
    found = Comment.objects.visible_to(request.actor).select_related("user", "organisation").order_by("answered", "-id")
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "rulebook/comments.html", {"page": page, "form": AnswerForm()})


@only("operator")
@require_POST
def answer(request: PortalRequest, number: int) -> HttpResponse:
    """Answer a comment, and tell the one who made it."""
    found = get_object_or_404(Comment.objects.visible_to(request.actor), pk=number)
    form = AnswerForm(request.POST, instance=found)
    if not form.is_valid():
        return render(
            request, "rulebook/comment.html", {"form": form, "subject": found.subject, "key": found.key}, status=422
        )
    commenting.answer(found, form.cleaned_data["answer"])
    return redirect("rulebook:comments")


def _talk(request: PortalRequest, subject: Subject, key: str) -> dict[str, object]:
    said = (
        Comment.objects.visible_to(request.actor)
        .filter(subject=subject, key=key)
        .select_related("user", "organisation")
    )
    return {"comments": said, "subject": subject, "key": key, "form": CommentForm() if request.actor.user else None}
