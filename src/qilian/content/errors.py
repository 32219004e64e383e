"""What can go wrong with a content pack as a whole."""

from qilian.errors import QilianError


class ContentError(QilianError):
    """A pack that is not installed or that lacks one of its files."""
