"""bm25s and SQLite FTS5 as peers: each ranks the lines, and their laboratories are taken line by line."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence

from matching_parts.lines import Line

MOST_LINES = 1000

Ask = Callable[[str, int], frozenset[str]]


def bm25s_peer(lines: Sequence[Line]) -> Ask:
    """Index the lines with bm25s and return a function that finds laboratories."""
    import bm25s

    texts = (" ".join(line[1:]) for line in lines)
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False)

    def rows(text: str) -> Iterator[int]:
        tokens = bm25s.tokenize([text], stopwords="en", show_progress=False)
        ids, _ = retriever.retrieve(tokens, k=min(MOST_LINES, len(lines)), show_progress=False)
        yield from map(int, ids[0])

    return _grouped(rows, lines)


def fts5_peer(lines: Sequence[Line]) -> Ask:
    """Index the lines with SQLite FTS5 and return a function that finds laboratories by its ranked OR."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE line USING fts5(text)")
    database.executemany(
        "INSERT INTO line(rowid, text) VALUES (?, ?)", ((row, " ".join(line[1:])) for row, line in enumerate(lines))
    )

    def rows(text: str) -> Iterator[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text)))
        asked = "SELECT rowid FROM line WHERE text MATCH ? ORDER BY rank LIMIT ?"
        for (row,) in database.execute(asked, (words, MOST_LINES)):
            yield int(row)

    return _grouped(rows, lines)


def _grouped(rows: Callable[[str], Iterator[int]], lines: Sequence[Line]) -> Ask:
    def ask(text: str, top: int) -> frozenset[str]:
        found: dict[str, None] = {}
        for row in rows(text):
            found[lines[row][0]] = None
            if len(found) == top:
                break
        return frozenset(found)

    return ask
