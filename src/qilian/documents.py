"""The one door for YAML (and small CSV): reads bounded, alias-free files into plain values that remember their lines.

In comes a path; out goes a :class:`Document`. Every fault of the file itself (missing, a directory, no permission,
too large, not UTF-8, not YAML, aliases, too deep, doubled keys, hidden characters) is a :class:`DocumentError` of one
line, and so is a value that :func:`shaped` cannot bring into the form that a room expects.
Scalars follow the core schema of YAML 1.2, so that ``no`` stays a word and ``12:30`` a text.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

import yaml

from qilian.errors import QilianError

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Trail: TypeAlias = tuple[str | int, ...]
Shape = TypeVar("Shape")

MAX_BYTES = 4_000_000
MAX_DEPTH = 40

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
# Terminal escapes and overrides of the reading direction make a text look like another one.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_FAULTS = {
    "missing": ("missing", "write it"),
    "extra_forbidden": ("not a field here", "remove it or mend its name"),
}


class DocumentError(QilianError):
    """A file that cannot be read as a YAML document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain values.

    Attributes
    ----------
    path
        Where it was read from.
    value
        Dictionaries, lists and scalars.
    lines
        The 1-based line of each value, by its trail of keys and indices from the root.
    """

    path: Path
    value: Value
    lines: Mapping[Trail, int] = field(repr=False)

    def where(self, trail: Trail = ()) -> str:
        """Return ``FILE line N`` of the value at ``trail``, or of the nearest value above it."""
        while trail and trail not in self.lines:
            trail = trail[:-1]
        line = self.lines.get(trail)
        return f"{self.path.name} line {line}" if line else self.path.name


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a whole file of at most ``limit`` bytes.

    Raises
    ------
    DocumentError
        If it is missing, a directory, not readable, or larger than ``limit``.
    """
    try:
        if path.is_dir():
            raise DocumentError("a directory, not a file", where=str(path), mend="name a file in it")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise DocumentError("no such file", where=str(path), mend="check the path") from None
    except PermissionError:
        raise DocumentError("no permission to read", where=str(path), mend="change its access rights") from None
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror})", where=str(path)) from None
    except ValueError:
        raise DocumentError("not a path", where=repr(str(path)), mend="check the path") from None
    if len(data) > limit:
        raise DocumentError(
            f"larger than {limit // 1_000_000} MB",
            where=str(path),
            mend="this kind of file is small: is it the right one?",
        )
    return data


def read_yaml(path: Path, limit: int = MAX_BYTES) -> Document:
    """Read one YAML document.

    Raises
    ------
    DocumentError
        For every fault named at the top of this file, with the line where YAML knows it.
    """
    data = read_bytes(path, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError("not UTF-8 text", where=f"{path.name} line {line}", mend="save it as UTF-8") from None
    loader = _Loader(text)
    try:
        _refuse_aliases(text, path)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name} line {mark.line + 1}" if mark else path.name
        raise DocumentError(f"not YAML: {error.problem or error.context}", where=where, mend="mend the line") from None
    except yaml.YAMLError as error:
        raise DocumentError(f"not YAML: {' '.join(str(error).split())}", where=path.name) from None
    finally:
        loader.dispose()
    if node is None:
        raise DocumentError("empty", where=path.name, mend="write the fields that it should hold")
    lines: dict[Trail, int] = {}
    return Document(path, _plain(node, (), lines, path), lines)


def csv_rows(path: Path, limit: int, fault: type[QilianError]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file, the header first, each with its line; comments (``#``) before it are passed.

    Raises
    ------
    DocumentError
        As :func:`read_bytes`.
    QilianError
        Of the kind ``fault``, if it is not UTF-8 or not CSV.
    """
    try:
        text = read_bytes(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fault("not UTF-8 text", where=path.name, mend="save it as UTF-8") from None
    start = comments = 0
    while text.startswith("#", start):
        start = text.find("\n", start) + 1 or len(text)
        comments += 1
    table = csv.reader(io.StringIO(text[start:], newline=""), strict=True)
    try:
        for cells in table:
            yield table.line_num + comments, cells
    except csv.Error as error:
        raise fault(f"not CSV: {error}", where=f"{path.name} line {table.line_num + comments}") from None


def shaped(document: Document, value: object, shape: type[Shape], trail: Trail = ()) -> Shape:
    """Return ``value``, which stands at ``trail`` of the document, as ``shape``.

    Parameters
    ----------
    shape
        A pydantic model, or a list or mapping of models.

    Raises
    ------
    DocumentError
        For the first field that does not fit, with its line.
    """
    from pydantic import TypeAdapter, ValidationError  # late: only a reader of files needs it

    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
    place = (*trail, *fault["loc"])
    name = ".".join(str(step) for step in place if isinstance(step, str)) or "the whole"
    plain = fault["msg"].removeprefix("Value error, ")
    what, mend = _FAULTS.get(fault["type"], (plain[:1].lower() + plain[1:], ""))
    raise DocumentError(f"{name}: {what}", where=document.where(place), mend=mend)


def _refuse_aliases(text: str, path: Path) -> None:
    """Refuse ``*alias`` and nesting beyond MAX_DEPTH before any tree is built: both can grow without bound."""
    if "*" not in text and "&" not in text and text.count("[") + text.count("{") < MAX_DEPTH and len(text) < 20_000:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise DocumentError(
                f"alias *{event.anchor} is not allowed",
                where=f"{path.name} line {_line(event.start_mark)}",
                mend="write the value out",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                where = f"{path.name} line {_line(event.start_mark)}"
                raise DocumentError(f"nested deeper than {MAX_DEPTH}", where=where)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Mark(Protocol):
    """Where a token starts, by either of the two parsers of PyYAML."""

    line: int


def _line(mark: _Mark | None) -> int:
    return mark.line + 1 if mark else 1


def _plain(node: yaml.Node, trail: Trail, lines: dict[Trail, int], path: Path) -> Value:
    line = _line(node.start_mark)
    lines[trail] = line
    if len(trail) > MAX_DEPTH:
        raise DocumentError(f"nested deeper than {MAX_DEPTH}", where=f"{path.name} line {line}")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*trail, index), lines, path) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            where = f"{path.name} line {_line(key_node.start_mark)}"
            if not isinstance(key_node, yaml.ScalarNode):
                raise DocumentError("a key that is not a word", where=where, mend="write a plain key")
            key = _text(key_node, path)
            if key in mapping:
                raise DocumentError(f"{key}: written twice", where=where, mend="keep one of the two")
            mapping[key] = _plain(value_node, (*trail, key), lines, path)
        return mapping
    return _scalar(node, path)


def _text(node: yaml.Node, path: Path) -> str:
    text = str(node.value)
    hidden = _HIDDEN.search(text)
    if hidden:
        code = ord(hidden[0])
        what = f"a {'control character' if code < 0xA0 else 'direction override'} U+{code:04X}"
        raise DocumentError(what, where=f"{path.name} line {_line(node.start_mark)}", mend="remove it")
    return text


def _scalar(node: yaml.Node, path: Path) -> Value:
    text = _text(node, path)
    if getattr(node, "style", None):  # quoted or block: always text (the C parser says "" for a plain word)
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if len(text) < 64:
        if _INTEGER.match(text):
            return int(text.replace("_", ""))
        if _FLOAT.match(text):
            return float(text)
    return text
