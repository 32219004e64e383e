"""Archives of other sizes, made of the real ones: a part of them, or copies of their records under fresh numbers."""

import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import zstandard

from qilian.standards.archives import Member, members

_NUMBER = re.compile(rb"(?<=[A-Z] )(?=\d)")


def archives_of(size: int, real: list[Path], folder: Path) -> list[Path]:
    """Return archives with that many records in all: those of ISO and IEC, a part of them, or copies beside them."""
    made: list[Path] = []
    left, copy = size, 0
    while left:
        for path in real:
            records = islice((each for each in members(path) if not each.fault), left)
            target = folder / path.name.replace(".tar.zst", f"-{copy}.tar.zst")
            count = _write(records if copy == 0 else _renumbered(records, copy), target)
            left -= count
            if count:
                made.append(target)
        copy += 1
    return made


def _renumbered(records: Iterable[Member], copy: int) -> Iterator[Member]:
    """Put digits before each number: ``ISO 10218-1:2011`` becomes ``ISO 9110218-1:2011``, in all its relations too."""
    for each in records:
        yield Member(each.name, _NUMBER.sub(b"%d" % (90 + copy), each.data), each.modified)


def _write(records: Iterable[Member], target: Path) -> int:
    count = 0
    with (
        target.open("wb") as raw,
        zstandard.ZstdCompressor(1).stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for each in records:
            info = tarfile.TarInfo(each.name)
            info.size = len(each.data)
            info.mtime = 1_748_822_400  # 2025-06-02
            tar.addfile(info, io.BytesIO(each.data))
            count += 1
    return count
