"""What can go wrong between a chain leader and a supplier."""

from qilian.portal.errors import PortalError


class LeadingRefused(PortalError):  # noqa: N818 - named for what happened
    """What was asked for cannot be done; it says why."""
