"""Frozen contests: the same bytes again, tampering found, appeals kept, and exactly what changed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.evaluation import (
    Appeal,
    Direction,
    Drawing,
    EvaluationError,
    Method,
    Missing,
    contest_hash,
    contest_text,
    correct,
    difference,
    freeze,
    moves,
    read_appeals,
    read_contest,
    read_figures,
    replay,
    score,
)
from qilian.evaluation.contest_file import canonical
from qilian.evaluation.system_data import system_to_data
from qilian.evaluation.systems import Scale, read_system
from qilian.evaluation.text_writer import rounded

FEW = Drawing(draws=20)
DAY = date(2027, 1, 10)


@pytest.fixture
def contest(make_system, make_figures, with_indicator):
    """Three firms, a gap, uncertain figures."""
    system = with_indicator(make_system(), 0, relative_uncertainty=0.1)
    return freeze("c", "2026-Q4", DAY, make_figures(system, [[50, 60, 70], [55.5, None, 65], [1, 2, 3]]), system, FEW)


def write(folder: Path, text: str) -> Path:
    path = folder / "contest.json"
    path.write_bytes(text.encode())
    return path


CELLS = st.none() | st.integers(-500, 500).map(lambda number: number / 4)


@settings(max_examples=40)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6),
    missing=st.sampled_from([Missing.WORST, Missing.BOUNDS]),
    method=st.sampled_from(Method),
    spread=st.floats(0, 1),
)
def test_a_replay_writes_the_same_bytes(make_system, make_figures, with_indicator, tmp_path_factory, rows, missing, method, spread):  # fmt: skip # noqa: E501
    """Whatever the figures, the method and what is done with gaps; from the file alone."""
    system = replace(make_system(2), missing=missing, method=method)
    system = with_indicator(
        system, 1, direction=Direction.RANGE, scale=Scale(-10.0, 0.0, 20.0, 90.5), absolute_uncertainty=spread
    )
    made = freeze("c", "2026", DAY, make_figures(system, rows), system, FEW)
    path = write(tmp_path_factory.mktemp("c"), contest_text(made))
    found = replay(path)
    assert found.intact
    assert found.same
    assert found.text.encode() == path.read_bytes()
    assert contest_hash(read_contest(path)) == contest_hash(made)


def test_a_replay_in_plain_python_on_one_thread_writes_the_same_bytes(repository, firms_system, tmp_path):
    """Neither the compiler nor the number of threads nor the linear algebra library has a part in it."""
    table = read_figures(repository / "examples/evaluation/602520-2026-Q4.csv", firms_system)
    twelve = replace(table, ids=table.ids[:12], names=table.names[:12], values=table.values[:12])
    path = write(tmp_path, contest_text(freeze("c", "2026-Q4", DAY, twelve, firms_system, Drawing(draws=8))))
    program = "import sys, warnings; warnings.simplefilter('ignore'); from pathlib import Path\n"
    program += "from qilian.evaluation import replay; sys.stdout.buffer.write(replay(Path(sys.argv[1])).text.encode())"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Prescott"}
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, check=True, env=environment, timeout=300
    )
    assert result.stdout == path.read_bytes()


def test_the_example_contest_has_the_bytes_that_were_written_down(repository, firms_system):
    """Of another machine, another day: this is the hash that the how-to page gives."""
    table = read_figures(repository / "examples/evaluation/602520-2026-Q4.csv", firms_system)
    made = freeze("winter", "2026-Q4", DAY, table, firms_system, Drawing())
    bare = replace(made, versions=())  # whoever installs other versions writes another list of them, and nothing else
    stated = (repository / "docs/how-to/evaluate-a-programme.md").read_text(encoding="utf-8")
    assert contest_hash(bare) in stated


@pytest.mark.parametrize("part", ["figures", "weights", "result", "drawing", "system"])
def test_a_file_that_was_changed_is_found_out(contest, tmp_path, part):
    """Whichever part of it: read_contest refuses, replay says so."""
    data = json.loads(contest_text(contest))
    if part == "figures":
        data["figures"][0]["values"]["i0"] = "51"
    elif part == "weights":
        data["weights"] = {"i0": "0.5", "i1": "0.25", "i2": "0.25"}
    elif part == "result":
        data["result"][0]["rank"] = 2
    elif part == "drawing":
        data["drawing"]["seed"] = 2
    else:
        data["system"]["missing"] = "worst"
    path = write(tmp_path, canonical(data) + "\n")
    found = replay(path)
    assert not found.intact
    assert not found.same
    with pytest.raises(EvaluationError, match="changed after it was frozen"):
        read_contest(path)


def test_a_forged_result_with_a_fitting_hash_is_still_found_out(contest, tmp_path):
    """The hash is right, the ranks are not what the inputs give."""
    from hashlib import sha256

    data = json.loads(contest_text(contest))
    del data["sha256"]
    data["result"][0]["score"] = "100"
    data["sha256"] = sha256(canonical(data).encode()).hexdigest()
    found = replay(write(tmp_path, canonical(data) + "\n"))
    assert found.intact
    assert not found.same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "not a frozen contest"),
        ('{"format": "qilian-contest/1"}', "missing"),
        ('{"format": NaN}', "NaN"),
    ],
)
def test_what_is_no_contest_gets_one_line(tmp_path, text, words):
    """No traceback, whatever the file holds."""
    with pytest.raises(QilianError, match=words) as fault:
        replay(write(tmp_path, text))
    assert "\n" not in str(fault.value)


def appeal(**changes: object) -> Appeal:
    fields = {
        "id": "A-1", "firm": "f1", "indicator": "i2", "raised": DAY, "decided": DAY, "outcome": "upheld",
        "was": 65.0, "now": 80.0, "reason": "misread",
    }  # fmt: skip
    return Appeal(**{**fields, **changes})


def test_an_upheld_appeal_changes_one_figure_and_the_difference_says_exactly_which(contest, tmp_path):
    """One input, the firm that moved, the appeal; and the new file names the one that it corrects."""
    made = correct(contest, contest_hash(contest), [appeal()], date(2027, 2, 1))
    found = difference(contest, made)
    assert [(each.path, each.before, each.after) for each in found.inputs] == [("figures.f1.values.i2", "65", "80")]
    assert found.appeals == ("A-1",)
    own = next(each for each in found.moved if each.id == "f1")
    assert own.change == made.scores.standings[1].score - contest.scores.standings[1].score > 0
    assert made.corrects == contest_hash(contest)
    again = replay(write(tmp_path, contest_text(made)))
    assert again.same
    assert again.contest.appeals == made.appeals


def test_a_rejected_appeal_is_kept_and_changes_nothing(contest):
    """The record has it, the figures are the same."""
    made = correct(contest, contest_hash(contest), [appeal(outcome="rejected")], DAY)
    found = difference(contest, made)
    assert found.inputs == found.moved == ()
    assert found.appeals == ("A-1",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"firm": "f9"}, "f9 is not in the contest"),
        ({"indicator": "x"}, "x is not in"),
        ({"was": 1.0}, "the figure was 65"),
    ],
)
def test_an_appeal_against_what_does_not_stand_there_is_refused(contest, changes, words):
    """Nothing is corrected by mistake."""
    with pytest.raises(EvaluationError, match=words):
        correct(contest, contest_hash(contest), [appeal(**changes)], DAY)


def test_a_difference_names_only_the_appeals_that_came_in_between(contest):
    """Of two corrections, the second one's own."""
    first = correct(contest, contest_hash(contest), [appeal()], DAY)
    second = correct(first, contest_hash(first), [appeal(id="A-2", was=80.0, now=70.0)], DAY)
    assert difference(first, second).appeals == ("A-2",)
    assert difference(contest, second).appeals == ("A-1", "A-2")


def test_the_same_appeal_is_not_decided_twice(contest):
    """Its id is taken."""
    made = correct(contest, contest_hash(contest), [appeal()], DAY)
    with pytest.raises(EvaluationError, match="decided twice"):
        correct(made, contest_hash(made), [appeal(was=80.0)], DAY)


def test_the_example_appeals_fit_the_example_contest(repository, firms_system):
    """As the how-to page says."""
    table = read_figures(repository / "examples/evaluation/602520-2026-Q4.csv", firms_system)
    made = freeze("winter", "2026-Q4", DAY, table, firms_system, FEW)
    appeals = read_appeals(read_yaml(repository / "examples/evaluation/appeals.yaml"))
    corrected = correct(made, contest_hash(made), appeals, date(2027, 1, 22))
    assert [each.path for each in difference(made, corrected).inputs] == ["figures.SAMPLE-07.values.test-days"]


def test_a_system_is_read_back_from_a_contest_as_it_was(firms_system, tmp_path):
    """Written, read, written: the same."""
    from qilian.documents import Document

    again = read_system(Document(tmp_path / "s.yaml", json.loads(json.dumps(system_to_data(firms_system))), {}))
    assert again == firms_system


TABLE = st.lists(st.lists(st.none() | st.integers(-20, 120), min_size=3, max_size=3), min_size=2, max_size=4).filter(
    lambda rows: all(any(each is not None for each in row) for row in rows)
)


@given(before=TABLE, after=TABLE, missing=st.sampled_from([Missing.EXCLUDE, Missing.WORST]), weights=st.tuples(*[st.integers(1, 9)] * 6))  # fmt: skip # noqa: E501
def test_the_parts_of_a_move_add_up_exactly(make_system, make_figures, with_indicator, before, after, missing, weights):
    """With other figures, other gaps and other weights; and what is shown adds up to the change that is shown."""
    systems = []
    for place in (0, 3):
        system = replace(make_system(), missing=missing)
        for column in range(3):
            system = with_indicator(system, column, weight=float(weights[place + column]))
        systems.append(system)
    first = score(make_figures(systems[0], before), systems[0], Drawing(draws=1))
    second = score(make_figures(systems[1], after), systems[1], Drawing(draws=1))
    for move in moves(first, second):
        assert sum(part.by_figure + part.by_weight for part in move.parts) == move.after - move.before
        change = move.after.quantize(Decimal("0.01")) - move.before.quantize(Decimal("0.01"))
        amounts = [each for part in move.parts for each in (part.by_figure, part.by_weight)]
        assert sum(rounded(amounts, change)) == change


def test_without_new_weights_all_of_a_move_is_the_figures(make_system, make_figures):
    """And back again is the opposite."""
    system = make_system()
    first = score(make_figures(system, [[10, 20, 30]]), system, FEW)
    second = score(make_figures(system, [[40, 20, 0]]), system, FEW)
    forth, back = moves(first, second)[0], moves(second, first)[0]
    assert [part.by_weight for part in forth.parts] == [0, 0, 0]
    assert [round(part.by_figure) for part in forth.parts] == [10, 0, -10]
    assert [part.by_figure for part in back.parts] == [-part.by_figure for part in forth.parts]


@pytest.mark.parametrize("reason", ["topsis", "field"])
def test_a_score_that_is_no_sum_of_own_parts_is_not_taken_apart(make_system, make_figures, with_indicator, reason):
    """TOPSIS is no sum; a scale set by the field moves with the others."""
    system = make_system()
    system = replace(system, method=Method.TOPSIS) if reason == "topsis" else with_indicator(system, 0, scale=None)
    found = score(make_figures(system, [[1, 2, 3], [3, 2, 1]]), system, FEW)
    with pytest.raises(EvaluationError, match="no sum" if reason == "topsis" else "set by the field"):
        moves(found, found)


def test_figures_are_written_as_they_are_read():
    """Fifteen digits are the same number again, without exponents."""
    from qilian.evaluation.figures import read_figure, write_figure

    for text in ("0", "0.1", "123456789012345", "-0.000001", "98.7", "100"):
        assert write_figure(read_figure(text, "", "c")) == text
    assert write_figure(np.nan) is None
