"""The door for files: what is written is read again, and every fault is one line with file and field."""

import gzip
import json
from pathlib import Path

import jsonschema
import pytest

from qilian.routing import (
    RoutingError,
    files,
    generate,
    plan_to_data,
    read_plan,
    read_problem,
    solve,
    write_plan,
    write_problem,
)
from qilian.routing.files import problem_to_data, schemas

SCHEMAS = Path(files.__file__).parent / "schemas"


@pytest.mark.parametrize("suffix", [".json", ".json.gz"])
def test_a_problem_and_its_plan_come_back_as_written(tmp_path, suffix):
    problem = generate(5, 6, 1, units=2, products=2)
    plan = solve(problem, "distance", work_limit=100)
    write_problem(problem, tmp_path / f"problem{suffix}")
    write_plan(plan, tmp_path / f"plan{suffix}")
    assert read_problem(tmp_path / f"problem{suffix}") == problem
    assert read_plan(tmp_path / f"plan{suffix}") == plan


def test_what_is_written_keeps_the_published_schemas():
    problem = generate(5, 6, 1)
    jsonschema.validate(json.loads(json.dumps(problem_to_data(problem))), read_schema("routing-problem-1.schema.json"))
    plan = solve(problem, work_limit=100)
    jsonschema.validate(json.loads(json.dumps(plan_to_data(plan))), read_schema("routing-plan-1.schema.json"))


def read_schema(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def test_the_published_schemas_are_those_of_the_reader():
    """To write them anew: python -m qilian.routing.schemas (see its docstring)."""
    for name, schema in schemas().items():
        assert read_schema(name) == schema


def write_changed(path, change):
    data = problem_to_data(generate(3, 4, 1))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def set_hours(value):
    def change(data):
        data["products"][0]["tests"][1]["options"][0]["hours"] = value

    return change


FAULTS = {
    "field products[0].tests[1].options[0].hours": set_hours("six"),
    "options[0].hours": set_hours(2.5),
    "found -3": set_hours(-3),
    "field format": lambda data: data.update(format="qilian-routing/2"),
    "field horizon": lambda data: data.pop("horizon"),
    "field cities": lambda data: data.update(cities="Hangzhou"),
    "field transfer_km[0][1]": lambda data: data["transfer_km"][0].__setitem__(1, float("nan")),
    "unknown bench": lambda data: data["products"][0]["tests"][0]["options"][0].update(bench="nowhere"),
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_wrong_field_is_named_in_one_line(tmp_path, words):
    path = write_changed(tmp_path / "problem.json", FAULTS[words])
    with pytest.raises(RoutingError) as caught:
        read_problem(path)
    assert words in str(caught.value)
    assert "problem.json" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "problem.json"),
        (b"[" * 100_000, "not JSON"),
        (b"\x1f\x8b broken", "damaged gzip"),
        (gzip.compress(b'{"format": 1}', mtime=0)[:-9], "damaged gzip"),
    ],
)
def test_what_is_no_problem_file_is_refused_in_one_line(tmp_path, content, words):
    (tmp_path / "problem.json").write_bytes(content)
    with pytest.raises(RoutingError) as caught:
        read_problem(tmp_path / "problem.json")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    """201 MB of blanks pack into a megabyte, far below the limit for the file itself."""
    packed = gzip.compress(b" " * 201_000_000, compresslevel=1, mtime=0)
    assert len(packed) < 1_000_000
    (tmp_path / "bomb.json.gz").write_bytes(packed)
    with pytest.raises(RoutingError, match="unpacks to more than 200 MB"):
        read_problem(tmp_path / "bomb.json.gz")


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    with pytest.raises(RoutingError, match="no such file"):
        read_problem(tmp_path / "nothing.json")
    with pytest.raises(RoutingError, match="a directory"):
        read_plan(tmp_path)
