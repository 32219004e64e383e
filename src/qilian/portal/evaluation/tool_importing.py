"""Reads policy tools of a regulator, YAML or CSV; every one that is not taken over is told with its line and why.

YAML is a list of tools, or ``tools:`` with one, as in a pack's ``tools.yaml``. CSV has a row for each tool, whose
column ``when`` holds the condition as YAML. Conditions may ask for the facts of the pack alone.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qilian.documents import Document, Trail, read_yaml
from qilian.errors import QilianError
from qilian.evaluation import EvaluationError, read_tool
from qilian.laboratories.scopes.tables import UnreadRow, read_table
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation.helping import toolbox
from qilian.portal.evaluation.importing import Unread
from qilian.portal.evaluation.models import KeptTool, ToolTable
from qilian.portal.history.recording import Happened, record, record_all, writing
from qilian.portal.site.uploads import Upload
from qilian.text import Text

MAX_BYTES = 1024 * 1024
MOST = 500
COLUMNS = (
    "id", "kind", "title_zh", "title_en", "gives_zh", "gives_en", "level", "when", "from", "until", "source",
    "confidence",
)  # fmt: skip
EXAMPLE = """- id: HZ-2026-01
  kind: grant
  title: {zh: 检测服务券, en: Test voucher}
  gives: {zh: 检测费用的 30%, en: 30 % of what tests cost}
  level: city
  region: 杭州市
  when:
    all:
      - {parameter: firm.region, is: hangzhou}
      - {parameter: firm.employees, below: 300}
  in_force: {from: 2026-01-01, until: 2026-12-31}
  sources: ["https://…"]
  confidence: secondary"""
_LEVELS = {"country": "nation"}
Written = tuple[int, Document, Trail, object, str]
"""A tool that was written: its line, document and trail, its value, and its beginning."""


def import_tools(actor: Actor, upload: Upload) -> ToolTable:
    """Take over the tools that can be; one with an id that the regulator has replaces it, the others stay.

    Raises
    ------
    QilianError
        If the file as a whole is not understood, or has too many tools; nothing is kept then.
    """
    assert actor.organisation is not None
    organisation = actor.organisation
    entries, unread = read_entries(upload, organisation.region)
    with writing():
        rows = KeptTool.objects.current().filter(code__in=entries).select_related("organisation")
        standing = {row.code: row for row in rows}
        for code in [code for code in entries if code in standing and standing[code].organisation != organisation]:
            line, _entry = entries.pop(code)
            what = Text(f"{code}: 其他部门已有同号工具", f"{code}: another authority has a tool of this id")
            unread.append(Unread(line, what, Text("换一个编号", "choose another id"), code))
        news = {code: each for code, each in entries.items() if code not in standing or standing[code].entry != each[1]}
        table = ToolTable.objects.create(
            organisation=organisation,
            name=upload.name,
            sha256=upload.digest,
            taken=len(news),
            same=len(entries) - len(news),
            unread=[[each.line, _both(each.why), _both(each.mend), each.text] for each in unread],
            imported_by=actor.user,
        )
        replaced = [standing[code].pk for code in news if code in standing]
        KeptTool.objects.filter(pk__in=replaced).update(is_current=False)
        made = KeptTool.objects.bulk_create(
            KeptTool(organisation=organisation, region=organisation.region, code=code, entry=entry, table=table)
            for code, (_line, entry) in news.items()
        )
        if made:
            record_all(actor, "give", [Happened(row, data={"of": row.code}) for row in made])
    return table


def withdraw(tool: KeptTool, actor: Actor) -> None:
    """Take a tool back: no firm is offered it any more; it stays in the record."""
    with writing():
        tool.is_current = False
        tool.save(update_fields=["is_current"])
        record(actor, "withdraw", tool, data={"of": tool.code})


def read_entries(upload: Upload, region: str) -> tuple[dict[str, tuple[int, dict[str, Any]]], list[Unread]]:
    """Return the entries of a file by id, each with its line, and those that cannot be taken over."""
    entries: dict[str, tuple[int, dict[str, Any]]] = {}
    unread: list[Unread] = []
    with TemporaryDirectory(prefix="qilian-") as folder:
        path = Path(folder) / f"tools.{upload.kind}"
        path.write_bytes(upload.content)
        for count, written in enumerate(_yaml(path) if upload.kind == "yaml" else _csv(path, Path(folder), region)):
            if count >= MOST:
                raise EvaluationError(f"more than {MOST} tools", where=upload.name, mend="divide the file")
            if isinstance(written, Unread):
                unread.append(written)
                continue
            line, document, trail, value, text = written
            try:
                tool = read_tool(document, trail, value, toolbox().facts)
                if tool.id in entries:
                    raise EvaluationError(f"{tool.id}: also in line {entries[tool.id][0]}", mend="keep one of the two")
            except QilianError as error:
                unread.append(_refused(line, error, text))
            else:
                assert isinstance(value, dict)
                entries[tool.id] = (line, value)
    return entries, unread


def _yaml(path: Path) -> Iterator[Written]:
    document = read_yaml(path, MAX_BYTES)
    whole = document.value
    head: Trail = ("tools",) if isinstance(whole, dict) else ()
    listed = whole.get("tools") if isinstance(whole, dict) else whole
    if not isinstance(listed, list):
        raise EvaluationError("no list of tools", where=document.where(), mend="write tools: and a list below it")
    for index, value in enumerate(listed):
        trail = (*head, index)
        name = value.get("id") if isinstance(value, dict) else value
        yield document.lines.get(trail, 0), document, trail, value, str(name)[:200]


def _csv(path: Path, folder: Path, region: str) -> Iterator[Written | Unread]:
    head, rows = read_table(path)
    lower = [each.strip().lower() for each in head]
    if absent := [name for name in ("id", "kind", "title_zh", "gives_zh", "when") if name not in lower]:
        what = f"no column {', '.join(absent)}"
        raise EvaluationError(what, where="line 1", mend=f"write the columns {', '.join(COLUMNS)}")
    for row in rows:
        if isinstance(row, UnreadRow):
            yield Unread(row.line, row.why, row.mend, row.text)
            continue
        cells = dict(zip(lower, (cell.strip() for cell in row.cells), strict=False))
        text = " | ".join(row.cells)[:200]
        cell = folder / "when.yaml"
        cell.write_text(cells["when"], encoding="utf-8")
        try:
            value = _entry(cells, read_yaml(cell).value, region)
        except QilianError as error:
            yield _refused(row.line, error, text)
        else:
            yield row.line, Document(path, value, {(): row.line}), (), value, text


def _entry(cells: dict[str, str], when: Any, region: str) -> dict[str, Any]:
    level = regions.level(region)
    days = {name: cells[name] for name in ("from", "until") if cells.get(name)}
    return {
        "id": cells["id"],
        "kind": cells["kind"],
        "title": {"zh": cells["title_zh"], "en": cells.get("title_en") or cells["title_zh"]},
        "gives": {"zh": cells["gives_zh"], "en": cells.get("gives_en") or cells["gives_zh"]},
        "level": cells.get("level") or _LEVELS.get(level, level),
        "region": regions.name(region) or "CN",
        "when": when,
        **({"in_force": days} if days else {}),
        "sources": [cells["source"]] if cells.get("source") else [],
        "confidence": cells.get("confidence") or "unverified",
    }


def _refused(line: int, error: QilianError, text: str) -> Unread:
    """Return why an entry is not taken over, as the reader says it: in English, as for all content."""
    return Unread(line, Text(error.what, error.what), Text(error.mend, error.mend), text)


def _both(words: Text) -> list[str]:
    return [words.zh, words.en]
