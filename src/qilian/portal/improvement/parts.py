"""What is made page by page: a row in the making, one question on each page, then its own page to check the answers.

A topic lists its parts; :func:`fill` shows one of them and writes what was answered into the row at once, so that
nothing is lost on the way back. The row's page asks :func:`answers` for what is there and :func:`missing` for what
is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor, PortalRequest
from qilian.portal.history.firing import Stated

if TYPE_CHECKING:
    from django.utils.functional import Promise


class PartForm(forms.Form):
    """Asks one thing of a row; the fields are named as the row's."""

    def __init__(self, data: Any = None, *, row: Any, actor: Actor) -> None:
        self.row, self.actor = row, actor
        super().__init__(data, initial=self.start())

    def start(self) -> dict[str, Any]:
        """Return what the fields show at first: what the row has."""
        return {name: getattr(self.row, name) for name in self.base_fields if hasattr(self.row, name)}

    def changes(self) -> dict[str, Any]:
        """Return what is to be written into the row."""
        return {name: self.cleaned_data[name] for name in self.base_fields}


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the way.

    Attributes
    ----------
    said
        What was answered, in words; empty where nothing was.
    applies
        Whether it is asked of this row at all.
    required
        Whether the row cannot go on without an answer.
    """

    id: str
    title: "str | Promise"
    form: type[PartForm]
    said: Callable[[Any], str]
    applies: Callable[[Any], bool] = lambda row: True  # noqa: ARG005
    required: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the page that checks the answers."""

    part: Part
    words: str

    @property
    def is_missing(self) -> bool:
        """Whether it still has to be given."""
        return self.part.required and not self.words


def answers(row: Any, parts: Sequence[Part]) -> list[Answer]:
    """Return what was answered, in the order of the pages."""
    return [Answer(part, part.said(row)) for part in parts if part.applies(row)]


def missing(row: Any, parts: Sequence[Part]) -> list[str]:
    """Return the titles of what has to be answered yet."""
    return [str(each.part.title) for each in answers(row, parts) if each.is_missing]


def fill(
    request: PortalRequest, row: Stated, parts: Sequence[Part], name: str, address: Callable[[str], str]
) -> HttpResponse:
    """Show a part of a row, or take its answer and go on: to the next page, or to the check if that is what was asked.

    Parameters
    ----------
    address
        Gives the address of a part by its id, and of the row's own page by an empty one.
    """
    asked = [part for part in parts if part.applies(row)]
    place = next((place for place, part in enumerate(asked) if part.id == name), None)
    if place is None:
        raise Http404
    part, back = asked[place], "check" in request.GET
    form = part.form(request.POST if request.method == "POST" else None, row=row, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        if not write(row, form.changes()):
            messages.error(request, _("It has changed since you saw it; look at it again."))
            return redirect(address(""))
        later = parts[parts.index(part) + 1 :]
        following = [
            each for each in later if each.applies(row) and not (back and (each.said(row) or not each.required))
        ]
        return redirect(address(following[0].id if following else ""))
    before = address(asked[place - 1].id) if place and not back else address("")
    shown = {"form": form, "part": part, "row": row, "before": before, "step": place + 1, "steps": len(asked)}
    return render(request, "improvement/part.html", shown)


def write(row: Stated, changes: dict[str, Any]) -> bool:
    """Write fields into a row as it was read; return False, and write nothing, if it has changed meanwhile."""
    here = type(row)._base_manager.filter(pk=row.pk, state=row.state, version=row.version)
    if not here.update(**changes, version=F("version") + 1):
        return False
    row.refresh_from_db()
    return True
