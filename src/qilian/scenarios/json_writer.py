"""A match as plain data: outcome, reasons and gaps, for programs."""

from typing import Any

from qilian.scenarios.model import Judgement, Match
from qilian.scenarios.reading import statement_to_data, wanted_to_data
from qilian.scenarios.words import judgement_words, match_words
from qilian.text import Text


def match_to_data(match: Match) -> dict[str, Any]:
    """Return a match; ``outcome`` is ``applies``, ``does_not_apply`` or ``undecided``."""
    return {
        "need": match.need,
        "offer": match.offer,
        "outcome": match.truth.value,
        "because": _text(match_words(match)),
        "conditions": [judgement_to_data(each) for each in match.judgements],
    }


def judgement_to_data(judgement: Judgement) -> dict[str, Any]:
    """Return a condition with what is stated of it, and by how much it fails, in the unit of the condition."""
    return {
        "condition": wanted_to_data(judgement.wanted),
        "stated": statement_to_data(judgement.stated) if judgement.stated else None,
        "outcome": judgement.truth.value,
        "why": judgement.why.value,
        "by": judgement.by,
        "unit": judgement.wanted.parameter.unit,
        "because": _text(judgement_words(judgement)),
    }


def _text(said: Text) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}
