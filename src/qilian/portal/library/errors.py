"""The errors of the standards library."""

from qilian.portal.errors import PortalError


class LibraryError(PortalError):
    """A file that cannot be imported, or a question that the library cannot answer."""
