"""The errors of the standards room.

Every fault that a reader can mend (a text that is no reference, a table with bad rows) is a :class:`StandardsError`.
"""

from qilian.errors import QilianError


class StandardsError(QilianError):
    """A catalogue or a table of standards that cannot be used."""


class NotAReference(StandardsError):  # noqa: N818 - the public name says what the text is
    """A text that does not read as the reference of a standard or an act."""
