"""What can go wrong when a demand is read."""

from qilian.errors import QilianError


class IntakeError(QilianError):
    """A text that is no demand, or words of a content pack that name nothing."""
