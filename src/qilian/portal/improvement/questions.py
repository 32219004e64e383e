"""The questions of a survey: of plain kinds, kept as data, asked by a form, their answers checked by the same form.

A survey asks every firm the same; what a firm needs is always asked too (see ``forms/demands.py``), these come besides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_QUESTIONS = 12
MOST_CHOICES = 10


class Kind(models.TextChoices):
    """How a question is answered."""

    WORDS = "words", gettext_lazy("in words")
    NUMBER = "number", gettext_lazy("by a number")
    YES_NO = "yes_no", gettext_lazy("yes or no")
    CHOICE = "choice", gettext_lazy("one of several")
    CHOICES = "choices", gettext_lazy("any of several")


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes
    ----------
    id
        Names the answer: ``q1``, ``q2``, …
    choices
        What can be chosen; empty for the other kinds.
    """

    id: str
    text: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Question":
        """Return a question from what :meth:`written` gave."""
        return cls(data["id"], data["text"], data["kind"], tuple(data["choices"]), data["required"])

    def written(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "text": self.text,
            "kind": self.kind,
            "choices": list(self.choices),
            "required": self.required,
        }

    @property
    def kind_word(self) -> str:
        """How it is answered, in words."""
        return str(Kind(self.kind).label)

    def field(self) -> forms.Field:
        """Return the form's field that asks it."""
        asked: dict[str, Any] = {"label": self.text, "required": self.required}
        match self.kind:
            case Kind.NUMBER:
                return forms.DecimalField(max_digits=15, decimal_places=6, **asked)
            case Kind.YES_NO:
                options = [("yes", _("yes")), ("no", _("no"))]
                return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **asked)
            case Kind.CHOICE:
                return forms.ChoiceField(
                    choices=[(each, each) for each in self.choices], **asked, widget=forms.RadioSelect
                )
            case Kind.CHOICES:
                box = forms.CheckboxSelectMultiple
                return forms.MultipleChoiceField(choices=[(each, each) for each in self.choices], **asked, widget=box)
            case _:
                return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **asked)


def next_id(questions: Iterable[Question]) -> str:
    """Return the id of a new question; one that was taken out is not given again while a later one stands."""
    return f"q{max((int(each.id[1:]) for each in questions), default=0) + 1}"


def kept(questions: Sequence[Question], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a clean form as plain data: texts, and lists of texts; no empty ones."""
    answers: dict[str, Any] = {}
    for question in questions:
        value = given.get(question.id)
        if value in (None, "", []):
            continue
        answers[question.id] = list(value) if isinstance(value, list) else str(value)
    return answers


def said(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[tuple[Question, str]]:
    """Return questions with their answers in words; an empty text where there is none."""
    found = []
    for question in questions:
        value = answers.get(question.id, "")
        if question.kind == Kind.YES_NO and value:
            value = _("yes") if value == "yes" else _("no")
        found.append((question, "; ".join(value) if isinstance(value, list) else str(value)))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each answer of a question was given, the most frequent first; of words and numbers only how many."""

    question: Question
    answered: int
    counts: tuple[tuple[str, int], ...]


def counted(questions: Sequence[Question], all_answers: Sequence[Mapping[str, Any]]) -> list[Counted]:
    """Count the answers of several firms."""
    found = []
    for question in questions:
        given = [answers[question.id] for answers in all_answers if question.id in answers]
        options = {Kind.YES_NO: ("yes", "no")}.get(Kind(question.kind), question.choices)
        words = {"yes": _("yes"), "no": _("no")} if question.kind == Kind.YES_NO else {}
        each = [(words.get(option, option), sum(_holds(value, option) for value in given)) for option in options]
        found.append(Counted(question, len(given), tuple(sorted(each, key=lambda pair: -pair[1]))))
    return found


def _holds(value: Any, option: str) -> bool:
    return option in value if isinstance(value, list) else bool(value == option)
