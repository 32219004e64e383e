"""A real national scope table, where it lies beside the repository: every row accounted for, lines found again."""

import csv
import gzip
import random
from pathlib import Path

import pytest

from qilian.laboratories.scopes import Demand, Matcher, import_scopes, open_scopes

TABLE = Path(__file__).parents[4] / "shared/data/labs/nabl_scopes_dev.csv.gz"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not TABLE.exists(), reason="../shared/data/labs is not beside the repository"),
]


def test_a_real_table_is_accounted_for_and_its_lines_are_found(tmp_path: Path) -> None:
    """All 236,414 rows are read or listed; 200 lines, asked as written, lead back to their laboratory in 98 of 100."""
    report = import_scopes(TABLE, tmp_path / "home")
    with report.unread_file.open(encoding="utf-8", newline="") as stream:
        listed = len(list(csv.DictReader(stream)))
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert report.read + listed == len(rows) == report.rows
    cells = ("material_or_product", "parameter_or_test", "test_method_standard")
    drawn = random.Random(4).sample([row for row in rows if all(row[cell].strip() for cell in cells)], 200)
    matcher = Matcher(open_scopes(tmp_path / "home"))
    found = 0
    for row in drawn:
        matches = matcher.match(Demand.asked(" ".join(row[cell] for cell in cells)[:1900]))
        found += row["lab_file"] in {one.laboratory.id for one in matches.laboratories}
    assert found >= 196
