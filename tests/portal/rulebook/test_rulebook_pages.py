"""The content is readable by people: every rule, test and policy has a page; faults can be said, and are answered."""

import pytest


@pytest.fixture
def told(cast):
    """A comment of a firm on a rule."""
    from qilian.portal.rulebook.reading import pack

    rule = pack().rules[0].id
    cast.client("firm").post(f"/rules/rule/{rule}/comment", {"text": "Article 4 says otherwise"})
    return rule


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rule_test_and_policy_has_a_page(cast, language: str):
    from qilian.portal.rulebook.reading import pack

    client = cast.client("anonymous")
    client.cookies["language"] = language
    paths = [f"/rules/{rule.id}/" for rule in pack().rules]
    paths += [f"/rules/tests/{test}/" for test in pack().tests]
    paths += [f"/rules/policies/{policy.id}/" for policy in pack().policies]
    assert {path: status for path in paths if (status := client.get(path).status_code) != 200} == {}


@pytest.mark.parametrize("path", ["/rules/", "/rules/tests/", "/rules/policies/"])
def test_lists_ask_the_database_for_nothing(cast, path: str):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("anonymous")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) == 0


def test_a_rule_page_names_source_confidence_and_condition(cast):
    from qilian.portal.rulebook.reading import pack

    rule = next(each for each in pack().rules if each.confidence == "unverified" and each.in_force_from)
    client = cast.client("anonymous")
    client.cookies["language"] = "en"
    page = client.get(f"/rules/{rule.id}/").content.decode()
    assert "unverified" in page
    assert rule.in_force_from.isoformat() in page
    assert rule.source_seen.isoformat() in page


def test_search_finds_by_number_word_and_market(cast):
    from qilian.portal.rulebook import reading

    found = reading.rules(reading.RuleFilter(text="2023/1230"))
    assert found
    assert all("2023/1230" in " ".join([rule.id, rule.title.en, *map(str, rule.references)]) for rule in found)
    assert {rule.market for rule in reading.rules(reading.RuleFilter(market="EU"))} == {"EU"}
    assert reading.rules(reading.RuleFilter(text="no such words at all")) == []


def test_what_the_pack_lacks_is_not_found(cast):
    client = cast.client("firm")
    for path in ("/rules/no-such/", "/rules/tests/no-such/", "/rules/policies/no-such/"):
        assert client.get(path).status_code == 404
    assert client.post("/rules/rule/no-such/comment", {"text": "x"}).status_code == 404
    assert client.post("/rules/parameter/x/comment", {"text": "x"}).status_code == 404


def test_a_comment_is_seen_by_its_author_experts_and_operator_only(cast, told: str):
    for kind, which, sees in [
        ("firm", "", True),
        ("firm", "other", False),
        ("anonymous", "", False),
        ("expert", "", True),
        ("operator", "", True),
    ]:
        page = cast.client(kind, which).get(f"/rules/{told}/").content.decode()
        assert ("Article 4 says otherwise" in page) is sees, kind


def test_the_operator_answers_and_the_author_is_told(cast, told: str):
    from django.test import TestCase

    from qilian.portal.notices.models import Notice
    from qilian.portal.rulebook.models import Comment

    comment = Comment.objects.get()
    with TestCase.captureOnCommitCallbacks(execute=True):
        cast.client("operator").post(f"/rules/comments/{comment.pk}/answer", {"answer": "Mended in 0.2"})
    assert Notice.objects.get().user == cast.actor("firm").user
    assert "Mended in 0.2" in cast.client("firm", "other").get(f"/rules/{told}/").content.decode()


def test_an_empty_comment_says_so_beside_the_field(cast, told: str):
    answer = cast.client("firm").post(f"/rules/rule/{told}/comment", {"text": " "})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_a_script_in_a_comment_is_shown_as_text(cast, told: str):
    client = cast.client("firm")
    client.post(f"/rules/rule/{told}/comment", {"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(f"/rules/{told}/").content.decode()
