"""Ten questions to the robot chain; their answers were found by hand and written down in the table beforehand."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from qilian.chain import Where, gaps, reached, suspects

TABLE = Path(__file__).parent / "ten_questions.csv"
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
ROWS = list(csv.DictReader(LINES))


def nodes(found):
    return " ".join(sorted(each.node.id for each in found))


def answer(chain, capacity, ask, *of):
    """Return the answer as the table writes it."""
    if ask == "downstream":
        return nodes(reached(chain, of[0]))
    if ask == "upstream":
        return nodes(suspects(chain, of[0]))
    if ask == "share":
        return next(each.share for each in suspects(chain, of[1]) if each.node.id == of[0])
    if ask == "route":
        found = next(each for each in reached(chain, of[0]) if each.node.id == of[1])
        assert len(found.route) == found.distance + 1
        return str(found.distance)
    if ask == "suspects":
        return " ".join(each.node.id for each in suspects(chain, *of) if each.shown)
    if ask == "priority":
        points = {point.id: point.priority for point in chain.points}
        return " ".join(points[point] for point in of)
    if ask == "gaps":
        return " ".join(sorted(gap.point.id for gap in gaps(chain, capacity)))
    place = capacity.network.geography.find(of[1])
    near = capacity.narrowed(Where(place, float(of[2])))
    [gap] = [gap for gap in gaps(chain, near) if gap.point.id == of[0]]
    return " ".join(f"{other[0].id} {other[1]}" for other in gap.elsewhere)


def test_there_are_ten():
    """Numbered, each of another kind or about another place."""
    assert [row["number"] for row in ROWS] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['number']}-{row['ask']}" for row in ROWS])
def test_the_answer_is_the_one_found_by_hand(robots, everywhere, row):
    """Shares as fractions, everything else letter by letter."""
    found = answer(robots, everywhere, row["ask"], *row["of"].split())
    if row["ask"] == "share":
        assert found == pytest.approx(Fraction(row["answer"]))
    else:
        assert found == row["answer"]
