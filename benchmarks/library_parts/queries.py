"""Rows to search: made up, of a pack, or drawn from a library; and the queries that are made out of them."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qilian.content import load_pack
from qilian.portal.library.searching import Filters, SearchRow
from qilian.standards import StandardRef, Status

QUERIES_A_FORM = 200
ON = date(2026, 12, 1)


@dataclass(frozen=True)
class Query:
    """What a person types, the filters of a second round, and the keys of the rows that would be right."""

    text: str
    filters: Filters
    right: frozenset[str]


def made_up_rows(count: int, seed: int = 7) -> Iterator[SearchRow]:
    """Yield rows with titles of the robot pack's words, for a machine without the real catalogues."""
    choose = random.Random(seed)
    titles = [edition.title for edition in load_pack("robots").catalogue.editions if edition.title.en]
    words = sorted({word for title in titles for word in title.en.split() if len(word) > 2})
    for number in range(count):
        ref = StandardRef(choose.choice(("ISO", "IEC", "ISO/IEC")), str(100 + number), year=choose.randint(1980, 2026))
        born = date(ref.year or 2000, choose.randint(1, 12), 1)
        ends = born + timedelta(days=choose.randint(1000, 9000)) if choose.random() < 0.5 else None
        title = " ".join(choose.choices(words, k=choose.randint(4, 14)))
        ics = f"{choose.randint(1, 97):02d}.{choose.randint(1, 200):03d}"
        committee = f"{ref.publisher}/TC {choose.randint(1, 300)}"
        yield SearchRow(str(ref), ref, {"en": title}, born, Status.CURRENT, ends, Status.SUPERSEDED, committee, (ics,))


def pack_rows() -> list[SearchRow]:
    """Return the robot pack's own table: the rows that have Chinese titles."""
    return [
        SearchRow(str(each.ref), each.ref, {"zh": each.title.zh, "en": each.title.en}, None, Status.CURRENT)
        for each in load_pack("robots").catalogue.editions
    ]


def drawn_rows(count: int, seed: int = 3) -> list[SearchRow]:
    """Return rows of documents drawn by lot from the library that the environment names, without their line of time."""
    from qilian.portal.library.looking_up import show
    from qilian.portal.library.models import Document
    from qilian.portal.library.rows import unpack

    documents = Document.objects.live().exclude(publisher="")
    drawn = random.Random(seed).sample(list(documents.values_list("id", flat=True)), count)
    rows = []
    for each in documents.filter(id__in=drawn).order_by("id"):
        ref = unpack(each.ref)
        rows.append(SearchRow(each.identifier, ref, each.titles, None, show(ref, ON).status, ics=tuple(each.ics)))
    return rows


# -- queries -----------------------------------------------------------------------------------------------------------


def queries(rows: Sequence[SearchRow], seed: int = 11) -> dict[str, list[Query]]:
    """Make the queries of each form out of rows that were drawn by lot; the same for every engine."""
    choose = random.Random(seed)
    by_number: dict[str, set[str]] = {}
    by_title: dict[str, set[str]] = {}
    for row in rows:
        by_number.setdefault(str(row.reference), set()).add(row.key)
        for title in row.titles.values():
            by_title.setdefault(title, set()).add(row.key)
    numbered = [row for row in rows if row.reference.publisher and row.reference.number]
    titled = [row for row in rows if len(row.titles.get("en", "").split()) >= 5]
    chinese = [row for row in rows if len(row.titles.get("zh", "")) >= 8]

    def of_number(row: SearchRow, text: str) -> Query:
        return Query(text, filters_of(row), frozenset(by_number[str(row.reference)]))

    def of_title(row: SearchRow, language: str, text: str) -> Query:
        return Query(text, filters_of(row), frozenset(by_title[row.titles[language]]))

    def draw(among: Sequence[SearchRow]) -> list[SearchRow]:
        return choose.sample(among, min(QUERIES_A_FORM, len(among)))

    return {
        "number as written": [of_number(row, str(row.reference)) for row in draw(numbered)],
        "number, odd spelling": [of_number(row, _oddly(str(row.reference), choose)) for row in draw(numbered)],
        "title words": [of_title(row, "en", _some_words(row.titles["en"], choose)) for row in draw(titled)],
        "title, two words dropped": [of_title(row, "en", _dropped(row.titles["en"], choose)) for row in draw(titled)],
        "title, a typo": [of_title(row, "en", _mistyped(row.titles["en"], choose)) for row in draw(titled)],
        "Chinese words": [of_title(row, "zh", _part(row.titles["zh"], choose)) for row in draw(chinese)],
    }


def filters_of(row: SearchRow) -> Filters:
    """Filters that the row passes: publisher, first ICS group, status on the date."""
    known = row.known_from is None or row.known_from <= ON
    status = (row.stands if row.ends is None or row.ends > ON else row.ended_as) if known else Status.UNKNOWN
    return Filters(row.reference.publisher, status, "", row.ics[0].partition(".")[0] if row.ics else "")


def _oddly(number: str, choose: random.Random) -> str:
    """Write a number as people do: full-width, without blanks, in small letters, with other dashes or no colon."""
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})
    ways: list[Callable[[str], str]] = [
        lambda text: text.translate(wide),
        lambda text: text.replace(" ", ""),
        lambda text: text.replace(" ", "").lower(),
        lambda text: text.replace("-", "—").replace(":", "："),
        lambda text: text.replace(":", "-"),
        lambda text: text.replace(":", " ").lower(),
        lambda text: text.replace("/", " / ").replace("-", " - "),
    ]
    return choose.choice(ways)(number)


def _some_words(title: str, choose: random.Random) -> str:
    words = title.split()
    start = choose.randrange(max(1, len(words) - 7))
    return " ".join(words[start : start + 8])


def _dropped(title: str, choose: random.Random) -> str:
    words = title.split()
    for _ in range(2):
        words.pop(choose.randrange(len(words)))
    return " ".join(words)


def _mistyped(title: str, choose: random.Random) -> str:
    """Swap, lose or double a letter in the middle of one of the longer words."""
    words = title.split()
    place = max(choose.sample(range(len(words)), min(4, len(words))), key=lambda index: len(words[index]))
    word = words[place]
    if len(word) < 5:
        return title
    at = choose.randrange(1, len(word) - 2)
    wrong = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
    )
    words[place] = choose.choice(wrong)
    return " ".join(words)


def _part(title: str, choose: random.Random) -> str:
    length = max(4, len(title) // 2)
    start = choose.randrange(len(title) - length + 1)
    return title[start : start + length]
