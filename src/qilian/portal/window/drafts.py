"""A demand on its way from words to an order: its lines, each with the place it was read at and a clerk's decision.

A draft is a row of its clerk (:class:`qilian.portal.window.models.KeptDraft`) until the order is opened, so that
several live at once; then its lines are kept with the order, those that the clerk left out too, so that it can be seen
who read what, and who corrected it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from qilian.intake import Demand, Finding, Period, Stance
from qilian.planning.words import value_text
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window import reading
from qilian.product import Parameter, ParameterValue
from qilian.text import Text

DROPPED = "dropped"
"""The decision on a line that the clerk left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the client asks for or says.

    Attributes
    ----------
    kind, id
        As in :class:`qilian.intake.Finding`.
    value
        Of a parameter, as a product file writes it; of a date, its last day; None where it is still to be given.
    spans
        Places in the text; none of what the clerk added.
    sure
        Whether the reader was.
    decision
        ``wanted``, ``refused``, ``held``, ``dropped``; empty until a clerk decides.
    corrected
        Whether the clerk changed the value that was read.
    """

    kind: str
    id: str
    value: Any = None
    spans: tuple[tuple[int, int], ...] = ()
    sure: bool = True
    decision: str = ""
    corrected: bool = False

    @property
    def name(self) -> Text:
        """What it is about, in both languages."""
        knowledge = pack()
        match self.kind:
            case "parameter":
                found = knowledge.vocabulary.parameters.get(self.id)
                return found.label if found else Text(self.id, self.id)
            case "test":
                heading = reading.lexicon().headings.get(self.id)
                return heading.name if heading else Text(self.id, self.id)
            case "market":
                return knowledge.markets.get(self.id, Text(self.id, self.id))
            case "date":
                return Text("最迟日期", "Needed by")
            case _:
                return Text(self.id, self.id)

    @property
    def parameter(self) -> Parameter | None:
        """The parameter that it is about, if it is about one that the pack (still) has."""
        return pack().vocabulary.parameters.get(self.id) if self.kind == "parameter" else None

    @property
    def shown(self) -> str:
        """The value as people read it."""
        if self.value is None or self.kind not in ("parameter", "date"):
            return ""
        if self.kind == "date" or (isinstance(self.value, str) and self.parameter and self.parameter.kind == "number"):
            return str(self.value)
        value = frozenset(self.value) if isinstance(self.value, list) else self.value
        return value_text(self.parameter, value, page_language())

    @property
    def tests(self) -> tuple[str, ...]:
        """The test items that it stands for."""
        heading = reading.lexicon().headings.get(self.id) if self.kind == "test" else None
        return heading.tests if heading else ()

    def written(self) -> dict[str, Any]:
        """Return the line as JSON."""
        return {**asdict(self), "spans": [list(span) for span in self.spans]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Line":
        """Return a line that was written as JSON."""
        return cls(**{**data, "spans": tuple((start, end) for start, end in data["spans"])})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk has been told so far.

    Attributes
    ----------
    name
        What the client calls the product; empty until somebody says.
    order
        Number of the order whose demand is corrected; None for a new one.
    seen
        Digest of that order's demand when it was taken up.
    """

    service: str = "testing"
    text: str = ""
    on: str = ""
    name: str = ""
    lines: tuple[Line, ...] = ()
    order: int | None = None
    seen: str = ""

    def written(self) -> dict[str, Any]:
        """Return the draft as JSON."""
        return {**asdict(self), "lines": [line.written() for line in self.lines]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Draft":
        """Return a draft that was written as JSON; an empty one where nothing was."""
        return cls(**{**data, "lines": tuple(Line.of(each) for each in data.get("lines", ()))})

    def told(self, text: str, service: str, on: date) -> "Draft":
        """Return the draft after the client said something; lines that a clerk added or decided are kept."""
        if text == self.text and self.lines:
            return replace(self, service=service)
        added = tuple(line for line in self.lines if not line.spans)
        read = tuple(lines_of(reading.read(text, on))) if text.strip() else ()
        return replace(self, text=text, service=service, on=on.isoformat(), lines=(*read, *added))

    @property
    def shape(self) -> str:
        """What the lines are about, in short: a form that was made for other lines is not taken for these."""
        return digest([(line.kind, line.id) for line in self.lines])

    @property
    def proposed_name(self) -> str:
        """What to call the product: as the client does, else by its kind."""
        found = (line for line in wanted(self.lines, "parameter") if line.parameter and line.parameter.kind == "choice")
        kind = next((line.shown for line in found), {"zh": "产品", "en": "Product"}[page_language()])
        return self.name or kind

    @property
    def is_decided(self) -> bool:
        """Whether a clerk decided each line, and each has what it needs."""
        return all(line.decision and (line.decision == DROPPED or not _lacks(line)) for line in self.lines)


def digest(content: object) -> str:
    """Return a short digest of something that JSON can write."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def lines_of(demand: Demand) -> Iterator[Line]:
    """Yield the lines of a demand; what the reader was sure of is proposed, the rest waits for a decision."""
    for finding in demand.findings:
        spans = tuple((span.start, span.end) for span in finding.spans)
        proposed = finding.stance.value if finding.sure else ""
        yield Line(finding.kind, finding.id, _written(finding), spans, finding.sure, proposed)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text: the number of the line that it belongs to (from 1), 0 for none."""

    words: str
    number: int = 0
    kind: str = field(default="")


def pieces_of(text: str, lines: tuple[Line, ...]) -> list[Piece]:
    """Return the text in pieces, each with the line that was read there; where two overlap, the first one."""
    owner = [0] * len(text)
    for number, line in enumerate(lines, 1):
        for start, end in line.spans:
            for place in range(start, min(end, len(text))):
                owner[place] = owner[place] or number
    pieces: list[Piece] = []
    for place, character in enumerate(text):
        number = owner[place]
        if pieces and pieces[-1].number == number:
            pieces[-1] = replace(pieces[-1], words=pieces[-1].words + character)
        else:
            pieces.append(Piece(character, number, lines[number - 1].kind if number else ""))
    return pieces


def parameters_of(lines: tuple[Line, ...]) -> dict[str, Any]:
    """Return the confirmed parameters as a product file writes them."""
    return {
        line.id: line.value
        for line in lines
        if line.kind == "parameter" and line.decision == Stance.WANTED and line.value is not None
    }


def wanted(lines: tuple[Line, ...], kind: str) -> list[Line]:
    """Return the confirmed lines of a kind that are wanted."""
    return [line for line in lines if line.kind == kind and line.decision == Stance.WANTED]


def _lacks(line: Line) -> bool:
    return line.kind in ("parameter", "date") and line.value is None


def _written(finding: Finding) -> Any:
    """Return the value as a product file writes it."""
    value: ParameterValue | Period | None = finding.value
    if isinstance(value, Period):
        return value.last.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, float):
        return value
    unit = pack().vocabulary[finding.id].unit
    return f"{value:g} {unit}" if unit else value
