"""Reading a chain: what its files say comes through, and what cannot be true is refused in one line."""

import csv
import dataclasses
from itertools import pairwise

import jsonschema
import pytest

from qilian.chain import ChainError, action_priority, check_chain
from qilian.content import check_pack, schema
from qilian.errors import QilianError


def test_a_small_chain_is_read(folder):
    """Nodes, links, makers and a control point whose priority follows from its ratings."""
    chain = folder.read()
    assert [node.id for node in chain.nodes] == ["steel", "gear", "shaft", "robot"]
    assert len(chain.links) == 4
    assert chain.makers_of("gear")[0].sample
    [point] = chain.points_of("gear")
    assert point.priority == "H"  # severity 9, occurrence 4, detection 5
    assert chain.find("齿轮") is chain.find("gear") is chain.find("GEAR") is chain.node("gear")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("links.csv", "gear,robot", "geer,robot", ("unknown node geer", "links.csv line 4")),
        ("links.csv", "shaft,robot", "gear,robot", ("already in links.csv line 4", "links.csv line 5")),
        ("links.csv", "gear,robot", "robot,gear", ("back to part", "links.csv line 4")),
        ("links.csv", "shaft,robot,,", "gear,shaft,,\nshaft,gear,,", ("a cycle: ", "links.csv line")),
        ("links.csv", "gear,robot", "gear,gear", ("a cycle: gear → gear", "links.csv line 4")),
        ("links.csv", "gear,robot,,", "gear,robot", ("2 cells under 4 columns", "links.csv line 4")),
        ("links.csv", "origin", "from", ("other columns", "links.csv")),
        ("nodes.csv", "gear,齿轮", "steel,齿轮", ("steel: already in nodes.csv line 2", "nodes.csv line 3")),
        ("nodes.csv", "machine,drive", "machine,drives", ("unknown system drives", "nodes.csv line 5")),
        ("nodes.csv", "machine,drive", "robot,drive", ("layer", "nodes.csv line 5")),
        ("nodes.csv", "轴,Shaft", "轴,", ("name_en: missing", "nodes.csv line 4")),
        ("nodes.csv", "轴,Shaft", '轴,"Shaft', ("not CSV", "nodes.csv line")),
        ("makers.csv", "gear,示例", "geer,示例", ("unknown node geer", "makers.csv line 2")),
        ("makers.csv", "yes", "maybe", ("sample: not an answer", "makers.csv line 2")),
        ("makers.csv", "330100", "Hangzhou", ("region", "makers.csv line 2")),
        ("points/all.yaml", "T-9283-RP", "T-NONE", ("unknown test T-NONE", "all.yaml line 7")),
        ("points/all.yaml", "ISO 9283", "ISO 99283", ("ISO 99283 is not in the catalogue", "all.yaml line 8")),
        ("points/all.yaml", "node: gear", "node: geer", ("unknown node geer", "all.yaml line 2")),
        ("points/all.yaml", "severity: 9", "severity: 11", ("severity", "all.yaml line 6")),
        ("points/all.yaml", "[T-9283-RP]", "[T-9283-RP, T-9283-RP]", ("tests: the same twice", "all.yaml line 7")),
    ],
)
def test_what_cannot_be_true_is_refused_with_file_and_line(folder, file, old, new, words):
    """One line that says what and where."""
    folder.change(file, old, new)
    with pytest.raises(QilianError) as caught:
        folder.read()
    line = str(caught.value)
    assert "\n" not in line
    for word in words:
        assert word in line


def test_a_cycle_is_named_in_the_direction_of_its_links(folder):
    """gear into shaft, shaft into wheel, wheel into gear."""
    folder.change("nodes.csv", "robot,", "wheel,轮,Wheel,part,drive,own,unverified\nrobot,")
    folder.change("links.csv", "gear,robot,,", "gear,shaft,,\nshaft,wheel,,\nwheel,gear,,")
    with pytest.raises(ChainError) as caught:
        folder.read()
    cycle = caught.value.what.removeprefix("a cycle: ").split(" → ")
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"gear", "shaft", "wheel"}
    links = {("gear", "shaft"), ("shaft", "wheel"), ("wheel", "gear")}
    assert set(pairwise(cycle)) == links


def test_the_same_point_in_two_files_is_refused(folder):
    """The error names the other place."""
    folder.write("points/more.yaml", (folder.path / "points/all.yaml").read_text(encoding="utf-8"))
    with pytest.raises(ChainError, match=r"gear.1: already in all.yaml line 1, in more.yaml line 1"):
        folder.read()


def test_a_missing_file_is_one_line(folder):
    """Named with its path."""
    (folder.path / "links.csv").unlink()
    with pytest.raises(QilianError, match=r"no such file, in .*links\.csv"):
        folder.read()


def test_what_hangs_loose_is_found(folder):
    """A part that goes into nothing, and a machine that nothing goes into."""
    folder.change("links.csv", "shaft,robot,,\n", "")
    folder.change("nodes.csv", "robot,", "rover,车,Rover,machine,drive,own,unverified\nrobot,")
    found = [str(finding) for finding in check_chain(folder.read())]
    assert [line.split(";")[0] for line in found] == [
        "nodes.csv shaft: goes into nothing",
        "nodes.csv rover: a machine that nothing goes into",
    ]


def test_an_invented_maker_must_not_read_like_a_real_one(folder):
    """Nor may a real one go without a source."""
    folder.change("makers.csv", "示例·甲,Sample A", "甲,A")
    assert "reads like a real one" in str(next(check_chain(folder.read())))
    folder.change("makers.csv", "yes", "no")
    assert "without a source" in str(next(check_chain(folder.read())))


def test_every_rating_has_a_priority_and_more_risk_never_has_less():
    """The table is whole, and grows with each of the three ratings."""
    order = "LMH"
    for severity in range(1, 11):
        for occurrence in range(1, 11):
            for detection in range(1, 11):
                here = order.index(action_priority(severity, occurrence, detection))
                for more in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
                    worse = tuple(min(10, a + b) for a, b in zip((severity, occurrence, detection), more, strict=True))
                    assert order.index(action_priority(*worse)) >= here
    with pytest.raises(ChainError, match="from 1 to 10"):
        action_priority(0, 5, 5)


def test_the_robot_chain_is_large_enough_and_says_what_is_assumed(pack, robots):
    """At least 100 nodes and 200 control points tied to tests; ratings are nowhere called more than unverified."""
    assert len(robots.nodes) >= 100
    assert sum(bool(point.tests) for point in robots.points) >= 200
    assert {point.confidence for point in robots.points} == {"unverified"}
    assert "unverified" in robots.notice.en
    assert check_pack(pack) == ()


def test_a_broken_chain_is_a_finding_of_the_pack(pack, folder):
    """`qilian content check` tells it like everything else that is wrong."""
    target = folder.path / "chain"
    target.mkdir()
    for name in ("chain.yaml", "nodes.csv", "links.csv", "makers.csv", "points"):
        (folder.path / name).rename(target / name)
    folder.path = target
    folder.change("links.csv", "gear,robot", "geer,robot")
    [finding] = [each for each in check_pack(dataclasses.replace(pack, folder=target.parent)) if "geer" in each.what]
    assert finding.where == "links.csv line 4"


@pytest.mark.parametrize("name", ["nodes", "links", "makers"])
def test_every_table_of_the_robot_chain_fits_its_published_schema(pack, name):
    """A table is described as the list of its rows, without their empty cells."""
    text = (pack.folder / f"chain/{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    filled = [{column: cell for column, cell in row.items() if cell} for row in rows]
    assert filled
    validator = jsonschema.Draft202012Validator(schema(f"chain-{name}"))
    assert [error.message for error in validator.iter_errors(filled)] == []
