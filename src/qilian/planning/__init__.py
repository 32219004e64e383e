"""The road through the rooms, and the writers of what it finds."""

from qilian.planning.errors import PlanningError
from qilian.planning.html_writer import write_html
from qilian.planning.json_writer import plan_to_data, what_if_to_data, why_not_to_data, write_json
from qilian.planning.model import CompliancePlan, Itinerary, Move, Pack, Saving, Step
from qilian.planning.road import OBJECTIVES, make_plan
from qilian.planning.text_writer import write_text, write_what_if
from qilian.planning.what_if import WhatIf, what_if, why_not

__all__ = [
    "OBJECTIVES",
    "CompliancePlan",
    "Itinerary",
    "Move",
    "Pack",
    "PlanningError",
    "Saving",
    "Step",
    "WhatIf",
    "make_plan",
    "plan_to_data",
    "what_if",
    "what_if_to_data",
    "why_not",
    "why_not_to_data",
    "write_html",
    "write_json",
    "write_text",
    "write_what_if",
]
