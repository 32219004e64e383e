"""The form of a demand's lines: each with its decision and its value, and one that can be added."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from qilian.errors import QilianError
from qilian.intake import Stance
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window import reading
from qilian.portal.window.drafts import DROPPED, Draft, Line
from qilian.portal.workbench.forms import DayInput
from qilian.product import Parameter


class LinesForm(forms.Form):
    """Each line of a demand with its decision and its value; and one that can be added."""

    shape = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("What the client calls the product"), max_length=160, required=False)
    add = forms.ChoiceField(label=_("Add what was not read"), required=False)

    def __init__(self, draft: Draft, data: Any = None) -> None:
        super().__init__(data, initial={"shape": draft.shape, "name": draft.proposed_name})
        self.draft = draft
        for number, line in enumerate(draft.lines):
            self.fields[f"decision_{number}"] = _decision(line)
            value = _value(line)
            if value is not None:
                self.fields[f"value_{number}"] = value
        field = self.fields["add"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *_addable(draft)]

    @property
    def rows(self) -> Iterator[tuple[int, Line, BoundField, BoundField | None]]:
        """Yield number, line, decision and value of each line."""
        for number, line in enumerate(self.draft.lines):
            value = self[f"value_{number}"] if f"value_{number}" in self.fields else None
            yield number + 1, line, self[f"decision_{number}"], value

    @property
    def is_of_other_lines(self) -> bool:
        """Whether it was filled in for lines that are others by now, as in another tab; then it says nothing."""
        return self.data.get("shape") != self.draft.shape

    def clean(self) -> dict[str, Any]:
        """Bring each value into the form of a product file; refuse what the vocabulary refuses."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number, line in enumerate(self.draft.lines):
            name = f"value_{number}"
            if name not in self.fields or cleaned.get(f"decision_{number}") == DROPPED:
                continue
            given = cleaned.get(name)
            if given in (None, "", []) and not (isinstance(given, list) and line.parameter):
                if name not in self.errors:
                    self.add_error(name, _("Give the value, or leave the line out."))
            elif line.parameter is not None:
                try:
                    cleaned[name] = _written(line.parameter, given)
                except QilianError as error:
                    self.add_error(name, str(error))
        return cleaned

    def saved(self) -> Draft:
        """Return the draft with what is valid of the answers, so that nothing is lost on the way."""
        lines = []
        for number, line in enumerate(self.draft.lines):
            decision = self.cleaned_data.get(f"decision_{number}", line.decision)
            value = line.value
            given = self.cleaned_data.get(f"value_{number}")
            if given not in (None, ""):
                value = given.isoformat() if isinstance(given, date) else given
            corrected = line.corrected or (bool(line.spans) and value != line.value)
            lines.append(replace(line, decision=decision, value=value, corrected=corrected))
        kind, _sign, name = self.cleaned_data.get("add", "").partition(":")
        if name:
            lines.append(Line(kind, name, None, decision=Stance.WANTED.value))
        return replace(self.draft, lines=tuple(lines), name=self.cleaned_data.get("name", self.draft.name))


def _decision(line: Line) -> forms.ChoiceField:
    choices: list[tuple[str, Any]] = [(Stance.WANTED.value, _("Right") if line.kind != "test" else _("Wanted"))]
    if line.kind in ("test", "market", "standard"):
        choices.append((Stance.REFUSED.value, _("Not wanted")))
    if line.kind in ("test", "standard"):
        choices.append((Stance.HELD.value, _("Done already")))
    choices.append((DROPPED, _("Leave out")))
    field = forms.ChoiceField(
        label=line.name.say(page_language()), choices=choices, widget=forms.RadioSelect, initial=line.decision
    )
    field.error_messages["required"] = str(_("Decide on this line."))
    return field


def _value(line: Line) -> forms.Field | None:
    """Return the input of a line's value; None where there is none to give."""
    language, label = page_language(), line.name.say(page_language())
    if line.kind == "date":
        return forms.DateField(label=label, widget=DayInput, initial=line.value, required=False)
    parameter = line.parameter
    if parameter is None:
        return None
    choices = [(choice.id, choice.label.say(language)) for choice in parameter.choices]
    match parameter.kind:
        case "boolean":
            initial = {True: "yes", False: "no"}.get(line.value, "") if isinstance(line.value, bool) else ""
            yes_no = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(label=label, choices=yes_no, initial=initial, required=False)
        case "choice":
            return forms.ChoiceField(label=label, choices=[("", "—"), *choices], initial=line.value, required=False)
        case "set":
            return forms.MultipleChoiceField(
                label=label,
                choices=choices,
                initial=line.value or [],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        case _:
            return forms.CharField(label=label, max_length=60, initial=line.value, required=False)


def _written(parameter: Parameter, given: Any) -> Any:
    """Return a value as a product file writes it; errors as :meth:`qilian.product.Vocabulary.convert`."""
    if parameter.kind == "boolean":
        return given == "yes"
    if parameter.kind == "number":
        given = given.strip()
        try:
            bare = float(given)
        except ValueError:
            pass
        else:
            given = f"{given} {parameter.unit}" if parameter.unit else bare
    pack().vocabulary.convert(parameter, given, "")
    return given


def _addable(draft: Draft) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be added, by kind: what the draft does not hold yet."""
    held = {(line.kind, line.id) for line in draft.lines}
    language, knowledge = page_language(), pack()
    groups = [
        (_("Product"), [("parameter", each.id, each.label) for each in knowledge.vocabulary.parameters.values()]),
        (_("Markets"), [("market", name, label) for name, label in knowledge.markets.items() if name != "ALL"]),
        (_("Tests"), [("test", each.id, each.name) for each in reading.lexicon().headings.values()]),
    ]
    return [
        (str(title), [(f"{kind}:{name}", text.say(language)) for kind, name, text in all_ if (kind, name) not in held])
        for title, all_ in groups
    ]
