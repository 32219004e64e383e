"""Up and down the chain: reasons belong to what they stand beside, and questions that have no answer are refused."""

from itertools import pairwise

import pytest

from qilian.chain import ChainError, reached, suspects

TWO_POINTS = (
    "- id: gear.2\n"
    "  node: gear\n"
    "  characteristic: {zh: 噪声, en: Noise}\n"
    "  requirement: {zh: 安静, en: Quiet}\n"
    "  failures:\n"
    "  - {mode: {zh: 响, en: Loud}, severity: 2, occurrence: 2, detection: 2}\n"
    "  - {mode: {zh: 很响, en: Very loud}, severity: 5, occurrence: 5, detection: 7}\n"
    "  tests: [T-NOISE-LP]\n"
    "  source: own\n"
    "  confidence: unverified\n"
)


def test_a_reason_never_pairs_one_points_failure_with_anothers_priority(folder):
    """The gear is of high priority by its hardness; a noise test shows another point, of medium priority."""
    folder.write("points/more.yaml", TWO_POINTS)
    chain = folder.read()
    whole = {each.node.id: each for each in suspects(chain, "robot")}["gear"]
    assert whole.priority == "H"
    assert whole.reason.en.startswith("Hardness: Soft; action priority high")
    noisy = suspects(chain, "robot", "T-NOISE-LP")[0]
    assert noisy.node.id == "gear"
    assert [point.id for point in noisy.shown] == ["gear.2"]
    assert noisy.priority == "M"
    assert noisy.reason.en.startswith("Noise: Very loud; action priority medium")


def test_what_the_test_shows_comes_before_what_is_more_urgent(folder):
    """The shaft's point is of low priority but measured; the gear's is high and is not."""
    folder.write("points/more.yaml", TWO_POINTS.replace("gear", "shaft").replace("detection: 7", "detection: 1"))
    found = suspects(folder.read(), "robot", "T-NOISE-LP")
    assert [each.node.id for each in found] == ["shaft", "gear", "steel"]
    assert found[-1].priority is None


def test_a_test_that_no_point_names_is_refused(folder):
    """And so is an unknown node."""
    chain = folder.read()
    with pytest.raises(ChainError, match="T-NOISE-LP: no control point"):
        suspects(chain, "robot", "T-NOISE-LP")
    with pytest.raises(ChainError, match="wheel: no such node"):
        reached(chain, "wheel")


def test_every_suspect_of_every_node_is_reached_from_it(robots):
    """The two questions are each other's inverse over the whole robot chain, at the same distance."""
    down = {(node.id, each.node.id): each.distance for node in robots.nodes for each in reached(robots, node.id)}
    up = {(each.node.id, node.id): each.distance for node in robots.nodes for each in suspects(robots, node.id)}
    assert down == up
    assert len(down) > 1_000


def test_routes_follow_links_and_shares_are_shares(robots):
    """From the suspect to the problem."""
    links = {(link.origin, link.target) for link in robots.links}
    for each in suspects(robots, "humanoid"):
        names = [node.id for node in each.route]
        assert names[0] == each.node.id
        assert names[-1] == "humanoid"
        assert set(pairwise(names)) <= links
        assert 0 < each.share <= 1
