"""What can go wrong in the routing room.

Each error names the fault, the place and the mend in one line, so that the command line can print it as it is.
"""

from qilian.errors import QilianError


class RoutingError(QilianError):
    """A routing problem or plan that cannot be used."""


class InvalidProblem(RoutingError):  # noqa: N818 - reads as the finding it is
    """Data that no plan could be made from: an unknown id, a cycle of precedence, an impossible test."""


class UnreadableFile(RoutingError):  # noqa: N818 - reads as the finding it is
    """A file that is not a routing problem or a routing plan."""


class Infeasible(RoutingError):  # noqa: N818 - reads as the finding it is
    """It has been shown that no plan keeps all rules."""


class NoPlanFound(RoutingError):  # noqa: N818 - reads as the finding it is
    """The search ended without a plan, but it has not been shown that there is none."""
