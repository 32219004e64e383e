"""The engines that are compared on the same rows and queries: ours, SQLite FTS5 and a linear scan."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from library_parts.queries import ON, filters_of
from qilian.portal.library import search_terms
from qilian.portal.library.searching import Filters, SearchIndex, SearchRow

LIMIT = 10

Engine = Callable[[str, Filters | None], Sequence[str]]


def ours(index: SearchIndex) -> Engine:
    """Search as the library does."""
    return lambda text, filters: [hit.key for hit in index.search(text, ON, filters, LIMIT)]


class Fts5:
    """SQLite FTS5 as one would set it up: number and titles, ranked by bm25; all words, then any of them."""

    def __init__(self, rows: Sequence[SearchRow], path: Path, tokenizer: str) -> None:
        self.base = sqlite3.connect(path)
        self.base.execute("CREATE TABLE facts (key TEXT, publisher TEXT, ics TEXT, status TEXT)")
        self.base.execute(f"CREATE VIRTUAL TABLE words USING fts5(number, titles, tokenize='{tokenizer}')")
        for row in rows:
            filters = filters_of(row)
            self.base.execute(
                "INSERT INTO facts VALUES (?, ?, ?, ?)", (row.key, filters.publisher, filters.ics, filters.status)
            )
            titles = "\n".join(row.titles.values())
            self.base.execute("INSERT INTO words(number, titles) VALUES (?, ?)", (str(row.reference), titles))
        self.base.commit()
        self.base.execute("INSERT INTO words(words) VALUES ('optimize')")
        self.base.commit()

    def search(self, text: str, filters: Filters | None) -> list[str]:
        """Return the keys of the best rows."""
        words = [f'"{word}"' for word in search_terms.plain(text).replace('"', " ").split()]
        found = self._run(" AND ".join(words), filters)
        if len(found) < LIMIT and len(words) > 1:
            found += [key for key in self._run(" OR ".join(words), filters) if key not in found]
        return found[:LIMIT]

    def _run(self, match: str, filters: Filters | None) -> list[str]:
        statement = "SELECT key FROM words JOIN facts ON facts.rowid = words.rowid WHERE words MATCH ?"
        values: list[str] = [match]
        if filters:
            statement += " AND publisher = ? AND ics = ? AND status = ?"
            values += [filters.publisher, filters.ics, str(filters.status)]
        return [key for (key,) in self.base.execute(f"{statement} ORDER BY bm25(words) LIMIT {LIMIT}", values)]


def linear(rows: Sequence[SearchRow]) -> Engine:
    """Look at every row: all words, or the whole number without its punctuation, must be in its text."""
    texts = [
        f"{search_terms.plain(' '.join((str(row.reference), *row.titles.values()))).lower()} "
        f"{search_terms.squash(str(row.reference))}"
        for row in rows
    ]
    facts = [filters_of(row) for row in rows]

    def search(text: str, filters: Filters | None) -> list[str]:
        words = search_terms.plain(text).lower().split()
        squashed = search_terms.squash(text)
        found: list[str] = []
        for row, own, fact in zip(rows, texts, facts, strict=True):
            if (squashed in own or all(word in own for word in words)) and (filters is None or filters == fact):
                found.append(row.key)
                if len(found) == LIMIT:
                    break
        return found

    return search
