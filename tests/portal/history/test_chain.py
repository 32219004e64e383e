"""The chain finds every entry that was changed, removed or moved, whatever it was, and nothing in a whole one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.portal.history.chain import HistoryError, Link, check_data, missing, verify

_words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_data = st.dictionaries(_words, st.one_of(_words, st.integers(-(2**53), 2**53), st.booleans(), st.none()), max_size=3)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[Link]:
    """Return a whole chain."""
    links: list[Link] = []
    at = datetime(2026, 12, 1, 8, tzinfo=UTC)
    for number in range(1, draw(st.integers(least, 8)) + 1):
        at += timedelta(microseconds=draw(st.integers(0, 10**9)))
        previous = links[-1].hash if links else ""
        who = draw(st.one_of(st.none(), st.integers(1, 9)))
        link = Link(number, at, who, who, None, draw(_words), "k", draw(_words), "e", "", "", draw(_data), previous)
        links.append(replace(link, hash=link.digest))
    return links


@given(chains())
def test_a_whole_chain_has_no_findings_and_survives_its_export(links: list[Link]):
    assert not list(verify(links))
    again = [Link.read(link.line, number) for number, link in enumerate(links, 1)]
    assert not list(verify(again))
    assert [link.hash for link in again] == [link.hash for link in links]


@given(chains(least=2), st.data())
def test_a_changed_field_is_found_where_it_is(links: list[Link], data: st.DataObject):
    place = data.draw(st.integers(0, len(links) - 1))
    field = data.draw(st.sampled_from(["person", "client", "mandate", "subject", "event", "was", "now", "at", "data"]))
    old = links[place]
    new = {"at": old.at + timedelta(microseconds=1), "person": 99, "client": 99, "data": {**old.data, "extra": 1}}
    links[place] = replace(old, **{field: new.get(field, f"{getattr(old, field)}x")})
    assert old.number in {finding.number for finding in verify(links)}


@given(chains(least=2), st.data())
def test_a_changed_entry_with_a_new_hash_is_found_by_the_next_one(links: list[Link], data: st.DataObject):
    place = data.draw(st.integers(0, len(links) - 2))
    forged = replace(links[place], event="forged")
    links[place] = replace(forged, hash=forged.digest)
    assert [(finding.number, finding.what) for finding in verify(links)] == [(place + 2, "broken")]


@given(chains(least=2), st.data())
def test_a_removed_entry_is_found_unless_it_is_the_tail_which_an_export_finds(links: list[Link], data: st.DataObject):
    place = data.draw(st.integers(0, len(links) - 1))
    left = links[:place] + links[place + 1 :]
    found = [(finding.number, finding.what) for finding in verify(left)]
    if place == len(links) - 1:
        assert not found
        hashes = {link.number: link.hash for link in left}
        assert [finding.number for finding in missing(links, hashes)] == [place + 1]
    else:
        assert (place + 1, "removed") in found


@given(chains(least=2), st.data())
def test_two_entries_that_changed_places_are_found(links: list[Link], data: st.DataObject):
    first, second = sorted(data.draw(st.permutations(range(len(links))))[:2])
    links[first], links[second] = links[second], links[first]
    assert list(verify(links))


@given(chains(least=2), st.data())
def test_entries_that_took_each_others_numbers_are_found(links: list[Link], data: st.DataObject):
    place = data.draw(st.integers(0, len(links) - 2))
    one, two = links[place], links[place + 1]
    links[place : place + 2] = [replace(two, number=one.number), replace(one, number=two.number)]
    assert list(verify(links))


@pytest.mark.parametrize("data", [{"price": 1.5}, {"a": [{"b": 0.1}]}, {1: "a"}, {"a": "\0"}, {"a": object()}])
def test_what_databases_write_differently_is_refused(data: dict):
    with pytest.raises(HistoryError):
        check_data(data)


def test_a_line_that_is_no_entry_is_refused_with_its_number():
    with pytest.raises(HistoryError, match="line 7"):
        Link.read('{"number": 1}', 7)
