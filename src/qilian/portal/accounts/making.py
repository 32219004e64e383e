"""The questions by which an organisation is made, one a page; answers wait in the session until they are checked.

A person makes a firm; the operator makes any kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation, validate_credit_code
from qilian.portal.site.templatetags.portal import page_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

SESSION_KEY = "organisation_draft"
MOST_OF_ONE_PERSON = 10
"""Organisations that a person may belong to and still make another."""
STEPS = ("kind", "name", "code", "province", "city", "district")
_BELOW = {"province": ("city", "district"), "city": ("district",)}
QUESTIONS: dict[str, "Words"] = {
    "kind": _("What is it?"),
    "name": _("What is its name?"),
    "code": _("What is its unified social credit code?"),
    "province": _("Which province is it in?"),
    "city": _("Which city is it in?"),
    "district": _("Which district or county is it in?"),
}
LABELS: dict[str, "Words"] = {
    "kind": _("Kind"),
    "name": _("Name"),
    "code": _("Unified social credit code"),
    "province": _("Province"),
    "city": _("City"),
    "district": _("District or county"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far, by step."""

    answers: dict[str, str]
    any_kind: bool

    @property
    def kind(self) -> str:
        """What is made."""
        return self.answers.get("kind", "") if self.any_kind else Kind.FIRM

    @property
    def steps(self) -> list[str]:
        """The questions that this organisation needs, in order; also those that a later answer may spare."""
        province, city = self.answers.get("province", ""), self.answers.get("city", "")
        asked = ["kind"] if self.any_kind else []
        asked += ["name", "code", "province"]
        has_cities = not province or bool(regions.cities(province))
        if has_cities:
            asked.append("city")
        above = self._above_districts(province, city)
        if (has_cities and not city) or (above and regions.districts(above)):
            asked.append("district")
        return asked

    def can_ask(self, step: str) -> bool:
        """Return whether a question is one of this organisation's, and what it depends on has been answered."""
        above = {"city": ("province",), "district": ("province", "city")}.get(step, ())
        steps = self.steps
        return step in steps and all(each in self.answers for each in above if each in steps)

    @property
    def open_step(self) -> str | None:
        """The first question without an answer."""
        return next((step for step in self.steps if step not in self.answers), None)

    @property
    def region(self) -> str:
        """The code of the division chosen so far: the narrowest."""
        return next((code for step in ("district", "city", "province") if (code := self.answers.get(step))), "")

    def with_answer(self, step: str, answer: str) -> "Draft":
        """Return the draft with one more answer; a change of the division forgets what was said of those below it."""
        kept = dict(self.answers)
        if kept.get(step) != answer:
            for below in _BELOW.get(step, ()):
                kept.pop(below, None)
        return Draft({**kept, step: answer}, self.any_kind)

    def shown(self, step: str) -> "Words":
        """Return an answer as people read it."""
        answer = self.answers.get(step, "")
        if step == "kind":
            return Kind(answer).label if answer else ""
        if step in ("province", "city", "district"):
            return regions.title(answer).say(page_language())
        return answer

    def choices(self, step: str) -> list[tuple[str, "Words"]]:
        """Return what may be chosen: codes of divisions with their names."""
        province, city = self.answers.get("province", ""), self.answers.get("city", "")
        match step:
            case "province":
                codes, whole = regions.provinces(), ""
                if self.kind in (Kind.REGULATOR, Kind.OPERATOR, Kind.EXPERT):
                    return [(regions.COUNTRY, _("The whole country")), *_named(codes)]
            case "city":
                codes, whole = regions.cities(province), "" if self.kind == Kind.FIRM else province
            case _:
                whole = self._above_districts(province, city)
                codes = regions.districts(whole)
        named = _named(codes)
        return [*named, (whole, _("None of these, or all of it"))] if whole else named

    def form(self, step: str, data: "dict[str, str] | None" = None) -> "Question":
        """Return the form of a step."""
        return Question(self, step, data)

    def make(self) -> Organisation:
        """Return the organisation that the answers describe, checked but not saved.

        Raises
        ------
        ValidationError
            If an answer does not hold (any more).
        """
        organisation = Organisation(
            kind=self.kind,
            name=self.answers.get("name", ""),
            credit_code=self.answers.get("code") or None,
            region=self.region,
        )
        organisation.full_clean()
        return organisation

    def _above_districts(self, province: str, city: str) -> str:
        """The division whose districts are to choose from; a whole province chosen as city has none."""
        if city:
            return city if city != province else ""
        return province if province[:2] in regions.MUNICIPALITIES else ""


def _named(codes: Iterable[str]) -> list[tuple[str, "Words"]]:
    return [(code, regions.title(code).say(page_language())) for code in codes]


def establish(actor: Actor, organisation: Organisation) -> Organisation:
    """Save a new organisation; a person who makes one manages it, the operator makes it for others.

    Raises
    ------
    ValidationError
        If the person belongs to very many, or its code has just been taken.
    """
    person = None if actor.is_operator else actor.user
    if person is not None and person.memberships.count() >= MOST_OF_ONE_PERSON:
        raise ValidationError(_("You belong to very many organisations; ask the operator to make another one."))
    try:
        with transaction.atomic():
            organisation.save()
            if person is not None:
                Membership.objects.create(user=person, organisation=organisation, is_admin=True)
    except IntegrityError:
        raise ValidationError(_("An organisation with this code has just been made.")) from None
    return organisation


class Question(forms.Form):
    """One question with its field, which is named ``answer``."""

    def __init__(self, draft: Draft, step: str, data: "dict[str, str] | None" = None) -> None:
        super().__init__(data, initial={"answer": draft.answers.get(step, "")})
        self.fields["answer"] = self._field(draft, step)
        self.step, self.draft = step, draft

    @staticmethod
    def _field(draft: Draft, step: str) -> forms.Field:
        label = QUESTIONS[step]
        match step:
            case "kind":
                return forms.ChoiceField(label=label, choices=Kind.choices, widget=forms.RadioSelect)
            case "name":
                return forms.CharField(
                    label=label,
                    min_length=2,
                    max_length=160,
                    help_text=_("The full name, as on its licence."),
                    widget=forms.TextInput(attrs={"autocomplete": "organization"}),
                )
            case "code":
                needed = draft.kind == Kind.FIRM
                hint = _("18 digits and capital letters, as on its business licence.")
                optional = _("18 digits and capital letters; leave it empty if it has none.")
                return forms.CharField(
                    label=label, max_length=40, required=needed, help_text=hint if needed else optional
                )
            case _:
                return forms.ChoiceField(label=label, choices=[("", "—"), *draft.choices(step)])

    def clean_answer(self) -> str:
        """Check a credit code: its form, its check digit, and that no other organisation has it."""
        answer: str = self.cleaned_data["answer"]
        if self.step != "code" or not answer:
            return answer
        code: str = uscc.compact(answer)
        validate_credit_code(code)
        if Organisation.objects.filter(credit_code=code).exists():
            raise ValidationError(
                _("An organisation with this code is here already. Ask the one who manages it to invite you.")
            )
        return code
