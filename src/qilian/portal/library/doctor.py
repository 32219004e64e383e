"""Lists what is odd in the library's data: it does no harm to the answers, and a reader should know of it.

In goes nothing; out go findings: documents that refer to themselves, targets that no source holds, cycles of
replacement, one identifier given twice, documents without a number, members that were rejected, unfinished imports.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef

from qilian.portal.library.models import Document, Import, Rejection, Relation
from qilian.standards.records import Link
from qilian.text import Text

KINDS = {
    "self-reference": Text("引用自身", "refers to itself"),
    "missing target": Text("所指文件不在库中", "refers to a document that no source holds"),
    "cycle": Text("代替关系成环", "a cycle of replacements"),
    "double identifier": Text("编号重复", "identifier given by several members of a source"),
    "no number": Text("没有编号，按标题收录", "has no number and is held by its title"),
    "rejected": Text("拒收的成员", "member that is no record"),
    "unfinished import": Text("导入未完成", "import that was not finished"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity: its kind (a key of :data:`KINDS`), the document or member, and the rest of it."""

    kind: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}" + (f": {self.detail}" if self.detail else "")


def examine() -> Iterator[Finding]:
    """Go through the whole library."""
    live = Relation.objects.filter(document__in=Document.objects.live())
    told = live.select_related("document").order_by("id")
    for each in told.filter(identifier=F("document__identifier")).iterator(chunk_size=2_000):
        yield Finding("self-reference", each.document.identifier, each.kind)
    held = Document.objects.live().filter(identifier=OuterRef("identifier"))
    for each in told.filter(~Exists(held)).iterator(chunk_size=2_000):
        yield Finding("missing target", each.document.identifier, str(each))
    for cycle in _cycles():
        yield Finding("cycle", cycle[0], " → ".join([*cycle, cycle[0]]))
    documents = Document.objects.live().order_by("identifier")
    doubled = documents.values("source__name", "identifier").annotate(members=Count("id")).filter(members__gt=1)
    for row in doubled:
        yield Finding("double identifier", row["identifier"], f"{row['members']} members of {row['source__name']}")
    for identifier, member in documents.filter(publisher="").values_list("identifier", "member"):
        yield Finding("no number", identifier, member)
    for rejection in Rejection.objects.order_by("source", "member"):
        yield Finding("rejected", rejection.member, rejection.reason)
    for run in Import.objects.filter(finished__isnull=True).select_related("source"):
        yield Finding("unfinished import", run.source.name, f"{run}; import the file again to finish it")


def _cycles() -> Iterator[list[str]]:
    """The cycles among documents that replace each other: strongly connected components of more than one."""
    heirs: dict[str, list[str]] = defaultdict(list)
    told = Relation.objects.filter(document__in=Document.objects.live(), kind__in=(Link.REPLACES, Link.REPLACED_BY))
    rows = told.order_by("id").values_list("document__identifier", "kind", "identifier")
    for subject, kind, other in rows.iterator(chunk_size=10_000):
        new, old = (subject, other) if kind == Link.REPLACES else (other, subject)
        heirs[new].append(old)
    return (sorted(component) for component in _components(heirs) if len(component) > 1)


def _components(graph: dict[str, list[str]]) -> Iterable[list[str]]:
    """Tarjan's algorithm (SIAM J. Comput. 1972) with a stack of its own, since chains of editions can be long."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for root in list(graph):
        if root in index:
            continue
        work = [(root, iter(graph.get(root, ())))]
        index[root] = lowest[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, neighbours = work[-1]
            for other in neighbours:
                if other not in index:
                    index[other] = lowest[other] = len(index)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other in on_path:
                    lowest[node] = min(lowest[node], index[other])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == index[node]:
                    start = path.index(node)
                    yield path[start:]
                    on_path.difference_update(path[start:])
                    del path[start:]
