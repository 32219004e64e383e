"""The rows of technology and scenario, a topic a file."""

from qilian.portal.scenarios.models.postings import UNSEEN, Posting, Side
from qilian.portal.scenarios.models.trials import OPEN, STEPS, Evidence, EvidenceKind, Trial

__all__ = ["OPEN", "STEPS", "UNSEEN", "Evidence", "EvidenceKind", "Posting", "Side", "Trial"]
