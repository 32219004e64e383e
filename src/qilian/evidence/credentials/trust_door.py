"""The layout of a trust list file, checked by pydantic; only :func:`read_trust` uses it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeyRevocation(_Row):
    """A key that the operator no longer accepts, from a day on."""

    key: str
    on: date
    reason: str = ""


class IssuerRow(_Row):
    """One trusted issuer; ``document`` is a file beside the list, needed unless the issuer is a did:jwk."""

    did: str = Field(pattern=r"^did:(web|jwk):\S+$")
    name: str
    roles: list[Literal["report", "decision", "holder"]] = Field(min_length=1)
    document: str = ""
    laboratories: list[str] = []
    trusted_from: date | None = None
    trusted_until: date | None = None
    revoked_keys: list[KeyRevocation] = []


class TrustFile(_Row):
    """The whole file."""

    format: Literal["qilian-trust/1"]
    issuers: list[IssuerRow]
