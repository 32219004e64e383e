"""How fast references are read, and how completely: a table with the figures and their ratio to a bare split.

In comes the list of spellings of the tests and, where ``../shared/data`` is there, the identifiers of the ISO and IEC
catalogues; out goes a table. Run: ``python benchmarks/references.py``.
"""

import csv
import io
import re
import subprocess
import tarfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from qilian.standards import NotAReference, StandardRef, read_table

ROOT = Path(__file__).parents[1]
SPELLINGS = ROOT / "tests/standards/spellings.csv"
TABLE = ROOT / "src/qilian/content/robots/standards.csv"
ARCHIVES = [ROOT.parent / f"shared/data/standards/relaton-{name}.tar.zst" for name in ("iso", "iec")]

_SPLIT = re.compile(r"[ :/-]+")
_DOCID = re.compile(r"^docid:\n((?:[- ].*\n)*)", re.MULTILINE)
_PRIMARY = re.compile(r"^\s*primary: true", re.MULTILINE)
_IDENTIFIER = re.compile(r"(?:^|\n)\s*id: (.*(?:\n {4,}\S.*)*)")


def main() -> None:
    """Print the table."""
    with SPELLINGS.open(encoding="utf-8", newline="") as stream:
        spellings = [row["text"] for row in csv.DictReader(stream)]
    _compare("hand-written spellings", spellings, 200)
    for archive in ARCHIVES:
        if not archive.exists():
            print(f"{archive.name}: not there, skipped")
            continue
        identifiers = list(_identifiers(archive))
        _compare(f"identifiers of {archive.name}", identifiers, 1)
        _complete(identifiers)
    seconds = min(_seconds(lambda: read_table(TABLE)) for _ in range(5))
    rows = len(read_table(TABLE).editions)
    print(f"reading the table: {rows} editions in {seconds * 1000:.0f} ms")


def _compare(name: str, texts: list[str], rounds: int) -> None:
    def split() -> None:
        for _ in range(rounds):
            for text in texts:
                _SPLIT.split(text)

    def parse() -> None:
        for _ in range(rounds):
            for text in texts:
                _parsed(text)

    parse()
    baseline = min(_seconds(split) for _ in range(3))
    seconds = min(_seconds(parse) for _ in range(3))
    count = len(texts) * rounds
    print(f"{name}: {count / seconds:,.0f} a second, {seconds / baseline:.1f} times a bare split")


def _complete(identifiers: list[str]) -> None:
    """Say how many identifiers keep their meaning, and how many their very letters, through reading and writing.

    The meaning is kept where what is written reads back as the same reference. Each of the rest is listed; of those
    that are only spelt otherwise, the reasons with their numbers.
    """
    lost: list[str] = []
    otherwise: dict[str, list[str]] = defaultdict(list)
    for text in identifiers:
        ref = _parsed(text)
        if ref is None or StandardRef.parse(str(ref)) != ref:
            lost.append(text)
        elif str(ref) != text:
            otherwise[_why_otherwise(text, str(ref))].append(text)
    count = len(identifiers)
    kept, respelt = count - len(lost), sum(map(len, otherwise.values()))
    print(
        f"  of {count:,}: {kept / count:.3%} read back as the same (bar: 99.5 %), "
        f"{(kept - respelt) / count:.3%} are written letter for letter"
    )
    for why, some in sorted(otherwise.items(), key=lambda pair: -len(pair[1])):
        print(f"  {len(some):6,} spelt otherwise: {why}, e.g. {some[0]} as {_parsed(some[0])}")
    for text in lost:
        print(f"         not read: {text}: {_why_lost(text)}")


def _why_otherwise(text: str, written: str) -> str:
    """Name what is different; one document has one spelling here, and each catalogue spells the other's its own way."""
    if _amended(text) == _amended(written):
        return "an amendment in the other publisher's letters"
    if _fold(text) == _fold(written):
        return "a slash or a blank before type or stage"
    return "letters of a part, a kind or an edition"


def _amended(text: str) -> str:
    return re.sub(
        r"([/+])(Amd|Cor|DAM|FDAM) ?(?=\d)", lambda found: found[1] + found[2].upper(), text, flags=re.IGNORECASE
    )


def _why_lost(text: str) -> str:
    if text.endswith(":"):
        return "the source leaves out the year"
    if re.search(r"Report|Paper|HANDB|GIORGI|CENT|SYMBOL|VIM|DIR", text):
        return "a publication that is known by its title"
    return "a form of its own"


def _fold(text: str) -> str:
    return re.sub(r"[ /]", "", text).casefold()


def _parsed(text: str) -> StandardRef | None:
    try:
        return StandardRef.parse(text)
    except NotAReference:
        return None


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _identifiers(archive: Path) -> Iterator[str]:
    """Primary identifiers of a Relaton archive; needs the ``zstd`` program."""
    plain = subprocess.run(["zstd", "-dc", str(archive)], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as members:
        for member in members:
            stream = members.extractfile(member) if member.name.endswith(".yaml") else None
            found = _DOCID.search(stream.read().decode()) if stream else None
            for entry in re.split(r"^- ", found.group(1), flags=re.MULTILINE)[1:] if found else ():
                identifier = _IDENTIFIER.search(entry)
                if identifier and _PRIMARY.search(entry):
                    yield identifier.group(1).strip().strip("'\"")


if __name__ == "__main__":
    main()
