"""Why something of improvement did not happen."""

from qilian.portal.errors import PortalError


class ImprovementRefused(PortalError):  # noqa: N818 - named for what happened
    """What was asked for lacks something: words, a day, a person."""
