"""Reads one bibliographic record in Relaton YAML, the format in which ISO's and IEC's catalogues are published.

In come the bytes of a file; out goes a :class:`~qilian.standards.records.Record`. The file is walked event by event: no
tag is obeyed, no alias followed, nothing nested deeper than a record is, and what a record does not keep (abstracts,
links, contributors) is checked as YAML and dropped. Every fault is a :class:`RecordFault` of one line.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol, TypeAlias

import yaml

from qilian.standards.editions import Status, When
from qilian.standards.records import Link, Record, RecordFault, RecordRelation, names_draft
from qilian.standards.reference import StandardRef
from qilian.standards.stages import PUBLISHED, WITHDRAWN, status_of

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_TEXT = 2_000
"""Longest identifier or title; the longest title of ISO and IEC has under 500 letters."""

_KEPT = frozenset(
    (
        "schema-version", "fetched", "title", "docid", "date", "edition", "docstatus", "copyright", "relation",
        "doctype", "editorialgroup", "ics", "ext",
    )
)  # fmt: skip
_WORDS = {
    "PUBLISHED": (PUBLISHED, Status.CURRENT),
    "REVISED": (WITHDRAWN, Status.SUPERSEDED),
    "REPLACED": (WITHDRAWN, Status.SUPERSEDED),
    "WITHDRAWN": (WITHDRAWN, Status.WITHDRAWN),
    "DELETED": (WITHDRAWN, Status.WITHDRAWN),
}
"""IEC gives words where ISO gives harmonized codes."""
_TWO_DIGITS = re.compile(r"[0-9]{2}\Z")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")
_IEC_COMMITTEE = re.compile(r"(?:TC|SC|PC|SyC|SEG)\b")
_COMMITTEE = re.compile(r"(?:CISPR|ISO|IEC)\b")
_VERSION = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})\Z")


def digest_of(data: bytes) -> str:
    """Return the digest by which a changed member is known: BLAKE2b, 32 hex digits."""
    return blake2b(data, digest_size=16).hexdigest()


def read_record(data: bytes, member: str) -> Record:
    """Read one record.

    Parameters
    ----------
    data
        The bytes of the file, UTF-8.
    member
        Its name in the source, for messages and for the record.

    Raises
    ------
    RecordFault
        If it is not YAML, not a record, or says something that cannot be (a date of month 13).
    """
    if len(data) > MAX_BYTES:
        raise RecordFault(f"larger than {MAX_BYTES // 1_000_000} MB", where=member, mend="a record is a small file")
    try:
        fields = _read_plain(data)
        return _record(fields, data, member)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{member} line {mark.line + 1}" if mark else member
        raise RecordFault(f"not YAML: {error.problem or error.context}", where=where) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise RecordFault(f"not YAML: {str(error).splitlines()[0]}", where=member) from None
    except _Fault as fault:
        where = f"{member} line {fault.line}" if fault.line else member
        raise RecordFault(fault.what, where=where) from None


class _Fault(Exception):  # noqa: N818 - becomes a RecordFault as soon as the member's name is at hand
    """What is wrong with a record, and in which line."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


# -- from bytes to plain values ----------------------------------------------------------------------------------------


class _Events(Protocol):
    """What both parsers of PyYAML have."""

    def get_event(self) -> yaml.Event | None: ...

    def dispose(self) -> None: ...


def _parser(data: bytes) -> _Events:
    try:
        from yaml._yaml import CParser
    except ImportError:  # PyYAML without libyaml: the same, many times slower
        return yaml.SafeLoader(data)
    return CParser(data)


def _read_plain(data: bytes) -> dict[str, Plain]:
    """Read one YAML mapping into dictionaries, lists and texts, leaving out the keys that are not kept."""
    parser = _parser(data)
    try:
        return _walk(parser)
    finally:
        parser.dispose()


def _walk(parser: _Events) -> dict[str, Plain]:
    next_event = parser.get_event
    while isinstance(event := next_event(), (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
        pass
    if not isinstance(event, yaml.MappingStartEvent):
        raise _Fault("empty" if isinstance(event, yaml.StreamEndEvent) else "not a record: no fields")
    root: dict[str, Plain] = {}
    here: dict[str, Plain] | list[Plain] = root
    key: str | None = None
    above: list[dict[str, Plain] | list[Plain]] = []
    while True:
        event = next_event()
        if isinstance(event, yaml.ScalarEvent):
            if isinstance(here, list):
                here.append(event.value)
            elif key is not None:
                here[key] = event.value
                key = None
            elif event.value in here:
                raise _Fault(f"{event.value}: written twice", _line(event))
            elif here is root and event.value not in _KEPT:
                _pass_over(next_event)
            else:
                key = event.value
        elif isinstance(event, yaml.CollectionStartEvent):
            inner: dict[str, Plain] | list[Plain] = {} if isinstance(event, yaml.MappingStartEvent) else []
            if isinstance(here, list):
                here.append(inner)
            elif key is not None:
                here[key] = inner
                key = None
            else:
                raise _Fault("a key that is not a word", _line(event))
            if len(above) >= MAX_DEPTH:
                raise _Fault(f"nested deeper than {MAX_DEPTH}", _line(event))
            above.append(here)
            here = inner
        elif isinstance(event, yaml.CollectionEndEvent):
            if not above:
                break
            here = above.pop()
        else:
            raise _Fault("an alias, which is not allowed", _line(event))
    while not isinstance(event := next_event(), yaml.StreamEndEvent):
        if not isinstance(event, yaml.DocumentEndEvent):
            raise _Fault("more than one document", _line(event))
    return root


def _pass_over(next_event: Callable[[], yaml.Event | None]) -> None:
    """Read one value and keep nothing of it."""
    depth = 0
    while True:
        event = next_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _Fault(f"nested deeper than {MAX_DEPTH}", _line(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif not isinstance(event, yaml.ScalarEvent):
            raise _Fault("an alias, which is not allowed", _line(event))
        if not depth:
            return


def _line(event: yaml.Event | None) -> int:
    return event.start_mark.line + 1 if event is not None and event.start_mark is not None else 0


# -- from plain values to a record -------------------------------------------------------------------------------------


def _record(fields: dict[str, Plain], data: bytes, member: str) -> Record:
    identifier = _identifier(fields)
    ref = _reference(identifier)
    ext = _mapping(fields.get("ext"))
    stage, status = _standing(fields)
    dates = dict(_dates(fields))
    year = next((_text(each.get("from")) for each in _mappings(fields.get("copyright"))), "")
    return Record(
        identifier,
        ref,
        _titles(fields),
        status,
        _published(dates, ref),
        None,
        _first_day(dates, "obsoleted"),
        _first_day(dates, "stable-until"),
        stage,
        _text(_inner(fields.get("doctype") or ext.get("doctype"), "type")),
        _text(_inner(fields.get("edition"), "content")),
        _committee(_mapping(fields.get("editorialgroup") or ext.get("editorialgroup"))),
        tuple(code for each in _mappings(fields.get("ics") or ext.get("ics")) if (code := _text(each.get("code")))),
        tuple(dict.fromkeys(_relations(fields, ref, status))),
        int(year) if _YEAR.match(year) else None,
        _freshness(fields),
        member,
        digest_of(data),
    )


def _identifier(fields: dict[str, Plain]) -> str:
    """The primary identifier, or the only one."""
    found = _primary(fields)
    if not found:
        raise _Fault("docid: no primary identifier")
    return found


def _primary(fields: dict[str, Plain]) -> str:
    docids = list(_mappings(fields.get("docid")))
    primary = [each for each in docids if _text(each.get("primary")) == "true"] or docids[: len(docids) == 1]
    return _text(primary[0].get("id")) if primary else ""


@lru_cache(maxsize=4096)  # members come sorted by name, so that predecessors, amendments and drafts are neighbours
def _reference(identifier: str) -> StandardRef:
    return StandardRef.parse_or_named(identifier)


def _freshness(fields: dict[str, Plain]) -> str:
    """The version of the record's form, then the day it was fetched: files of an older crawl stay beside newer ones."""
    version = _VERSION.match(_text(fields.get("schema-version")))
    words = [f"{int(each):04d}" for each in version.groups()] if version else []
    return " ".join((".".join(words), _text(fields.get("fetched"))))


def _standing(fields: dict[str, Plain]) -> tuple[str, Status]:
    """The harmonized code and the standing; both empty where the source says nothing (ISO/IEC Directives)."""
    found = _mapping(fields.get("docstatus"))
    stage = _text(_inner(found.get("stage"), "value"))
    if stage in _WORDS:
        return _WORDS[stage]
    if not stage:
        return "", Status.UNKNOWN
    if not _TWO_DIGITS.match(stage):
        raise _Fault(f"docstatus: {stage!r} is not a stage")
    substage = _text(_inner(found.get("substage"), "value"))
    code = f"{stage}.{substage if _TWO_DIGITS.match(substage) else '00'}"
    return code, status_of(code)


def _titles(fields: dict[str, Plain]) -> dict[str, str]:
    """The main title by language; where only its pieces are given (introduction, main, part), these joined."""
    whole: dict[str, str] = {}
    pieces: dict[str, list[str]] = {}
    for each in _mappings(fields.get("title")):
        text = _text(each.get("content"))
        kind = _text(each.get("type")) or "main"
        for language in _list(each.get("language")) or ["en"]:
            code = _text(language)
            if kind == "main":
                whole.setdefault(code, text)
            elif kind in ("title-intro", "title-main", "title-part"):
                pieces.setdefault(code, []).append(text)
    for code, words in pieces.items():
        whole.setdefault(code, " - ".join(words))
    return {code: text for code, text in whole.items() if code and text}


def _dates(fields: dict[str, Plain]) -> Iterator[tuple[str, When]]:
    for each in _mappings(fields.get("date")):
        kind, value = _text(each.get("type")), _text(each.get("value") or each.get("on") or each.get("from"))
        try:
            yield kind, When.parse(value)
        except ValueError:
            raise _Fault(f"date: {value!r} ({kind}) is not a date") from None


def _published(dates: dict[str, When], ref: StandardRef) -> When | None:
    """The date of publication; the first date of an amendment may be that of its base, the second then is its own."""
    if not ref.amendments:
        return dates.get("published")
    year = ref.amendments[-1].year
    for kind in ("published", "updated"):
        if kind in dates and dates[kind].year == year:
            return dates[kind]
    return When(year, inferred=True) if year else None


def _first_day(dates: dict[str, When], kind: str) -> date | None:
    return dates[kind].first if kind in dates else None


def _committee(group: dict[str, Plain]) -> str:
    """The committee with its organization; IEC leaves its own name out."""
    for each in _mappings(group.get("technical_committee")):
        identifier, name = _text(each.get("identifier")), _text(each.get("name"))
        if identifier:
            return identifier
        if _IEC_COMMITTEE.match(name):
            return f"IEC/{name}"
        if _COMMITTEE.match(name):
            return name
    return ""


# -- relations ---------------------------------------------------------------------------------------------------------

_LINKS = {
    "obsoletes": Link.REPLACES, "successorOf": Link.REPLACES,
    "obsoletedBy": Link.REPLACED_BY, "hasSuccessor": Link.REPLACED_BY,
    "updatedBy": Link.AMENDED_BY, "draftOf": Link.REVISES, "hasDraft": Link.REVISED_BY,
    "adoptedFrom": Link.ADOPTS, "adoptedAs": Link.ADOPTED_BY,
    "partOf": Link.PART_OF, "includedIn": Link.PART_OF,
}  # fmt: skip


def _relations(fields: dict[str, Plain], own: StandardRef, status: Status) -> Iterator[RecordRelation]:
    for each in _mappings(fields.get("relation")):
        item = _mapping(each.get("bibitem"))
        identifier = _primary(item) or _text(_inner(item.get("formattedref"), "content"))
        if identifier:
            other = _reference(identifier)
            yield RecordRelation(_link(_text(each.get("type")), own, status, other), identifier, other)


def _link(kind: str, own: StandardRef, status: Status, other: StandardRef) -> Link:
    """Say what a relation means: ISO's catalogue uses two words for six things.

    ``obsoletes`` of a published document names the editions that it replaced, and the draft that is to replace it; of a
    draft what it is to replace. ``updates`` names what came or comes after: amendments, drafts of the next edition, and
    the edition that took its place.
    """
    draft = names_draft(other)
    if kind == "obsoletes":
        if _amends(own, other):  # said of a dozen corrigenda, which end with their edition and do not end it
            return Link.AMENDS
        if status is Status.DRAFT or own.is_draft:
            return Link.REPLACES if draft else Link.REVISES
        return (
            Link.REVISED_BY if draft and not other.amendments else Link.REPLACES
        )  # a draft amendment is merged into it
    if kind != "updates":
        return _LINKS.get(kind, Link.RELATED)
    if _amends(own, other):
        return Link.AMENDS
    if draft:
        return Link.REVISED_BY
    if _amends(other, own):
        return Link.AMENDED_BY
    return Link.REPLACED_BY if status in (Status.WITHDRAWN, Status.SUPERSEDED) else Link.RELATED


def _amends(amendment: StandardRef, base: StandardRef) -> bool:
    count = len(base.amendments)
    return (
        len(amendment.amendments) > count
        and amendment.amendments[:count] == base.amendments
        and amendment.year == base.year
        and amendment.same_base(base)
    )


# -- shapes: Relaton writes one thing as itself or as a list of one ----------------------------------------------------


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _mappings(value: Plain) -> Iterator[dict[str, Plain]]:
    for each in _list(value):
        if isinstance(each, dict):
            yield each


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}


def _inner(value: Plain, key: str) -> Plain:
    """The value itself, or the one under ``key`` where it is wrapped."""
    return value.get(key) if isinstance(value, dict) else value


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        return ""
    text = " ".join(value.split())
    if len(text) > MAX_TEXT:
        raise _Fault(f"{text[:40]}...: longer than {MAX_TEXT} letters")
    return text
