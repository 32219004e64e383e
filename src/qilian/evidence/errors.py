"""The errors of this room: evidence files and policies that cannot be used."""

from qilian.errors import QilianError


class EvidenceError(QilianError):
    """Evidence, or an acceptance policy, that cannot be used."""


class NotEvidence(EvidenceError):  # noqa: N818 - named like standards.NotAReference
    """A file that no importer can read as a report, with the reason."""
