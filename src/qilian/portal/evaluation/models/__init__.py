"""Rows of evaluation: frozen contests, figures with their history, tables of figures, what a firm says of itself."""

from qilian.portal.evaluation.models.contests import Contest
from qilian.portal.evaluation.models.facts import FirmFacts
from qilian.portal.evaluation.models.figures import Figure, FigureTable, Origin

__all__ = ["Contest", "Figure", "FigureTable", "FirmFacts", "Origin"]
