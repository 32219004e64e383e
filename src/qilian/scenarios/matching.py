"""Matches needs with offers, either way round: who fits, who cannot be told, who does not fit, each with reasons.

Only those that fit or cannot be told are ranked: those that fit first, then by how little is unknown, then by wishes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from qilian.compliance import Truth
from qilian.scenarios.judging import judge
from qilian.scenarios.model import Match, Need, Offer


@dataclass(frozen=True, slots=True)
class Matches:
    """What came of matching one with many.

    Attributes
    ----------
    ranked
        Those that fit and those that cannot be told, the best first.
    failing
        Those that do not fit, in the order in which they were given.
    silent
        Those where the offer says nothing at all of what is asked for: they cannot be told, and are not worth a place.
    """

    ranked: tuple[Match, ...]
    failing: tuple[Match, ...]
    silent: tuple[Match, ...]


def match(need: Need, offer: Offer) -> Match:
    """Hold every condition of a need against an offer."""
    stated = offer.by_parameter
    return Match(need.id, offer.id, tuple(judge(each, stated.get(each.parameter.id)) for each in need.conditions))


def offers_for(need: Need, offers: Iterable[Offer]) -> Matches:
    """Match a need with many offers."""
    return _arranged(match(need, each) for each in offers)


def needs_for(offer: Offer, needs: Iterable[Need]) -> Matches:
    """Match an offer with many needs."""
    return _arranged(match(each, offer) for each in needs)


def _arranged(found: Iterable[Match]) -> Matches:
    ranked, failing, silent = list[Match](), list[Match](), list[Match]()
    for each in found:
        if each.is_silent:
            silent.append(each)
        elif each.truth is Truth.FALSE:
            failing.append(each)
        else:
            ranked.append(each)
    ranked.sort(key=_rank)
    return Matches(tuple(ranked), tuple(failing), tuple(silent))


def _rank(each: Match) -> tuple[int, int]:
    """Return what orders matches; one that fits has nothing unknown, so it comes before all that cannot be told."""
    return len(each.unknown), -each.wishes_met
