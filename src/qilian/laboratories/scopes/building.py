"""Builds an index generation out of the imported sources.

In come sources and the register of laboratories; out goes a folder with a tantivy index over concepts, the lines sorted
by concept as plain numpy columns, and the wordings and laboratories as texts with offsets. A manifest closes it: a
folder without a manifest was never finished.
"""

import json
from array import array
from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qilian.laboratories.model import Accreditation
from qilian.laboratories.scopes.concepts import Concepts, make_concepts
from qilian.laboratories.scopes.journal import Source, Wording, checksum
from qilian.laboratories.scopes.register import ScopeLaboratory

if TYPE_CHECKING:
    import numpy as np
    import tantivy
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]

FORMAT = "qilian-scope-index/2"
WRITER_BYTES = 256_000_000

_Entry = TypeVar("_Entry", bound=Hashable)


def build(
    folder: Path, sources: Sequence[Source], register: Mapping[str, ScopeLaboratory], processes: int | None = None
) -> None:
    """Write a generation into ``folder``, which has to be empty."""
    wordings, wording_numbers = _united(source.wordings() for source in sources)
    names, laboratory_numbers = _united(source.laboratories() for source in sources)
    concepts = make_concepts(wordings, processes)
    of_wording = array("I", concepts.of_wording)
    concepts.segmenter.save(folder / "words.json")
    _write_wordings(folder, wordings, concepts)
    _write_documents(folder / "concepts", concepts)
    count = len(concepts.words)
    del concepts, wordings
    _write_laboratories(folder, [register.get(name) or ScopeLaboratory(name, name) for name in names])
    _write_lines(folder, sources, laboratory_numbers, wording_numbers, of_wording, count)
    write_manifest(folder, sources, register_digest(register))


def register_digest(register: Mapping[str, ScopeLaboratory]) -> str:
    """Return what tells one register from another."""
    text = "\n".join(repr(register[name]) for name in sorted(register))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def write_manifest(folder: Path, sources: Sequence[Source], register: str) -> None:
    """Close a generation: its format, the size and checksum of every file, and what it was built from."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    manifest = {
        "format": FORMAT,
        "sources": {source.name: source.checksums for source in sources},
        "register": register,
        "files": {path.relative_to(folder).as_posix(): [path.stat().st_size, checksum(path)] for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def concept_schema() -> "tantivy.Schema":
    """Return the schema of the concept documents: words, standards, and the concept's number."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="blank", index_option="freq")
    builder.add_text_field("standards", tokenizer_name="blank", index_option="basic")
    builder.add_unsigned_field("concept", fast=True)
    return builder.build()


def register_tokenizer(index: "tantivy.Index") -> None:
    """Make the index cut at blanks only: the words come cut."""
    import tantivy

    index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def _united(parts: "Iterable[Iterable[_Entry]]") -> "tuple[list[_Entry], list[Numbers]]":
    """Return the distinct entries of all parts, and for each part the number of its entries among them."""
    import numpy as np

    known: dict[_Entry, int] = {}
    numbers = [
        np.frombuffer(array("I", [known.setdefault(entry, len(known)) for entry in part]), np.uint32) for part in parts
    ]
    return list(known), numbers


def _write_wordings(folder: Path, wordings: Sequence[Wording], concepts: Concepts) -> None:
    def entries() -> Iterable[object]:
        for number, wording in enumerate(wordings):
            limits = concepts.limits[number]
            cells = [wording.object, wording.parameter, wording.standard, wording.limit]
            read = [[limit.name, limit.low, limit.high, limit.unit] for limit in limits.read]
            unread = [[fault.text, fault.why] for fault in limits.unread]
            yield [cells, concepts.cited[number].references, read, unread]

    _write_texts(folder / "wordings", entries())


def _write_texts(stem: Path, entries: Iterable[object]) -> None:
    """Write entries as JSON, one after the other, and where each begins."""
    import numpy as np

    starts = array("Q", [0])
    with stem.with_suffix(".txt").open("wb") as stream:
        for entry in entries:
            starts.append(starts[-1] + stream.write(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")))
    np.save(stem.with_suffix(".npy"), np.frombuffer(starts, np.uint64))


def _write_documents(folder: Path, concepts: Concepts) -> None:
    import tantivy

    folder.mkdir()
    index = tantivy.Index(concept_schema(), path=str(folder))
    register_tokenizer(index)
    writer = index.writer(WRITER_BYTES, 1)
    for number, (words, standards) in enumerate(zip(concepts.words, concepts.standards, strict=True)):
        document = tantivy.Document()
        document.add_text("words", words)
        document.add_text("standards", standards)
        document.add_unsigned("concept", number)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _write_laboratories(folder: Path, laboratories: Sequence[ScopeLaboratory]) -> None:
    """Write names, and what a laboratory is judged by as numbers into lists of the distinct values."""
    import numpy as np

    regions: dict[str, int] = {}
    tiers: dict[str, int] = {}
    held: dict[tuple[Accreditation, ...], int] = {}
    numbers = array("I")
    for one in laboratories:
        numbers.append(regions.setdefault(one.region, len(regions)))
        numbers.append(tiers.setdefault(one.tier, len(tiers)))
        numbers.append(held.setdefault(one.accreditations, len(held)))
    np.save(folder / "standings.npy", np.frombuffer(numbers, np.uint32).reshape(-1, 3))
    accreditations = [
        [[one.scheme, one.number, one.valid_from.isoformat(), one.valid_until.isoformat()] for one in own]
        for own in held
    ]
    said = {"regions": list(regions), "tiers": list(tiers), "accreditations": accreditations}
    (folder / "standings.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    _write_texts(folder / "laboratories", ([one.id, one.name] for one in laboratories))


def _write_lines(
    folder: Path,
    sources: Sequence[Source],
    laboratory_numbers: "Sequence[Numbers]",
    wording_numbers: "Sequence[Numbers]",
    of_wording: "array[int]",
    concepts: int,
) -> None:
    """Write the lines sorted by concept, and where each concept begins."""
    import numpy as np

    concept_of = np.frombuffer(of_wording, np.uint32)
    total = sum(source.lines for source in sources)
    wordings, laboratories, rows = (np.empty(total, np.uint32) for _ in range(3))
    origins = np.empty(total, np.uint16)
    start = 0
    for number, source in enumerate(sources):
        lines, end = source.numbers(), start + source.lines
        laboratories[start:end] = laboratory_numbers[number][lines[:, 0]]
        wordings[start:end] = wording_numbers[number][lines[:, 1]]
        rows[start:end] = lines[:, 2]
        origins[start:end] = number
        start = end
    concept = concept_of[wordings]
    starts = np.zeros(concepts + 1, np.uint64)
    np.cumsum(np.bincount(concept, minlength=concepts), out=starts[1:])
    np.save(folder / "line_starts.npy", starts)
    order = np.argsort(concept, kind="stable").astype(np.uint32)
    del concept
    for name, column in (("laboratories", laboratories), ("wordings", wordings), ("rows", rows), ("sources", origins)):
        np.save(folder / f"line_{name}.npy", column[order])
    (folder / "sources.json").write_text(
        json.dumps([source.name for source in sources], ensure_ascii=False), encoding="utf-8"
    )
