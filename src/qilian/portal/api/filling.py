"""What the forms of the pages check, checked for programs by the same forms: neither takes more than the other."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field

from qilian.portal.accounts.actor import Actor
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.parts import Part, write

Amount = Annotated[Decimal, Field(max_digits=15, decimal_places=4)]
"""A figure that comes in."""
Exact = Annotated[str, Field(description="A decimal as text, exactly.")]
"""A figure that goes out."""


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """Return what a form makes of its data.

    Raises
    ------
    ValidationError
        Naming each field that cannot be used.
    """
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data


def fill(row: Stated, actor: Actor, parts: Sequence[Part], given: dict[str, Any]) -> None:
    """Answer those pages of a row in the making of which a field is given; the other fields of a page stay.

    Raises
    ------
    ValidationError
        As :func:`cleaned`, and if a page with a given field is not asked of this row.
    ImprovementRefused
        If it is no draft any more.
    """
    if row.state != "draft":
        raise ImprovementRefused(_("it is not in the making any more"))
    for part in parts:
        named = [name for name in part.form.base_fields if name in given]
        if not named:
            continue
        if not part.applies(row):
            raise ValidationError({name: _("This is not asked here.") for name in named})
        form = part.form(None, row=row, actor=actor)
        form = part.form({**form.initial, **{name: given[name] for name in named}}, row=row, actor=actor)
        cleaned(form)
        if not write(row, form.changes()):
            raise ImprovementRefused(_("it has changed since you saw it"), mend=_("look at it again, then decide"))


def exact(value: Decimal | None) -> str | None:
    """Write a figure without zeros that say nothing."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
