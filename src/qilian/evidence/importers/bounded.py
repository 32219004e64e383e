"""Safe first steps of every importer: bytes to JSON within limits, and the digest of a file.

JSON is read without doubled keys, NaN or endless nesting, so that what is read is what a signer signed.
"""

import hashlib
import json
from pathlib import Path
from typing import TypeAlias, TypeVar, Union

from qilian.documents import Document, DocumentError, shaped
from qilian.evidence.errors import NotEvidence

Json: TypeAlias = Union[bool, int, float, str, list["Json"], dict[str, "Json"], None]  # noqa: UP007 - names in quotes
Shape = TypeVar("Shape")

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_CONTAINERS = 100_000


def sha256(data: bytes) -> str:
    """Return the digest of a file in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def load_json(data: bytes, name: str) -> Json:
    """Return a JSON document as plain values.

    Raises
    ------
    NotEvidence
        If it is too large, nested too deep, of too many parts, not UTF-8, not JSON, holds NaN, or writes a key twice.
    """
    if len(data) > MAX_BYTES:
        raise NotEvidence(f"larger than {MAX_BYTES // 1_000_000} MB", where=name, mend="is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotEvidence("not UTF-8 text", where=name, mend="save it as UTF-8") from None
    if text.count("{") + text.count("[") > MAX_CONTAINERS:
        raise NotEvidence(f"more than {MAX_CONTAINERS} lists and objects", where=name, mend="split the file")
    if _depth(text) > MAX_DEPTH:
        raise NotEvidence(f"nested deeper than {MAX_DEPTH}", where=name)
    try:
        value: Json = json.loads(text, object_pairs_hook=_single, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotEvidence(f"not JSON: {error.msg}", where=f"{name} line {error.lineno}", mend="mend the line") from None
    except (ValueError, RecursionError) as error:
        raise NotEvidence(f"not JSON that can be used: {str(error)[:120]}", where=name) from None
    return value


def fitted(value: object, shape: type[Shape], name: str) -> Shape:
    """Return plain values as a pydantic model.

    Raises
    ------
    NotEvidence
        For the first field that does not fit, by its path.
    """
    try:
        return shaped(Document(Path(name), None, {}), value, shape)
    except DocumentError as error:
        raise NotEvidence(error.what, where=error.where, mend=error.mend) from None


def _single(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{double[:60]}: written twice")
    return made


def _refuse_constant(word: str) -> Json:
    raise ValueError(f"{word} is not a number")


def _depth(text: str) -> int:
    """Return the deepest nesting; brackets inside strings do not count."""
    deepest = depth = 0
    inside = escaped = False
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    for sign in text:
        if inside:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                inside = False
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest
