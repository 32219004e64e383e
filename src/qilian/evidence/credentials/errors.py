"""What can go wrong when credentials are issued, or when the operator's files of keys and trust are read.

A credential that fails its checks is no error: :func:`qilian.evidence.credentials.verify` answers with problems.
"""

from qilian.evidence.errors import EvidenceError


class CredentialError(EvidenceError):
    """Keys, did documents, trust lists, status registers or contents that cannot be used."""


class NotSigned(CredentialError):  # noqa: N818 - reads as the finding it is
    """A text that is no JOSE-secured credential: the reason, and what to ask for."""
