"""Reads a chain's folder: ``chain.yaml``, ``nodes.csv``, ``links.csv``, ``makers.csv`` and ``points/*.yaml``.

In come the folder and what the pack knows (test items and standards); out goes a :class:`Chain`. The first thing that
does not fit is a :class:`ChainError` of one line: an unknown node, test or standard, something given twice, a link that
leads back towards the raw material, a cycle. CSV files may open with comment lines that start with ``#``.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qilian.chain.errors import ChainError
from qilian.chain.model import LAYERS, Chain, ControlPoint, FailureMode, Link, Maker, Node
from qilian.documents import Document, Trail, Value, csv_rows, read_yaml, shaped
from qilian.standards import Catalogue, StandardRef
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.chain.door import NodeForm

MAX_CSV_BYTES = 64_000_000
Shape = TypeVar("Shape")


def read_chain(folder: Path, tests: Collection[str], catalogue: Catalogue) -> Chain:
    """Read the chain of ``folder``.

    Parameters
    ----------
    tests
        Ids of the test items that a control point may name.
    catalogue
        Holds every standard that a control point may name.

    Raises
    ------
    QilianError
        For the first thing that cannot be read or does not fit, with file and line.
    """
    from qilian.chain.door import ChainForm

    document = read_yaml(folder / "chain.yaml")
    head = shaped(document, document.value, ChainForm)
    systems = {system.id: system.name for system in head.systems}
    nodes = _nodes(folder / "nodes.csv", systems)
    layers = {node.id: LAYERS.index(node.layer) for node in nodes}
    return Chain(
        notice=head.notice,
        systems=systems,
        nodes=nodes,
        links=_links(folder / "links.csv", layers),
        makers=_makers(folder / "makers.csv", layers),
        points=_points(folder / "points", layers, tests, catalogue),
    )


def _nodes(path: Path, systems: Collection[str]) -> tuple[Node, ...]:
    from qilian.chain.door import NodeForm

    document = _table(path, tuple(NodeForm.model_fields))
    forms = _rows(document, list[NodeForm])
    _refuse_doubles(document, [form.id for form in forms])
    for place, form in enumerate(forms):
        if form.system not in systems:
            raise ChainError(
                f"{form.id}: unknown system {form.system}",
                where=document.where((place, "system")),
                mend=f"write one of {', '.join(systems)}",
            )
    return tuple(_node(form) for form in forms)


def _node(form: "NodeForm") -> Node:
    return Node(form.id, Text(form.name_zh, form.name_en), form.layer, form.system, form.source, form.confidence)


def _links(path: Path, layers: dict[str, int]) -> tuple[Link, ...]:
    from qilian.chain.door import LinkForm

    document = _table(path, tuple(LinkForm.model_fields))
    forms = _rows(document, list[LinkForm])
    _refuse_doubles(document, [f"{form.origin} to {form.target}" for form in forms])
    for place, form in enumerate(forms):
        for name in (form.origin, form.target):
            _known(name, layers, document, (place,))
        if layers[form.origin] > layers[form.target]:
            raise ChainError(
                f"{form.origin} to {form.target} leads from {LAYERS[layers[form.origin]]} "
                f"back to {LAYERS[layers[form.target]]}",
                where=document.where((place,)),
                mend="turn the link round or mend a layer",
            )
    links = tuple(Link(form.origin, form.target, Text(form.note_zh, form.note_en)) for form in forms)
    _refuse_cycle(links, document)
    return links


def _makers(path: Path, layers: dict[str, int]) -> tuple[Maker, ...]:
    from qilian.chain.door import MakerForm

    document = _table(path, tuple(MakerForm.model_fields))
    forms = _rows(document, list[MakerForm])
    _refuse_doubles(document, [f"{form.name_zh} of {form.node}" for form in forms])
    for place, form in enumerate(forms):
        _known(form.node, layers, document, (place,))
    return tuple(
        Maker(form.node, Text(form.name_zh, form.name_en), form.region, form.sample, form.source, form.confidence)
        for form in forms
    )


def _points(
    folder: Path, layers: dict[str, int], tests: Collection[str], catalogue: Catalogue
) -> tuple[ControlPoint, ...]:
    from qilian.chain.door import PointForm

    known = {edition.ref.base_key for edition in catalogue.editions}
    points: list[ControlPoint] = []
    first_in: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        for place, form in enumerate(shaped(document, document.value, list[PointForm])):
            where = document.where((place,))
            if form.id in first_in:
                raise ChainError(
                    f"{form.id}: already in {first_in[form.id]}", where=where, mend="rename one of the two"
                )
            first_in[form.id] = where
            _known(form.node, layers, document, (place, "node"))
            for number, test in enumerate(form.tests):
                if test not in tests:
                    raise ChainError(
                        f"{form.id}: unknown test {test}",
                        where=document.where((place, "tests", number)),
                        mend="name a test of tests.yaml",
                    )
            references = tuple(StandardRef.parse_or_named(text) for text in form.references)
            for number, reference in enumerate(references):
                if reference.base_key not in known:
                    raise ChainError(
                        f"{form.id}: {reference} is not in the catalogue",
                        where=document.where((place, "references", number)),
                        mend="add it to standards.csv or mend its number",
                    )
            failures = tuple(
                FailureMode(each.mode, each.effect, each.severity, each.occurrence, each.detection)
                for each in form.failures
            )
            points.append(
                ControlPoint(
                    form.id,
                    form.node,
                    form.characteristic,
                    form.requirement,
                    failures,
                    tuple(form.tests),
                    references,
                    form.source,
                    form.confidence,
                )
            )
    return tuple(points)


def _known(node: str, nodes: Collection[str], document: Document, trail: Trail) -> None:
    if node not in nodes:
        raise ChainError(
            f"unknown node {node}", where=document.where(trail), mend="add it to nodes.csv or mend the name"
        )


def _refuse_doubles(document: Document, names: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in first:
            earlier = document.where((first[name],))
            raise ChainError(
                f"{name}: already in {earlier}", where=document.where((place,)), mend="keep one of the two"
            )
        first[name] = place


def _refuse_cycle(links: Sequence[Link], document: Document) -> None:
    """Refuse links that lead back to where they came from, and name them."""
    into: dict[str, list[Link]] = {}
    waiting: dict[str, int] = {}
    for link in links:
        into.setdefault(link.origin, []).append(link)
        waiting[link.target] = waiting.get(link.target, 0) + 1
        waiting.setdefault(link.origin, 0)
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        del waiting[node]
        for link in into.get(node, ()):
            waiting[link.target] -= 1
            if not waiting[link.target]:
                ready.append(link.target)
    if not waiting:
        return
    # Each node that is left has a link from another one that is left: walk backwards until one comes again.
    back = {link.target: link for link in links if link.origin in waiting and link.target in waiting}
    walked = [next(iter(waiting))]
    while walked.count(walked[-1]) < 2:
        walked.append(back[walked[-1]].origin)
    cycle = walked[walked.index(walked[-1]) :][::-1]
    closing = back[cycle[-1]]
    raise ChainError(
        f"a cycle: {' → '.join(cycle)}",
        where=document.where((links.index(closing),)),
        mend="take out the link that is not true",
    )


def _rows(document: Document, shape: type[Shape]) -> Shape:
    return shaped(document, document.value, shape)


def _table(path: Path, columns: Iterable[str]) -> Document:
    """Read a CSV file as a list of rows that remember their lines; empty cells are left out.

    Raises
    ------
    ChainError
        If it is not UTF-8, not CSV, has other columns, or a row of another length.
    """
    table = csv_rows(path, MAX_CSV_BYTES, ChainError)
    rows: list[Value] = []
    lines: dict[Trail, int] = {}
    _line, header = next(table, (1, []))
    if set(header) != set(columns) or len(set(header)) != len(header):
        raise ChainError("other columns", where=path.name, mend=f"give {', '.join(columns)}")
    for line, cells in table:
        if not cells:
            continue
        if len(cells) != len(header):
            raise ChainError(
                f"{len(cells)} cells under {len(header)} columns",
                where=f"{path.name} line {line}",
                mend="quote cells that hold a comma",
            )
        lines[(len(rows),)] = line
        rows.append({name: cell for name, cell in zip(header, cells, strict=True) if cell})
    return Document(path, rows, lines)
