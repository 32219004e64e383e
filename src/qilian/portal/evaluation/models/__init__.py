"""Rows of evaluation: frozen contests, figures with history and tables, what a firm says of itself, policy tools."""

from qilian.portal.evaluation.models.contests import Contest
from qilian.portal.evaluation.models.facts import FirmFacts
from qilian.portal.evaluation.models.figures import Figure, FigureTable, Origin
from qilian.portal.evaluation.models.tools import KeptTool, ToolTable

__all__ = ["Contest", "Figure", "FigureTable", "FirmFacts", "KeptTool", "Origin", "ToolTable"]
