"""What can be found against a credential: a fault, in words, and whether it is a refusal or something still missing."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why a credential is not accepted; the codes are stable."""

    NOT_SIGNED = "not_signed"
    UNKNOWN_ISSUER = "unknown_issuer"
    WRONG_ROLE = "wrong_role"
    ISSUER_PERIOD = "issuer_period"
    UNKNOWN_KEY = "unknown_key"
    KEY_REVOKED = "key_revoked"
    KEY_PERIOD = "key_period"
    SIGNATURE = "signature"
    MODEL = "model"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    STATUS_MISSING = "status_missing"
    STATUS_UNUSABLE = "status_unusable"
    LABORATORY = "laboratory"
    REPLAY = "replay"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Attributes
    ----------
    undecided
        True where a check could not be made (no current status list): the credential may be good, get what is missing.
    """

    fault: Fault
    message: str
    undecided: bool = False

    def __str__(self) -> str:
        return self.message
