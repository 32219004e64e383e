"""Who can test this: the network always answers, the scope tables do once there are any; each says which it is."""

from datetime import date

import pytest


@pytest.fixture
def ask(network, cast):
    """Return what asks the page in English."""
    client = cast.client("anonymous")
    client.cookies["language"] = "en"

    def asked(**question: str) -> str:
        return client.get("/laboratories/match", question).content.decode()

    return asked


def answers(text: str, **conditions: object):
    from qilian.laboratories.scopes import Demand
    from qilian.portal.network.matching import answers

    return answers(Demand.asked(text, **conditions))


@pytest.mark.parametrize("text", ["位姿准确度", "pose accuracy"])
def test_a_question_in_either_language_finds_the_lines_that_prove_it(network, text: str):
    answer = answers(text)[0]
    assert answer.body == "network"
    assert answer.lines == sum(len(each.lines) for each in network.laboratories)
    first = answer.found[0]
    proving = first.proofs[0].line
    assert first.code == proving.laboratory
    assert "Pose accuracy" in proving.parameter.en
    assert proving.row in {line.row for line in network.laboratory(first.code).lines}
    assert first.proofs[0].matched


def test_limits_and_places_are_hard_and_near_misses_say_by_how_much(network):
    answer = answers("位姿准确度 ISO 9283", limits=["mass=400 kg"])[0]
    assert answer.found
    for found in answer.found:
        limits = [limit for limit in found.proofs[0].limits if limit.name == "payload"]
        assert all(limit.holds(400) for limit in limits)
    missed = {each.code: [short.by.en for short in each.shortfalls] for each in answer.missed}
    assert "outside by 100 kg" in missed["zj-robot"][0]
    here = answers("位姿准确度 ISO 9283", region="330200")[0]
    assert all(found.region.startswith("3302") for found in here.found)


def test_a_line_outside_of_the_accredited_scope_proves_nothing_on_a_day(network):
    """Some lines of the sample lie outside on purpose."""
    day = date(2026, 11, 25)
    found = [
        (line, each)
        for each in network.laboratories
        for line in each.lines
        if not line.accredited and each.accredited(day)
    ]
    assert found
    for line, owner in found[:5]:
        answer = answers(f"{line.parameter.zh} {line.object.zh} {line.reference}", on=day)[0]
        rows = {proof.line.row for each in answer.found for proof in each.proofs}
        assert line.row not in rows
        assert all(each.code != owner.id or each.shortfalls for each in answer.missed)
    undated = answers(f"{found[0][0].parameter.zh} {found[0][0].reference}")[0]
    assert len({each.code for each in undated.found}) == len(undated.found), "each laboratory once"


def test_without_a_kept_network_the_packs_sample_answers_and_says_so(portal: str, cast):
    assert answers("pose accuracy")[0].body == "sample"
    client = cast.client("anonymous")
    client.cookies["language"] = "en"
    page = client.get("/laboratories/match", {"text": "pose accuracy"}).content.decode()
    assert "sample network of the content pack" in page
    assert "invented" in page


def test_a_changed_price_is_shown_at_once(network, ask):
    from qilian.portal.network.editing import change, version
    from qilian.portal.network.models import Line

    row = Line.objects.get(row="zj-robot-001")
    change(row, version(row), price=987654)
    assert "¥987654" in ask(text="pose accuracy")


def test_the_page_shows_laboratory_line_match_and_misses(ask):
    page = ask(text="位姿准确度 ISO 9283", limits="400 kg")
    assert "can be booked here" in page
    assert "zj-control" in page
    assert "<mark>" in page
    assert "outside by 100 kg" in page


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"text": "", "limits": "5 kg"}, "Write what is to be tested"),
        ({"text": "x", "limits": "5 parsecs"}, "not a limit with a known unit"),
        ({"text": "x", "standard": "hello"}, "not a reference"),
        ({"text": "x", "on": "2026-02-31"}, "id=&quot;on_error&quot;"),
        ({"text": "x", "region": "99"}, "region_error"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_beside_the_field(ask, question: dict, said: str):
    assert said.replace("&quot;", '"') in ask(**question)


def test_nothing_found_says_so(ask):
    assert "None of these lines" in ask(text="qwertyuiop zxcvbnm")


def test_scripts_in_a_question_stay_words(ask):
    page = ask(text="<script>alert(1)</script>", standard="<b>")
    assert "<script>alert(1)" not in page
