"""The errors of this room: an offer or a need that cannot be used."""

from qilian.errors import QilianError


class ScenarioError(QilianError):
    """A statement of an offer or a condition of a need that cannot be used."""
