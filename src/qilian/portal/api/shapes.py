"""Pieces that the answers and requests of several rooms share."""

from datetime import UTC, date, datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict, model_validator

from qilian.text import Text

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Key = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Z0-9]+$", description="As on the label.")]
Version = Annotated[int | None, Field(ge=1, le=2**31 - 1, description="That was seen; another one is refused.")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2099, 12, 31, tzinfo=UTC))]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
_DEEPEST = 8


class Wanted(Schema):
    """What a program looks for."""

    @model_validator(mode="after")
    def without_traps(self) -> "Wanted":
        """Refuse what no database keeps (NUL, half a surrogate pair) and what is nested for its own sake."""
        for value in self.__dict__.values():
            _check(value, _DEEPEST)
        return self


class Given(Wanted):
    """What a program sends: a field that is not known is refused, so that nothing is set by the way."""

    model_config = ConfigDict(extra="forbid")


class Words(Schema):
    """Words in both languages."""

    zh: str
    en: str


def words(text: Text) -> dict[str, str]:
    """Return words as :class:`Words`."""
    return {"zh": text.zh, "en": text.en}


def _check(value: object, deeper: int) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ValueError("no text: it holds NUL or half of a letter")
    elif isinstance(value, dict | list):
        if not deeper:
            raise ValueError(f"nested more than {_DEEPEST} deep")
        for each in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(each, deeper - 1)
