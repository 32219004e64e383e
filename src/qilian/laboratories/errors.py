"""The errors of the room: a place nobody knows, a network file that cannot be read, a question that makes no sense."""

from collections.abc import Sequence

from qilian.errors import QilianError


class LaboratoryError(QilianError):
    """Input about laboratories that cannot be used."""


class UnknownCityError(LaboratoryError):
    """A city that the geography does not hold."""


class NetworkFileError(LaboratoryError):
    """Rows of network files that cannot be read.

    Attributes
    ----------
    faults
        One error for every unreadable row or field, each with its file and line. The error itself prints the first one
        and how many more there are.
    """

    def __init__(self, faults: Sequence[LaboratoryError]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        more = f" ({len(faults) - 1} more unreadable places)" if len(faults) > 1 else ""
        super().__init__(first.what + more, where=first.where, mend=first.mend)
