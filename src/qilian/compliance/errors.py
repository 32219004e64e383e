"""The errors of this room: rules, conditions or tests that cannot be used, and questions that cannot be put to them."""

from qilian.errors import QilianError


class ComplianceError(QilianError):
    """A rule, condition, test or market that cannot be used."""
