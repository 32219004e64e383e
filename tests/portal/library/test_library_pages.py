"""The library in the portal: search, a standard as of a date, following, and being told what a change means."""

import json
from datetime import date

import pytest


@pytest.fixture
def english(cast):
    """A visitor's client that reads English."""
    client = cast.client("anonymous")
    client.cookies["language"] = "en"
    return client


def test_search_finds_by_number_in_any_spelling(english):
    page = english.get("/standards/", {"text": "iso10218-1", "on": "2026-11-01"}).content.decode()
    assert "ISO 10218-1:2025" in page


def test_a_part_only_answers_htmx(english):
    part = english.get("/standards/", {"text": "ISO 10218-1"}, headers={"HX-Request": "true"}).content.decode()
    assert "ISO 10218-1" in part
    assert "<html" not in part


def test_a_standard_shows_what_stood_on_the_date(english):
    before = english.get("/standards/show", {"reference": "ISO 10218-1", "on": "2015-06-01"}).content.decode()
    after = english.get("/standards/show", {"reference": "ISO 10218-1", "on": "2026-06-01"}).content.decode()
    assert "ISO 10218-1:2011" in before
    assert "ISO 10218-1:2025</h1>" not in before
    assert "ISO 10218-1:2025</h1>" in after


def test_a_standard_says_who_cites_it(english):
    page = english.get("/standards/show", {"reference": "ISO 10218-1", "on": "2026-06-01"}).content.decode()
    assert "/rules/" in page


@pytest.mark.parametrize(
    "reference",
    ["", "hello world", "ISO 99999999", "<script>alert(1)</script>", "../../etc/passwd", "ISO 10218-1\x00"],
)
def test_what_is_no_standard_is_not_found_and_not_echoed_as_markup(english, reference: str):
    answer = english.get("/standards/show", {"reference": reference})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


def test_a_wrong_date_says_so_and_takes_today(english):
    assert "Not a date" in english.get("/standards/", {"text": "ISO 10218-1", "on": "2026-02-31"}).content.decode()


def test_following_is_kept_and_ended(cast):
    from qilian.portal.notices.models import Follow

    client = cast.client("firm")
    client.post("/standards/follow", {"reference": "ISO 10218-1:2011"})
    assert [row.label for row in Follow.objects.all()] == ["ISO 10218-1"]
    client.post("/standards/follow", {"reference": "ISO 10218-1", "follow": "no"})
    assert not Follow.objects.exists()


def test_a_follower_is_told_of_the_2025_edition_and_what_it_means(library: str, settings_of_tests: None, tmp_path):
    """Two states of a catalogue, as it was before and after ISO 10218-1:2025; the second import tells who follows."""
    from django.core import mail
    from django.test import TestCase

    from qilian.portal.accounts.models import User
    from qilian.portal.library import comparing
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.news import follow_key, tell_followers
    from qilian.portal.notices import following, telling
    from qilian.portal.notices.models import Follow, Kind, Notice
    from qilian.portal.rulebook.reading import pack
    from qilian.standards import StandardRef

    User.objects.all().delete()
    head = "number,title_zh,title_en,published,in_force_from,withdrawn,status,replaces,adopts,degree\n"
    first, second = tmp_path / "sample.csv", tmp_path / "later" / "sample.csv"
    second.parent.mkdir()
    old = "ISO 10218-1:2011,,Robots,2011-07-01,,,current,,,\n"
    first.write_text(head + old, encoding="utf-8")
    new = "ISO 10218-1:2025,,Robotics,2025-02-01,,,current,ISO 10218-1:2011,,\n"
    second.write_text(head + old + new, encoding="utf-8")
    person = User.objects.create_person("follower@example.com")
    stranger = User.objects.create_person("stranger@example.com")
    following.follow(person, Kind.STANDARD, follow_key(StandardRef.parse("ISO 10218-1:2011")))
    following.follow(stranger, Kind.STANDARD, follow_key(StandardRef.parse("ISO 9283")))
    import_file(first, source="sample", dated=date(2024, 1, 1), workers=1)
    before = comparing.imports()[-1].pk
    import_file(second, source="sample", dated=date(2025, 3, 1), workers=1)
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert tell_followers(before, None, pack()) == 1
    notice = Notice.objects.get()
    assert notice.user == person
    assert "ISO 10218-1:2025" in notice.en
    assert "cite it" in notice.en
    assert "2025" in notice.url
    telling.mail.func([notice.pk])
    assert [letter.to for letter in mail.outbox] == [["follower@example.com"]]
    Notice.objects.all().delete()
    Follow.objects.all().delete()
    User.objects.all().delete()


def test_pages_ask_the_database_a_bounded_number_of_times(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("anonymous")
    client.get("/standards/", {"text": "ISO"})
    for path, most in (("/standards/?text=ISO+9283", 5), ("/standards/show?reference=ISO+9283", 25)):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) <= most, json.dumps([query["sql"][:80] for query in queries], indent=1)
