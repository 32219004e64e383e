"""Writes the history into a file, and finds what is wrong in a file or in the database: what ``qilian audit`` does."""

from collections.abc import Iterator
from pathlib import Path

from qilian.portal.history.chain import Finding, HistoryError, Link, missing, verify


def export(target: Path) -> tuple[int, str]:
    """Write every entry, a JSON line each; return how many, and the head: the last one's hash.

    Raises
    ------
    HistoryError
        If the file cannot be written.
    """
    from qilian.portal.history.models import Entry

    count, head = 0, ""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            for entry in Entry.objects.order_by("number").iterator(chunk_size=1_000):
                stream.write(entry.link.line + "\n")
                count, head = count + 1, entry.hash
        part.replace(target)
    except OSError as error:
        raise HistoryError(f"the export cannot be written ({error.strerror})", where=str(target)) from None
    finally:
        part.unlink(missing_ok=True)
    return count, head


def read(source: Path) -> Iterator[Link]:
    """Yield the entries of an export.

    Raises
    ------
    HistoryError
        If it cannot be read.
    """
    try:
        with source.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    yield Link.read(line, number)
                except HistoryError as error:
                    raise HistoryError(error.what, where=f"{source}, {error.where}", mend=error.mend) from None
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "not text"
        raise HistoryError(f"the export cannot be read ({said})", where=str(source)) from None


def stored() -> Iterator[Link]:
    """Yield the entries of the database."""
    from qilian.portal.history.models import Entry

    for entry in Entry.objects.order_by("number").iterator(chunk_size=1_000):
        yield entry.link


def examine(links: Iterator[Link], *, head: str = "", against: Path | None = None) -> tuple[int, list[Finding]]:
    """Return how many entries a chain has, and all that is wrong with it.

    Parameters
    ----------
    head
        A hash kept elsewhere, which must be in the chain.
    against
        An export made earlier, all of which must still be in the chain.
    """
    hashes: dict[int, str] = {}

    def counted() -> Iterator[Link]:
        for link in links:
            hashes[link.number] = link.hash
            yield link

    findings = list(verify(counted()))
    if against is not None:
        findings += missing(read(against), hashes)
    if head and head not in hashes.values():
        findings.append(Finding(max(hashes, default=0) + 1, "cut off"))
    return len(hashes), findings
