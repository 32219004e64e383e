"""What happens to a survey: drafted, published, reminded of, closed by a person or after its last day."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.improvement import parts
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.forms.surveys import PARTS
from qilian.portal.improvement.models import Survey
from qilian.portal.improvement.questions import MOST_QUESTIONS, Question, next_id
from qilian.portal.notices.telling import tell
from qilian.text import Text

REMIND_AFTER = timedelta(days=1)
"""How long after publishing or reminding nobody is reminded again."""


def draft(actor: Actor) -> Survey:
    """Begin a survey of the actor's organisation."""
    assert actor.organisation is not None
    survey = Survey(organisation=actor.organisation, region=actor.organisation.region)
    begin(survey, "draft", actor)
    return survey


def add_question(survey: Survey, question: Question) -> None:
    """Add a question to a draft; its id is given anew.

    Raises
    ------
    ImprovementRefused
        If there are too many, or it is no draft any more.
    """
    if len(survey.questions) >= MOST_QUESTIONS:
        raise ImprovementRefused(
            _("there are %(most)s questions already") % {"most": MOST_QUESTIONS}, mend=_("take one out first")
        )
    named = Question(next_id(survey.asked), question.text, question.kind, question.choices, question.required)
    _write_questions(survey, [*survey.asked, named])


def remove_question(survey: Survey, name: str) -> None:
    """Take a question out of a draft; errors as in :func:`add_question`."""
    _write_questions(survey, [each for each in survey.asked if each.id != name])


def _write_questions(survey: Survey, questions: list[Question]) -> None:
    written = [each.written() for each in questions]
    if survey.state != "draft" or not parts.write(survey, {"questions": written}):
        raise ImprovementRefused(_("it has changed since you saw it"), mend=_("look at it again, then decide"))


def publish(survey: Survey, actor: Actor, version: int | None = None) -> int:
    """Put a survey to the firms that it asks; return how many there are.

    Raises
    ------
    ImprovementRefused
        If something is missing, or its last day has passed.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if lacking := parts.missing(survey, PARTS):
        raise ImprovementRefused(_("not complete: %(what)s") % {"what": "; ".join(lacking)})
    if survey.closes is None or survey.closes < timezone.localdate():
        raise ImprovementRefused(_("the last day for answers has passed"), mend=_("choose a later one"))
    firms = list(survey.firms())
    data = {"title": survey.title, "region": survey.region, "closes": survey.closes.isoformat(), "firms": len(firms)}
    with transaction.atomic():
        fire(survey, "publish", actor, version=version, data=data)
        said = Text(
            f"{survey.organisation}请您填写调查：{survey.title}（{survey.closes} 前）",
            f"{survey.organisation} asks you: {survey.title} (until {survey.closes})",
        )
        _tell(firms, said, survey)
    return len(firms)


def remind(survey: Survey, actor: Actor) -> int:
    """Remind the firms that have not answered; return how many.

    Raises
    ------
    ImprovementRefused
        If it takes no answers today, everybody answered, or the last reminder was a short time ago.
    """
    now = timezone.now()
    if not survey.is_answerable:
        raise ImprovementRefused(_("this survey takes no answers today"))
    if survey.reminded is not None and now - survey.reminded < REMIND_AFTER:
        raise ImprovementRefused(_("they were reminded less than a day ago"), mend=_("wait until tomorrow"))
    firms = list(survey.firms_without_answer())
    if not firms:
        raise ImprovementRefused(_("every firm has answered"))
    with transaction.atomic():
        fire(survey, "remind", actor, data={"firms": len(firms)})
        survey.reminded = now
        survey.save(update_fields=["reminded"])
        said = Text(
            f"提醒：{survey.title}，请在 {survey.closes} 前填写", f"A reminder: {survey.title}, until {survey.closes}"
        )
        _tell(firms, said, survey)
    return len(firms)


def close(survey: Survey, actor: Actor | None) -> None:
    """End a survey; None: the portal itself. Errors as :func:`qilian.portal.history.firing.fire`."""
    fire(survey, "close", actor, data={"demands": survey.demands.sent().count()})


def close_over() -> None:
    """Close the surveys whose last day has passed; the worker does it."""
    for survey in Survey.objects.filter(state="open", closes__lt=timezone.localdate()):
        close(survey, None)


def _tell(firms: list[Organisation], said: Text, survey: Survey) -> None:
    people = User.objects.filter(memberships__organisation__in=firms, is_active=True).distinct()
    tell(people, said, reverse("improvement:survey", args=[survey.pk]))
