"""What can go wrong in evaluation."""

from qilian.errors import QilianError


class EvaluationError(QilianError):
    """An indicator system, a table of figures or a contest that cannot be evaluated."""
