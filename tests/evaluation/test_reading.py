"""What comes in by file: systems and tables, good ones and those that get one clear line."""

import jsonschema
import pytest

from qilian.content import load_systems, schema
from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.evaluation import check_judgements, read_figures, read_system


def test_the_packs_systems_are_whole(pack):
    """602520 has twenty indicators, both languages everywhere; all figures are marked as samples; AHP is consistent."""
    systems = load_systems("robots")
    assert len(systems["602520"].indicators) == 20
    assert set(systems) == {"602520", "consortium"}
    for system in systems.values():
        assert system.sample
        for indicator in system.indicators:
            for text in (indicator.title, indicator.definition, indicator.unit):
                assert text.zh
                assert text.en
            assert indicator.confidence == "unverified" or indicator.sources
            for target in indicator.targets:
                assert target.baseline is not None
    assert check_judgements(systems["602520"]) <= 0.1
    assert {each.level for each in systems["consortium"].indicators[0].targets} == {"province", "city", "district"}


def test_the_packs_systems_fit_their_published_schema(pack):
    """What the reader takes, the schema takes."""
    validator = jsonschema.Draft202012Validator(schema("indicators"))
    for path in sorted((pack.folder / "indicators").glob("*.yaml")):
        assert [error.message for error in validator.iter_errors(read_yaml(path).value)] == []


GOOD = """
id: s
version: "1"
title: {zh: 体系, en: system}
weights: {method: ahp, comparisons: [[a, b, 3]]}
groups:
  - {id: a, title: a}
  - {id: b, title: b}
indicators:
  - {id: x, group: a, title: x, definition: d, unit: "1", direction: more, scale: {zero: 0, full: 9}, frequency: year,
     source: {kind: typed}, confidence: unverified}
  - {id: y, group: b, title: y, definition: d, unit: "1", direction: range, scale: {zero: [0, 9], full: [3, 4]},
     frequency: year, source: {kind: computed, computation: a.b}, confidence: unverified,
     targets: [{level: city, period: 2026, value: 3, baseline: {period: 2025, value: 1}}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("direction: more", "direction: less", "less is better, so zero lies above full"),
        ("zero: 0, full: 9", "zero: [0, 1], full: 9", "one each"),
        ("full: [3, 4]", "full: [3, 10]", "between the two zeros"),
        ("full: [3, 4]", "full: 3", "two figures each"),
        ("group: a, ", "group: c, ", "c: no such group"),
        ("id: y", "id: x", "defined twice"),
        ("[[a, b, 3]]", "[]", "a and b are not compared"),
        ("[[a, b, 3]]", "[[a, b, 3], [b, a, 2]]", "compared twice"),
        ("[[a, b, 3]]", "[[a, c, 3]]", "c: no such group"),
        ("[[a, b, 3]]", "[[a, b, 12]]", "less than or equal to 9"),
        ("method: ahp", "method: given", "comparisons without ahp"),
        ("confidence: unverified", "confidence: verified", "without a source"),
        ("computation: a.b", "", "names its computation"),
        ("period: 2025", "period: 2027", "at or after the target"),
        ("period: 2026", "period: 2026-Q5", "not a period"),
        ("weights: {", "wieghts: {", "not a field here"),
    ],
)
def test_a_fault_in_a_system_is_one_line_with_its_place(tmp_path, old, new, words):
    """Each way to be wrong is named with file and line; the file before the change is good."""
    path = tmp_path / "s.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_system(read_yaml(path)).id == "s"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QilianError, match=r"s\.yaml line") as fault:
        read_system(read_yaml(path))
    assert words in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,name,x\na,A,1\n", "no column y"),
        ("id,name,x,y,z\na,A,1,2,3\n", "z: no indicator"),
        ("id,name,x,y,y\na,A,1,2,3\n", "twice"),
        ("id,name,x,y\na,A,1\n", "line 2"),
        ("id,name,x,y\na,A,1,zwei\n", "zwei: not a figure"),
        ("id,name,x,y\na,A,1,1e5\n", "1e5: not a figure"),
        ("id,name,x,y\na,A,1,1234567890.1234567\n", "at most 15 digits"),
        ("id,name,x,y\na,A,1,NaN\n", "NaN: not a figure"),
        ("id,name,x,y\na,A,1,２\n", "not a figure"),
        ("id,name,x,y\na,A,1,2\na,B,1,2\n", "written twice (line 2)"),
        ("id,name,x,y\n,A,1,2\n", "without id"),
        ("id,name,x,y\n", "no rows"),
        ('id,name,x,y\na,"A,1,2\n', "not CSV"),
    ],
)
def test_a_fault_in_a_table_is_one_line_with_its_place(tmp_path, text, words):
    """File, line, column, and how to mend it."""
    (tmp_path / "s.yaml").write_text(GOOD, encoding="utf-8")
    system = read_system(read_yaml(tmp_path / "s.yaml"))
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QilianError) as fault:
        read_figures(path, system)
    assert words in str(fault.value)
    assert "t.csv" in str(fault.value)


def test_a_table_may_have_comments_empty_cells_and_columns_in_any_order(tmp_path):
    """What is missing is missing, not zero."""
    (tmp_path / "s.yaml").write_text(GOOD, encoding="utf-8")
    system = read_system(read_yaml(tmp_path / "s.yaml"))
    path = tmp_path / "t.csv"
    path.write_text("\ufeff# a comment\ny,name,id,x\n2,A,a,\n\n—,,b,4\n", encoding="utf-8")
    found = read_figures(path, system)
    assert (found.ids, found.names) == (("a", "b"), ("A", "b"))
    assert [[None if each != each else each for each in row] for row in found.values.tolist()] == [[None, 2], [4, None]]
