"""The errors of the portal: what keeps its folder or its database from being used."""

from qilian.errors import QilianError


class PortalError(QilianError):
    """A folder, a setting or a database that cannot be used."""
