"""The files of the robot pack against the schemas that `qilian content schema` prints, and packs that are not sound."""

import dataclasses

import jsonschema
import pytest

from qilian.content import KINDS, ContentError, check_pack, load_pack, read_pack, schema
from qilian.documents import read_yaml

FILES = {
    "pack": "pack.yaml",
    "parameters": "parameters.yaml",
    "implications": "implications.yaml",
    "rules": "rules/*.yaml",
    "tests": "tests.yaml",
    "order": "order.yaml",
    "chain": "chain/chain.yaml",
    "chain-points": "chain/points/*.yaml",
}


@pytest.mark.parametrize("kind", FILES)
def test_every_file_of_the_pack_fits_its_published_schema(pack, kind):
    """What the reader takes, the schema takes."""
    paths = sorted(pack.folder.glob(FILES[kind]))
    assert paths
    validator = jsonschema.Draft202012Validator(schema(kind))
    for path in paths:
        assert [error.message for error in validator.iter_errors(read_yaml(path).value)] == []


def test_every_example_product_fits_its_published_schema(repository):
    """So that an editor can check a product file while it is written."""
    validator = jsonschema.Draft202012Validator(schema("product"))
    for path in sorted((repository / "examples/products").glob("*.yaml")):
        assert [error.message for error in validator.iter_errors(read_yaml(path).value)] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"parameter": "a", "is": 1, "above": 2},
        {"parameter": "a"},
        {"all": []},
        {"all": [{"parameter": "a", "is": 1}], "any": [{"parameter": "a", "is": 1}]},
        {"parameter": "a", "equals": 1},
    ],
)
def test_the_schema_refuses_a_condition_that_is_none(fault):
    """Two operators, none, an empty all, two nests, an unknown operator."""
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/condition", "$defs": schema("rules")["$defs"]})
    assert list(validator.iter_errors({"parameter": "a", "is": 1})) == []
    assert list(validator.iter_errors(fault))


def test_the_robot_pack_is_sound(pack):
    """No finding."""
    assert check_pack(pack) == ()


def test_an_unsound_pack_is_found_out(pack):
    """An unknown market, a test that nobody offers, a scope line of no test."""
    first = dataclasses.replace(pack.rules[0], market="MOON")
    broken = dataclasses.replace(pack, rules=(first, *pack.rules[1:]), tests={})
    whats = " ".join(finding.what for finding in check_pack(broken))
    assert "unknown market MOON" in whats
    assert "unknown test" in whats
    lonely = dataclasses.replace(pack, network=dataclasses.replace(pack.network, laboratories=()))
    assert sum("offered by 0 laboratories" in finding.what for finding in check_pack(lonely)) == len(pack.tests)


def test_a_pack_or_kind_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    """One clear error each."""
    with pytest.raises(ContentError, match="installed: robots"):
        load_pack("ships")
    with pytest.raises(ContentError, match="product"):
        schema("poem")
    assert "rules" in KINDS
    with pytest.raises(Exception, match=r"pack\.yaml"):
        read_pack(tmp_path)
