"""From rows to the matching room: what can be said, offers and needs as the room knows them, and who fits whom."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor
from qilian.portal.rulebook.reading import pack
from qilian.portal.scenarios.models import Evidence, Posting, Side, Trial
from qilian.product import Vocabulary
from qilian.scenarios import (
    Match,
    Matches,
    Need,
    Offer,
    Statement,
    Wanted,
    match,
    needs_for,
    offers_for,
    read_statement,
    read_wanted,
    statement_to_data,
    terms,
    wanted_to_data,
)

MOST_MATCHED = 5_000
"""So many rows of the other side, the newest, are held against one."""
MOST_KEPT = 10_000
"""So many texts of terms stay read in a process: matching reads the same ones again and again."""


@cache
def known() -> Vocabulary:
    """Return the parameters that can be chosen."""
    return terms(pack().vocabulary)


def checked(side: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement of an offer or a condition of a need as it is kept.

    Raises
    ------
    QilianError
        If it cannot be read.
    """
    if side == Side.OFFER:
        return statement_to_data(read_statement(data, known()))
    return wanted_to_data(read_wanted(data, known()))


def statements_of(written: Iterable[dict[str, Any]]) -> tuple[Statement, ...]:
    """Return statements; what the pack does not know any more is left out, and so is unknown."""
    return _statements(json.dumps(list(written)))


def conditions_of(written: Iterable[dict[str, Any]]) -> tuple[Wanted, ...] | None:
    """Return conditions, None if the pack does not know one any more: without it, too much would fit."""
    return _conditions(json.dumps(list(written)))


@lru_cache(maxsize=MOST_KEPT)
def _statements(written: str) -> tuple[Statement, ...]:
    found = dict[str, Statement]()
    for each in json.loads(written):
        try:
            statement = read_statement(each, known())
        except QilianError:
            continue
        found[statement.parameter.id] = statement
    return tuple(found.values())


@lru_cache(maxsize=MOST_KEPT)
def _conditions(written: str) -> tuple[Wanted, ...] | None:
    try:
        return tuple(read_wanted(each, known()) for each in json.loads(written))
    except QilianError:
        return None


def offer_of(row: Posting) -> Offer:
    """Return an offer as the room knows it."""
    return Offer(str(row.pk), statements_of(row.terms))


def need_of(row: Posting) -> Need | None:
    """Return a need as the room knows it, None if it cannot be matched (yet, or any more)."""
    return _need(str(row.pk), row.terms)


def matches(row: Posting, actor: Actor) -> tuple[Matches, dict[str, Posting]]:
    """Return who fits an offer or a need among what the actor may see, and the rows of the other side by id."""
    other = Side.NEED if row.is_offer else Side.OFFER
    rows = Posting.objects.visible_to(actor).published().filter(side=other).exclude(organisation=row.organisation)
    found = list(rows.select_related("organisation")[:MOST_MATCHED])
    by_id = {str(each.pk): each for each in found}
    if row.is_offer:
        needs = (need_of(each) for each in found)
        return needs_for(offer_of(row), [each for each in needs if each is not None]), by_id
    need = need_of(row)
    return (offers_for(need, map(offer_of, found)) if need else Matches((), (), ())), by_id


def pair(need: Posting, offer: Posting) -> Match | None:
    """Hold one need against one offer; None if the need cannot be matched."""
    found = need_of(need)
    return match(found, offer_of(offer)) if found else None


def agreed(trial: Trial) -> Match | None:
    """Hold what was asked for against what was stated when the trial was asked for."""
    return _against(trial, trial.statements)


def measured(trial: Trial, evidence: Sequence[Evidence]) -> Match | None:
    """Hold what was asked for against measured values; of the same parameter the last one counts."""
    return _against(trial, [each for row in evidence for each in row.figures])


def _against(trial: Trial, written: Iterable[dict[str, Any]]) -> Match | None:
    need = _need(str(trial.need_id), trial.conditions)
    return match(need, Offer(str(trial.offer_id), statements_of(written))) if need else None


def _need(name: str, written: Iterable[dict[str, Any]]) -> Need | None:
    conditions = conditions_of(written)
    if conditions is None or all(each.wish for each in conditions):
        return None
    return Need(name, conditions)
