"""Finds laboratories and what they can test by the filters of a list, in the database.

The box *who can test this* ranks by meaning and judges limits (:mod:`qilian.portal.network.matching`); this is the
plain filter: all words have to stand in one line, or in the laboratory's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from qilian.laboratories import Accreditation
from qilian.portal.accounts import regions
from qilian.portal.network.models import Laboratory, Line, ScopeRow

MOST_WORDS = 8
_LINE = ("object", "object_en", "parameter", "parameter_en", "reference", "test")
_ROW = ("object", "parameter", "standard")
_NAME = ("name", "name_en", "district", "district_en")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty field lets everything pass.

    Attributes
    ----------
    region
        Code of an administrative division; what lies in it passes.
    on
        A day on which one accreditation has to be valid.
    """

    text: str = ""
    tier: str = ""
    region: str = ""
    city: str = ""
    on: date | None = None


def laboratories(wanted: Wanted) -> QuerySet[Laboratory]:
    """Return the laboratories that are looked for, by their codes."""
    found: QuerySet[Laboratory] = Laboratory.objects.order_by("code")
    if wanted.tier:
        found = found.filter(tier=wanted.tier)
    if wanted.region:
        found = found.filter(region__startswith=regions.prefix(wanted.region))
    if wanted.city:
        found = found.filter(city=wanted.city)
    if wanted.text:
        own = OuterRef("pk")
        found = found.filter(
            _holding(wanted.text, _NAME)
            | Exists(lines(wanted.text).filter(laboratory=own))
            | Exists(rows(wanted.text).filter(table__laboratory=own, table__in_force__isnull=False))
        )
    if wanted.on is not None:
        valid = [pk for pk, held in found.values_list("pk", "accreditations") if is_accredited(held, wanted.on)]
        found = found.filter(pk__in=valid)
    return found


def lines(text: str) -> QuerySet[Line]:
    """Return the lines in which all words of a text stand."""
    return Line.objects.filter(_holding(text, _LINE))


def rows(text: str) -> QuerySet[ScopeRow]:
    """Return the rows of uploaded tables that were taken over and in which all words of a text stand."""
    return ScopeRow.objects.filter(_holding(text, _ROW), is_taken=True)


def accreditations(held: Iterable[dict[str, str]]) -> list[Accreditation]:
    """Return a laboratory's accreditations as the engine knows them."""
    days = date.fromisoformat
    return [
        Accreditation(each["scheme"], each["number"], days(each["valid_from"]), days(each["valid_until"]))
        for each in held
    ]


def is_accredited(held: Iterable[dict[str, str]], on: date) -> bool:
    """Return whether one of a laboratory's accreditations is valid on a day."""
    return any(each.covers(on, on) for each in accreditations(held))


def _holding(text: str, fields: tuple[str, ...]) -> Q:
    words = text.split()[:MOST_WORDS]
    each = (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words)
    return reduce(and_, each, Q())
