"""Technology meets scenario (技术与场景对接): offers state parameters, needs ask conditions, matches say why.

In come what an offer states and what a need asks for, in the parameters of a pack or in one's own; out comes for each
pair: it fits, it does not (which condition, and by how much), or it cannot be told (what is not stated).
"""

from qilian.scenarios.errors import ScenarioError
from qilian.scenarios.json_writer import judgement_to_data, match_to_data
from qilian.scenarios.judging import judge
from qilian.scenarios.matching import Matches, match, needs_for, offers_for
from qilian.scenarios.model import Covers, Judgement, Match, Need, Offer, Span, Statement, Wanted, Why
from qilian.scenarios.reading import (
    OPERATORS,
    own_parameter,
    read_statement,
    read_wanted,
    statement_to_data,
    terms,
    wanted_to_data,
)
from qilian.scenarios.words import judgement_words, match_words, statement_words, wanted_words

__all__ = [
    "OPERATORS",
    "Covers",
    "Judgement",
    "Match",
    "Matches",
    "Need",
    "Offer",
    "ScenarioError",
    "Span",
    "Statement",
    "Wanted",
    "Why",
    "judge",
    "judgement_to_data",
    "judgement_words",
    "match",
    "match_to_data",
    "match_words",
    "needs_for",
    "offers_for",
    "own_parameter",
    "read_statement",
    "read_wanted",
    "statement_to_data",
    "statement_words",
    "terms",
    "wanted_to_data",
    "wanted_words",
]
