"""What can go wrong on the road itself, beyond the faults that each room reports of its own."""

from qilian.errors import QilianError


class PlanningError(QilianError):
    """A demand that the road cannot take, such as a market or a home city that the pack does not know."""
