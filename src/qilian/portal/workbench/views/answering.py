"""Pages of questions: one question a page, the most deciding first, with what the answer would decide."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench import questions
from qilian.portal.workbench.forms import AnswerForm
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Product
from qilian.portal.workbench.views.common import editable, makers
from qilian.product import Parameter


@makers
@require_GET
def next_question(request: PortalRequest, number: int) -> HttpResponse:
    """Go to the most deciding question that is open, or to all answers if none is."""
    product = editable(request, number)
    try:
        name = questions.next_question(product, questions.standing(product, pack()))
    except QilianError:
        name = None  # the page of all answers says what is wrong
    return redirect("workbench:question", number, name) if name else redirect("workbench:answers", number)


@makers
@require_http_methods(["GET", "POST"])
def question(request: PortalRequest, number: int, parameter: str) -> HttpResponse:
    """Ask one question; what was said before stands in the form."""
    product, asked = editable(request, number), _parameter(parameter)
    given = product.parameters.get(asked.id)
    put_off = request.POST.get("do") in ("later", "unknown")
    form = AnswerForm(asked, pack().vocabulary, None if put_off or request.method == "GET" else request.POST, given)
    if request.method == "POST" and (put_off or form.is_valid()):
        match request.POST.get("do"):
            case "later":
                written: object = given
            case "unknown":
                written = questions.UNKNOWN
            case _:
                written = form.written
        questions.answered(product, asked.id, written).save()
        return _onward(request, product, asked)
    try:
        now = questions.standing(product, pack())
    except QilianError:
        return redirect("workbench:answers", number)
    weight = next((len(each.decides) for each in now.questions if each.parameter == asked.id), 0)
    return render(
        request,
        "workbench/question.html",
        {
            "product": product,
            "asked": asked,
            "form": form,
            "weight": weight,
            "before": questions.question_before(product, asked.id),
            "counts": now.counts,
            "is_unknown": questions.is_unknown(given),
            "open_questions": sum(each.parameter not in product.parameters for each in now.questions),
            "from_answers": request.GET.get("back") == "answers",
        },
    )


@makers
@require_POST
def preview(request: PortalRequest, number: int, parameter: str) -> HttpResponse:
    """Say what an answer would decide, before it is given; nothing is kept."""
    product, asked = editable(request, number), _parameter(parameter)
    knowledge = pack()
    form = AnswerForm(asked, knowledge.vocabulary, request.POST)
    try:
        before = questions.standing(product, knowledge).counts
        after = before
        if form.is_valid():
            after = questions.standing(questions.answered(product, asked.id, form.written), knowledge).counts
    except QilianError as error:
        raise Http404 from error
    change = {name: after[name] - before[name] for name in after}
    return render(request, "workbench/standing.html", {"counts": after, "change": change})


def _onward(request: PortalRequest, product: Product, asked: Parameter) -> HttpResponse:
    """Go back to all answers if one was changed from there; else to the next question."""
    if request.GET.get("back") == "answers":
        return redirect("workbench:answers", product.pk)
    name = questions.next_question(product, questions.standing(product, pack()))
    if name is None or name == asked.id:  # only this one is open, and it was put off
        return redirect("workbench:answers", product.pk)
    return redirect("workbench:question", product.pk, name)


def _parameter(name: str) -> Parameter:
    found = pack().vocabulary.parameters.get(name)
    if found is None:
        raise Http404
    return found
