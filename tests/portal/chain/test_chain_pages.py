"""The quality map in the portal: pictures and tables say the same, laboratories are those of today, programs agree."""

import html
import json
import re
from collections import Counter

import pytest

pytestmark = pytest.mark.one_database


@pytest.fixture
def english(portal: str, cast):
    """A regulator's client that reads English."""
    client = cast.client("regulator")
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def network(portal: str):
    """Keep the sample network in the database."""
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)


@pytest.fixture
def known(portal: str):
    from qilian.portal.chain.reading import chain

    return chain()


def page(client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def picture(text: str, kind: str = "chain-map") -> dict:
    return json.loads(html.unescape(re.search(rf'data-chart="{kind}" data-values="([^"]*)"', text)[1]))


def read(client, path: str, status: int = 200, **query: str):
    answer = client.get(f"/api/v1/chain{path}", query)
    assert answer.status_code == status, answer.content[:300]
    return answer.json()


def all_items(client, path: str, **query: str) -> list[dict]:
    found = read(client, path, size="200", **query)
    items = found["items"]
    for number in range(2, found["total"] // 200 + 2):
        items += read(client, path, size="200", page=str(number), **query)["items"]
    assert len(items) == found["total"]
    return items


@pytest.mark.parametrize("kind", ["person", "firm", "laboratory", "window", "regulator", "expert", "operator"])
def test_whoever_is_logged_in_reads_the_map_and_visitors_log_in_first(network, cast, kind):
    assert "146" in page(cast.client(kind), "/chain/")
    assert cast.client("anonymous").get("/chain/").status_code == 302


def test_every_node_stands_in_the_picture_at_a_place_of_its_own_and_in_the_table(network, english, known):
    text = page(english, "/chain/")
    drawn = picture(text)
    assert {node["id"] for node in drawn["nodes"]} == {node.id for node in known.nodes}
    assert max(Counter(tuple(node["at"]) for node in drawn["nodes"]).values()) == 1
    assert max(node["at"][1] for node in drawn["nodes"]) < drawn["rows"]
    assert len(drawn["links"]) == len(known.links)
    listed = re.findall(r'<th scope="row".*?href="/chain/nodes/([-\w]+)/"', text)
    assert sorted(listed) == sorted(node.id for node in known.nodes)
    for notice in known.notices:
        assert html.escape(notice.en) in text


def test_a_system_is_drawn_with_what_lies_next_to_it_and_listed_alone(network, english, known):
    text = page(english, "/chain/", system="drive", colour="makers")
    own = {node.id for node in known.nodes if node.system == "drive"}
    shown = {node["id"] for node in picture(text)["nodes"]}
    assert own < shown
    assert all(shown & {link.origin, link.target} for link in known.links if own & {link.origin, link.target})
    assert set(re.findall(r'<th scope="row".*?href="/chain/nodes/([-\w]+)/"', text)) == own
    magnet = next(node for node in picture(text)["nodes"] if node["id"] == "ndfeb-magnet")
    assert magnet["said"] == str(len(known.makers_of("ndfeb-magnet")))


def test_the_flow_carries_all_ways_from_material_to_machine(network, english, known):
    """What leaves the materials as a share is the whole, less links within a layer; systems are nodes of their own."""
    drawn = picture(page(english, "/chain/", picture="flow"), "chain-flow")
    assert {node["layer"] for node in drawn["nodes"]} == {0, 1, 2, 3, 4}
    into_machines = sum(link["share"] for link in drawn["links"] if link["to"] == "machine:machines")
    assert into_machines == pytest.approx(1)
    zoomed = picture(page(english, "/chain/", picture="flow", system="drive"), "chain-flow")
    assert {link["from"] for link in zoomed["links"]} | {link["to"] for link in zoomed["links"]} == {
        node["id"] for node in zoomed["nodes"]
    }


def test_coverage_is_that_of_the_laboratories_that_are_kept_now(network, english):
    """A laboratory closes its benches: what only it could test is a weak point at once."""
    from qilian.portal.network.models import Bench

    before = read(english, "/coverage")
    assert page(english, "/chain/gaps").count("has no test that measures it") == 3
    Bench.objects.exclude(laboratory__code="zj-emc").update(is_open=False)
    Bench.objects.filter(laboratory__code="zj-emc").first().save()  # changed: as the pages do
    after = read(english, "/coverage")
    assert after["coverage"] < before["coverage"]
    assert [each["city"] for each in after["cities"] if each["coverage"]] == ["hangzhou"]
    assert "no laboratory of the network can do it" in page(english, "/chain/gaps")


def test_the_packs_sample_is_asked_while_no_network_is_kept(english):
    text = page(english, "/chain/nodes/harmonic-reducer/")
    assert "Sample network" in text
    assert 'href="/laboratories/' not in re.sub(r"<header.*?</header>", "", text, flags=re.S)


def test_who_counts_is_said_and_half_a_question_is_answered_beside_the_field(network, english):
    near = page(english, "/chain/gaps", city="lishui", km="90")
    assert "210 of 265 control points" in near
    assert "within 90 km of Lishui" in near
    assert "95 km" in near
    for query, words in (({"city": "lishui"}, "km_error"), ({"km": "90"}, "city_error"), ({"km": "-1"}, "km_error")):
        text = page(english, "/chain/gaps", **query)
        assert f'id="{words}"' in text
        assert "3 of 265" in text  # everywhere, as long as the question is not whole
    named = page(english, "/chain/gaps", region="330200", tier="city")
    assert "Ningbo" in named


def test_a_node_shows_its_points_makers_laboratories_and_neighbours(network, english):
    text = page(english, "/chain/nodes/harmonic-reducer/")
    for words in ("Flexspline fatigue fracture", "Flexspline breaks", "Severity", "ISO 9283", "5 laboratories"):
        assert words in text
    assert text.count("示例·") == 0
    assert "Sample harmonic reducer components works A" in text
    assert 'href="/chain/nodes/flexspline/"' in text
    assert {node["id"] for node in picture(text)["nodes"] if node["focus"]} == {"harmonic-reducer"}
    assert english.get("/chain/nodes/nothing/").status_code == 404


def test_a_node_shows_the_problems_that_its_reader_may_see(network, english, cast):
    """A regulator those of its division, a firm only what is public; nothing of other nodes."""
    from qilian.portal.improvement.models import Problem

    owner = cast.actor("regulator").organisation
    for state, title in (("posed", "Not yet told"), ("listed", "Backlash grows")):
        Problem.objects.create(
            organisation=owner,
            region="330000",
            title=title,
            words="x",
            node="harmonic-reducer",
            severity=2,
            state=state,
        )
    text = page(english, "/chain/nodes/harmonic-reducer/")
    assert "Backlash grows" in text
    assert "Not yet told" in text
    assert "Backlash grows" not in page(english, "/chain/nodes/pcb/")
    firm = page(cast.client("firm"), "/chain/nodes/harmonic-reducer/")
    assert "Backlash grows" in firm
    assert "Not yet told" not in firm


def test_without_an_app_that_keeps_problems_nothing_is_said_of_them(network, english, monkeypatch):
    from qilian.portal.chain import reading

    monkeypatch.setattr(reading, "_problems", [])
    assert "Problems" not in page(english, "/chain/nodes/pcb/")


def test_a_trace_ranks_frames_what_the_test_measures_and_goes_both_ways(network, english):
    up = page(english, "/chain/nodes/humanoid/trace", test="T-BATT-PROP")
    assert up.count("the test measures it") == 3
    framed = {node["id"] for node in picture(up)["nodes"] if node["focus"]}
    assert framed == {"humanoid", "cathode-material", "separator-film", "battery-pack"}
    down = page(english, "/chain/nodes/flexspline/trace", direction="down")
    assert len(picture(down)["nodes"]) == 9
    assert "Nothing lies downstream" in page(english, "/chain/nodes/humanoid/trace", direction="down")
    assert "Nothing lies upstream" in page(english, "/chain/nodes/copper/trace")
    assert english.get("/chain/nodes/humanoid/trace", {"test": "T-NONE"}).status_code == 200


def test_a_new_bench_is_proposed_for_ones_own_city_first(network, cast):
    client = cast.client("regulator", "wenzhou", region="330300")
    client.cookies["language"] = "en"
    assert "Covered around Wenzhou today" in page(client, "/chain/benches")
    assert "Covered around Zhoushan today" in page(client, "/chain/benches", city="zhoushan", km="50")
    assert 'id="km_error"' in page(client, "/chain/benches", city="zhoushan", km="x")


def test_programs_get_the_same_answers(network, english, known):
    rows = {row["id"]: row for row in all_items(english, "/nodes")}
    assert len(rows) == len(known.nodes)
    assert {row["system"] for row in all_items(english, "/nodes", system="power")} == {"power"}
    assert {row["layer"] for row in all_items(english, "/nodes", layer="machine")} == {"machine"}
    gaps = all_items(english, "/gaps", city="lishui", km="90")
    assert len(gaps) == 210
    cathode = next(gap for gap in gaps if gap["point"]["id"] == "cathode-material.1")
    assert cathode["elsewhere"][0] == {"laboratory": "jinhua-robot", "km": 95}
    node = read(english, "/nodes/harmonic-reducer")
    assert {each["id"] for each in node["goes_into"]} == {"rotary-joint", "scara"}
    assert len(node["laboratories"]["T-39590-LIFE"]) == 5
    up = all_items(english, "/nodes/humanoid/trace", test="T-BATT-PROP")
    assert next(each["node"]["id"] for each in up if each["shown"]) == "cathode-material"
    assert len(all_items(english, "/nodes/flexspline/trace", direction="down")) == 8
    kinds = all_items(english, "/benches", city="zhoushan", km="50")
    assert kinds[0]["gain"] == max(kind["gain"] for kind in kinds)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/nodes/nothing", {}, 404),
        ("/nodes/nothing/trace", {}, 404),
        ("/nodes/humanoid/trace", {"test": "T-NONE"}, 422),
        ("/gaps", {"city": "lishui"}, 422),
        ("/gaps", {"city": "Atlantis", "km": "3"}, 422),
        ("/gaps", {"region": "hangzhou"}, 422),
        ("/coverage", {"tier": "village"}, 422),
        ("/benches", {}, 422),
    ],
)
def test_programs_are_told_what_is_wrong(english, path, query, status):
    said = read(english, path, status, **query)
    assert said["status"] == status
    assert said["title"]


def test_levels_go_from_the_worst_to_the_best(portal: str):
    """Each measure's limits: nothing, some, all; who has no figure has no level."""
    from qilian.chain import Node
    from qilian.portal.chain.measures import MEASURES, Row
    from qilian.text import Text

    node = Node("x", Text("x", "x"), "part", "drive", "", "unverified")

    def row(share=0.0, makers=0, laboratories=None, figure=None):
        return Row(node, share, makers, 0, laboratories, figure, 1, 0, (0, 0, 1))

    cases = [
        ("coverage", "figure", {None: "none", 0: "0", 0.3: "1", 0.5: "2", 1: "4"}),
        ("share", "share", {0.001: "4", 0.01: "3", 0.05: "2", 0.1: "1", 0.2: "0"}),
        ("makers", "makers", {0: "0", 1: "1", 2: "2", 5: "4"}),
        ("laboratories", "laboratories", {None: "none", 0: "0", 2: "1", 9: "2", 10: "4"}),
    ]
    for measure, field, levels in cases:
        found = {figure: MEASURES[measure].level(row(**{field: figure})) for figure in levels}
        assert found == levels, measure
    assert MEASURES["share"].said(row(share=0.001)) == "0.1%"
    assert MEASURES["coverage"].said(row()) == "–"
