"""Whether it worked: indicator systems, scores and ranks with intervals, frozen contests, courses, and effects.

In come figures and an indicator system; out come standings that say how sure they are and what was missing.
"""

from qilian.evaluation.appeals import read_appeals
from qilian.evaluation.contest import Appeal, Contest, correct, freeze
from qilian.evaluation.contest_file import (
    Replay,
    contest_hash,
    contest_text,
    read_contest,
    replay,
    replay_bytes,
    standings_to_data,
)
from qilian.evaluation.courses import Course, State, course
from qilian.evaluation.differing import Change, Difference, Moved, difference
from qilian.evaluation.effects import Effect, Observation, Verdict, effect
from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import Figures, figures_from, read_figure, read_figures, write_figure
from qilian.evaluation.intervals import Drawing
from qilian.evaluation.json_writer import (
    course_to_data,
    difference_to_data,
    effect_to_data,
    moves_to_data,
    offers_to_data,
    scores_to_data,
)
from qilian.evaluation.moves import Move, Part, moves
from qilian.evaluation.panels import read_history, read_panel
from qilian.evaluation.periods import checked_period, period_end, period_start, periods_before
from qilian.evaluation.scoring import Scores, Standing, score
from qilian.evaluation.systems import Direction, Indicator, IndicatorSystem, Method, Missing, Target, read_system
from qilian.evaluation.tools import Offer, Offers, Tool, Toolbox, read_facts, read_tool, read_tools, tools_for
from qilian.evaluation.weighting import Weights, check_judgements

__all__ = [
    "Appeal",
    "Change",
    "Contest",
    "Course",
    "Difference",
    "Direction",
    "Drawing",
    "Effect",
    "EvaluationError",
    "Figures",
    "Indicator",
    "IndicatorSystem",
    "Method",
    "Missing",
    "Move",
    "Moved",
    "Observation",
    "Offer",
    "Offers",
    "Part",
    "Replay",
    "Scores",
    "Standing",
    "State",
    "Target",
    "Tool",
    "Toolbox",
    "Verdict",
    "Weights",
    "check_judgements",
    "checked_period",
    "contest_hash",
    "contest_text",
    "correct",
    "course",
    "course_to_data",
    "difference",
    "difference_to_data",
    "effect",
    "effect_to_data",
    "figures_from",
    "freeze",
    "moves",
    "moves_to_data",
    "offers_to_data",
    "period_end",
    "period_start",
    "periods_before",
    "read_appeals",
    "read_contest",
    "read_facts",
    "read_figure",
    "read_figures",
    "read_history",
    "read_panel",
    "read_system",
    "read_tool",
    "read_tools",
    "replay",
    "replay_bytes",
    "score",
    "scores_to_data",
    "standings_to_data",
    "tools_for",
    "write_figure",
]
