"""The scope lines that are measured: a real table, or the same with made-up laboratories, with a made-up register."""

import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import TypeAlias

TABLE = Path(__file__).parents[2].parent / "shared/data/labs/nabl_scopes_dev.csv.gz"
SEED = 20261123
MADE_UP = "Made-up laboratory"
PROVINCES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 61]

Line: TypeAlias = tuple[str, str, str, str]  # laboratory, object, parameter, standard


def read_lines(table: Path) -> list[Line]:
    """Read a table of the same columns as TABLE."""
    with gzip.open(table, "rt", encoding="utf-8", newline="") as stream:
        return [
            (row["lab_file"], row["material_or_product"], row["parameter_or_test"], row["test_method_standard"])
            for row in csv.DictReader(stream)
        ]


def copies_of(lines: Sequence[Line], distinct: bool = False) -> Iterator[Line]:
    """Yield the lines, and then again and again with made-up laboratories; ``distinct`` gives them other objects."""
    own = {name: number for number, name in enumerate(dict.fromkeys(line[0] for line in lines))}
    yield from lines
    for copy in count(1):
        called = {name: f"{MADE_UP} {copy}-{number}" for name, number in own.items()}
        series = f" series {copy}" if distinct else ""
        for name, thing, *rest in lines:
            yield (called[name], f"{thing}{series}", *rest)


def write_table(table: Path, folder: Path, size: int, distinct: bool) -> tuple[Path, Path]:
    """Write the file, or the file again and again with made-up laboratories, and a made-up register."""
    lines = read_lines(table)
    path, register = folder / f"scopes-{size}.csv", folder / f"register-{size}.csv"
    rng = random.Random(SEED)
    size = size or len(lines)
    names: dict[str, None] = {}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("laboratory", "object", "parameter", "standard"))
        for line in islice(copies_of(lines, distinct), size):
            writer.writerow(line)
            names[line[0]] = None
    with register.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "name", "region", "tier", "scheme", "number", "valid_from", "valid_until"))
        for number, name in enumerate(names):
            begin = date(2021, 1, 1) + timedelta(days=rng.randrange(1500))
            region = f"{rng.choice(PROVINCES)}{rng.randrange(1, 20):02}{rng.randrange(0, 12):02}"
            tier = rng.choice(("province", "city", "district"))
            writer.writerow((name, name, region, tier, "CNAS", f"L{number:05}", begin, begin + timedelta(days=6 * 365)))
    return path, register
