"""What a catalogue holds and what it answers: editions, relations between them, and the views of them on a date.

All are frozen values: :mod:`qilian.standards.table` reads the data, :mod:`qilian.standards.catalogue` computes views.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias, Union

from qilian.standards.reference import StandardRef
from qilian.text import Language, Text

Confidence = Literal["verified", "secondary", "unverified"]
CONFIDENCES: tuple[Confidence, ...] = ("verified", "secondary", "unverified")
Json: TypeAlias = Union[str, int, bool, list["Json"], dict[str, "Json"], None]  # noqa: UP007 - "|" fails on a name in quotes

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\Z")


class Status(StrEnum):
    """The standing of an edition on a date."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    UNKNOWN = "unknown"


class Degree(StrEnum):
    """How closely a document adopts another (ISO/IEC Guide 21-1; EQV was a degree of GB before 2001)."""

    IDENTICAL = "IDT"
    MODIFIED = "MOD"
    EQUIVALENT = "EQV"
    NOT_EQUIVALENT = "NEQ"
    UNSPECIFIED = "adopts"

    __hash__ = str.__hash__


class RelationKind(StrEnum):
    """What the subject of a relation is to its object."""

    REPLACES = "replaces"
    ADOPTS = "adopts"
    UNDER_REVISION_BY = "under revision by"
    AMENDED_BY = "amended by"

    __hash__ = str.__hash__  # a key of every index of a catalogue: Enum's own is ten times slower


@dataclass(frozen=True, slots=True)
class When:
    """A date that may be known to the month or the year only, and may be inferred.

    Such a date counts as passed once its whole month or year has passed, so that nothing is shown before it was sure.
    """

    year: int
    month: int | None = None
    day: int | None = None
    inferred: bool = False

    @classmethod
    def parse(cls, text: str, inferred: bool = False) -> "When":
        """Read ``2025``, ``2025-02`` or ``2025-02-13``.

        Raises
        ------
        ValueError
            If the text is not such a date.
        """
        found = _DATE.match(text)
        if found is None:
            raise ValueError(f"{text}: not a date")
        year, month, day = (int(word) if word else None for word in found.groups())
        assert year is not None
        date(year, month or 1, day or 1)
        return cls(year, month, day, inferred)

    @classmethod
    def on(cls, day: date, inferred: bool = False) -> "When":
        """Return the exact day."""
        return cls(day.year, day.month, day.day, inferred)

    @property
    def precision(self) -> Literal["day", "month", "year"]:
        """How much of the date is known."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The first day that the date can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that the date can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month:
            text += f"-{self.month:02d}"
        return f"{text}-{self.day:02d}" if self.day else text


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date on which a part of an act starts or ends to apply."""

    day: date
    what: Text


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard, one act, or one named document, as the source of the catalogue gives it.

    Attributes
    ----------
    edition
        Number of the edition (``3``) where it is known.
    published
        When it was published; None where it is not recorded. For a draft, when it reached its stage.
    in_force_from, in_force_until
        First and last day of application, where they differ from publication and replacement (laws, GB standards).
    status
        Given by the source on the catalogue's date.
    milestones
        Further dates of an act that applies in steps.
    """

    ref: StandardRef
    title: Text
    status: Status
    published: When | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    edition: str = ""
    kind: str = ""
    domain: str = ""
    milestones: tuple[Milestone, ...] = ()
    source: str = ""
    source_seen: date | None = None
    confidence: Confidence = "unverified"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """``subject`` replaces, adopts, is under revision by, or is amended by ``object``."""

    kind: RelationKind
    subject: StandardRef
    object: StandardRef
    degree: Degree | None = None
    confidence: Confidence = "unverified"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A document tied to another by adoption.

    Attributes
    ----------
    reference
        The other document.
    degree
        Of the adoption; over a common parent, the weaker of the two.
    via
        The adopted edition that both share, or None where one adopts the other.
    lag
        How many editions the adopted document has moved on by the date; None where the adopted edition is not known.
    lag_now
        The same by the day of the catalogue, where that is later.
    remark
        In words, e.g. "adopts ISO 10218-1:2006; the current edition is ISO 10218-1:2025".
    """

    reference: StandardRef
    degree: Degree
    via: StandardRef | None
    lag: int | None
    lag_now: int | None
    confidence: Confidence
    remark: Text


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happens to a document: on ``date`` at the latest, and as exactly as ``when`` says."""

    date: date
    what: Text
    reference: StandardRef
    when: When


@dataclass(frozen=True, slots=True)
class MethodMatch:
    """Whether one reference's method serves another; true or false as a condition."""

    same: bool
    because: Text
    degree: Degree | None = None
    confidence: Confidence = "verified"

    def __bool__(self) -> bool:
        return self.same


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the catalogue says of a reference on a date.

    Attributes
    ----------
    edition
        The edition that the reference means on the date; None where the world did not know one.
    in_force
        False for what is published and not yet applicable, and for what no longer applies.
    standing
        The status in words, with the dates behind it.
    timeline
        The document's dates, in order, as they were known on the date.
    """

    reference: StandardRef
    on: date
    status: Status
    edition: Edition | None
    in_force: bool
    standing: Text
    replaces: tuple[StandardRef, ...] = ()
    replaced_by: tuple[StandardRef, ...] = ()
    under_revision_by: tuple[StandardRef, ...] = ()
    amended_by: tuple[StandardRef, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    timeline: tuple[Change, ...] = ()

    @property
    def published(self) -> When | None:
        """When the edition was published."""
        return self.edition.published if self.edition else None

    @property
    def title(self) -> Text:
        """The edition's title; empty where the edition is unknown."""
        return self.edition.title if self.edition else Text("", "")

    def as_json(self, language: Language = "en") -> dict[str, Json]:
        """Return the answer of ``standards show --json``."""
        edition = self.edition
        published = self.published
        return {
            "reference": str(self.reference),
            "on": self.on.isoformat(),
            "status": self.status.value,
            "edition": str(edition.ref) if edition else None,
            "published": str(published) if published else None,
            "published_inferred": bool(published and published.inferred),
            "title": self.title.say(language) or None,
            "in_force": self.in_force,
            "in_force_from": edition.in_force_from.isoformat() if edition and edition.in_force_from else None,
            "in_force_until": edition.in_force_until.isoformat() if edition and edition.in_force_until else None,
            "standing": self.standing.say(language),
            "replaces": [str(ref) for ref in self.replaces],
            "replaced_by": [str(ref) for ref in self.replaced_by],
            "under_revision_by": [str(ref) for ref in self.under_revision_by],
            "amended_by": [str(ref) for ref in self.amended_by],
            "equivalents": [
                {
                    "reference": str(each.reference),
                    "degree": each.degree.value,
                    "via": str(each.via) if each.via else None,
                    "lag": each.lag,
                    "lag_now": each.lag_now,
                    "confidence": each.confidence,
                    "remark": each.remark.say(language),
                }
                for each in self.equivalents
            ],
            "timeline": [
                {
                    "date": str(change.when),
                    "what": change.what.say(language),
                    "reference": str(change.reference),
                    "inferred": change.when.inferred,
                }
                for change in self.timeline
            ],
            "source": edition.source if edition else None,
            "confidence": edition.confidence if edition else None,
            "note": edition.note if edition else None,
        }
