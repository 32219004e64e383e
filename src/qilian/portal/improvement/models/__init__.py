"""The rows of improvement, a topic a file."""

from qilian.portal.improvement.models.clinics import Clinic, Expert, Seat
from qilian.portal.improvement.models.demands import UNSENT, Demand
from qilian.portal.improvement.models.problems import PUBLIC, Apart, Problem
from qilian.portal.improvement.models.projects import (
    Basis,
    Milestone,
    Project,
    ProjectKind,
    Result,
    ResultKind,
    Target,
)
from qilian.portal.improvement.models.surveys import Survey
from qilian.portal.improvement.models.urgency import Urgency

__all__ = [
    "PUBLIC",
    "UNSENT",
    "Apart",
    "Basis",
    "Clinic",
    "Demand",
    "Expert",
    "Milestone",
    "Problem",
    "Project",
    "ProjectKind",
    "Result",
    "ResultKind",
    "Seat",
    "Survey",
    "Target",
    "Urgency",
]
