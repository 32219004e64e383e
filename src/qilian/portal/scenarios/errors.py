"""Why something of offers, needs or trials did not happen."""

from qilian.portal.errors import PortalError


class TrialRefused(PortalError):  # noqa: N818 - named for what happened
    """What was asked for lacks something: a condition, evidence, the other side's word."""
