"""The reader of Relaton YAML: what it keeps, what ISO's and IEC's words mean, and that no bytes can harm it.

The records written out here are invented; those of ISO and IEC are read from ../shared where that is there.
"""

import random
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.standards import StandardRef, Status, When
from qilian.standards.archives import members
from qilian.standards.records import Link, Record, RecordFault
from qilian.standards.relaton import MAX_BYTES, read_record

SHARED = Path(__file__).parents[3] / "shared/data/standards"

INVENTED = """\
---
schema-version: v1.2.9
id: ISO99001-1-2031
title:
- content: Sample machines
  language: [en]
  type: title-intro
- content: 'Part 1: Safety'
  language:
  - en
  type: title-part
- content: 'Sample machines - Part 1: Safety'
  language:
  - en
  type: main
- content: Machines type
  language: fr
  type: title-intro
- content: 'Partie 1: Sécurité'
  language: fr
  type: title-part
link:
- content: https://example.org/1.html
type: standard
docid:
- id: ISO 99001-1:2031
  type: ISO
  primary: true
- id: urn:iso:std:iso:99001:-1:stage-90.93
  type: URN
date:
- type: published
  value: 2031-07
abstract:
- content: "A long text of the source: it is never kept. *not an alias, &not an anchor"
  language: [en]
edition:
  content: '2'
docstatus:
  stage:
    value: '90'
  substage:
    value: '93'
copyright:
- owner:
  - name:
    - content: ISO
  from: '2031'
relation:
- type: obsoletes
  bibitem:
    docid:
    - id: ISO 99001-1:2016
      primary: true
    formattedref:
      content: ISO 99001-1:2016
- type: obsoletes
  bibitem:
    docid:
    - id: ISO/DIS 99001-1
      primary: true
- type: updates
  bibitem:
    docid:
    - id: ISO 99001-1:2031/Amd 1:2033
      primary: true
    date:
    - type: circulated
      value: '2032-05-05'
- type: updates
  bibitem:
    docid:
    - id: ISO/CD 99001-1
      primary: true
ext:
  doctype:
    type: international-standard
  editorialgroup:
    technical_committee:
    - name: Samples
      number: 999
      type: TC
      identifier: ISO/TC 999/SC 2
  ics:
  - code: '25.040'
    text: Samples
  - code: 13.110
"""


def record_with(**changes):
    """Return the YAML of a small record; a field given as None is left out."""
    fields = {
        "docid": [{"id": "ISO 99001:2031", "primary": True}],
        "docstatus": {"stage": {"value": "60"}, "substage": {"value": "60"}},
        "date": [{"type": "published", "value": "2031-07-09"}],
    }
    fields |= changes
    return yaml.safe_dump({key: value for key, value in fields.items() if value is not None}).encode()


def related(kind, own, other, stage="60.60"):
    """Return the link that a relation of an invented record is read as."""
    first, _, second = stage.partition(".")
    data = record_with(
        docid=[{"id": own, "primary": True}],
        docstatus={"stage": {"value": first}, "substage": {"value": second}},
        relation=[{"type": kind, "bibitem": {"docid": [{"id": other, "primary": True}]}}],
    )
    (relation,) = read_record(data, "a.yaml").relations
    assert relation.identifier == other
    return relation.kind


def test_a_record_is_read_into_its_fields():
    """Number, main titles, month of publication, stage, TC, ICS with their zeros, and relations by their meaning."""
    record = read_record(INVENTED.encode(), "data/iso-99001-1-2031.yaml")
    assert record.identifier == "ISO 99001-1:2031"
    assert record.ref == StandardRef("ISO", "99001", "1", year=2031)
    assert record.titles == {"en": "Sample machines - Part 1: Safety", "fr": "Machines type - Partie 1: Sécurité"}
    assert record.published == When(2031, 7)
    assert (record.stage, record.status, record.edition, record.year) == ("90.93", Status.CURRENT, "2", 2031)
    assert (record.committee, record.ics) == ("ISO/TC 999/SC 2", ("25.040", "13.110"))
    assert record.doctype == "international-standard"
    assert [(each.kind, each.identifier) for each in record.relations] == [
        (Link.REPLACES, "ISO 99001-1:2016"),
        (Link.REVISED_BY, "ISO/DIS 99001-1"),
        (Link.AMENDED_BY, "ISO 99001-1:2031/Amd 1:2033"),
        (Link.REVISED_BY, "ISO/CD 99001-1"),
    ]
    assert record.member == "data/iso-99001-1-2031.yaml"
    assert len(record.digest) == 32


def test_no_text_of_the_source_is_kept():
    """An abstract and the words of an ICS code are not in the record, wherever one looks."""
    kept = repr(read_record(INVENTED.encode(), "a.yaml"))
    assert "never kept" not in kept
    assert "example.org" not in kept


def test_the_digest_is_that_of_the_bytes():
    """One changed byte is another digest, even where no kept field changes."""
    first = read_record(INVENTED.encode(), "a.yaml")
    second = read_record(INVENTED.replace("never kept", "never  kept").encode(), "a.yaml")
    assert first.digest != second.digest
    assert first.digest == read_record(INVENTED.encode(), "b.yaml").digest


def test_one_thing_may_stand_without_its_list():
    """ISO/IEC Directives are written with single mappings and bare words; the two forms mean the same."""
    data = b"""
docid:
  id: ISO 99001:2031
  type: ISO
date:
  type: published
  value: '2031-05-01'
edition: "14"
doctype: directive
docstatus:
  stage: '60'
  substage: '60'
title:
  content: Samples
editorialgroup:
  technical_committee:
    name: TC 62/SC 62A
ics:
  code: '01.020'
relation:
  type: partOf
  bibitem:
    formattedref: ISO 99001
"""
    record = read_record(data, "a.yaml")
    assert (record.identifier, record.edition, record.doctype) == ("ISO 99001:2031", "14", "directive")
    assert (record.published, record.stage) == (When(2031, 5, 1), "60.60")
    assert (record.titles, record.ics) == ({"en": "Samples"}, ("01.020",))
    assert record.committee == "IEC/TC 62/SC 62A"
    assert [(each.kind, each.identifier) for each in record.relations] == [(Link.PART_OF, "ISO 99001")]


@pytest.mark.parametrize(
    ("word", "stage", "status"),
    [
        ("PUBLISHED", "60.60", Status.CURRENT),
        ("REVISED", "95.99", Status.SUPERSEDED),
        ("REPLACED", "95.99", Status.SUPERSEDED),
        ("WITHDRAWN", "95.99", Status.WITHDRAWN),
    ],
)
def test_iec_says_stages_in_words(word, stage, status):
    """IEC tells a revised document from a withdrawn one, and gives the day."""
    data = record_with(
        docstatus={"stage": {"value": word}},
        date=[{"type": "obsoleted", "value": "2033-02-03"}, {"type": "stable-until", "value": "2032-12-31"}],
    )
    record = read_record(data, "a.yaml")
    assert (record.stage, record.status) == (stage, status)
    assert (record.withdrawn, record.stable_until) == (date(2033, 2, 3), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("kind", "own", "stage", "other", "link"),
    [
        ("obsoletes", "ISO 99001:2031", "60.60", "ISO 99001:2016", Link.REPLACES),
        ("obsoletes", "ISO 99001:2031", "60.60", "ISO/DIS 99001", Link.REVISED_BY),
        ("obsoletes", "ISO 99001:2031", "60.60", "ISO 99001:2016/DAM 3", Link.REPLACES),
        ("obsoletes", "ISO/DIS 99001", "40.60", "ISO 99001:2016", Link.REVISES),
        ("obsoletes", "ISO/DIS 99001", "40.60", "ISO/CD 99001", Link.REPLACES),
        ("obsoletes", "ISO 99001:2016/Cor 1:2018", "95.99", "ISO 99001:2016", Link.AMENDS),
        ("updates", "ISO 99001:2016", "95.99", "ISO 99001:2031", Link.REPLACED_BY),
        ("updates", "ISO 99001:2016/Amd 1:2018", "95.99", "ISO 99001:2031", Link.REPLACED_BY),
        ("updates", "ISO 99001:2016", "90.92", "ISO 99002:2031", Link.RELATED),
        ("updates", "ISO 99001:2031", "60.60", "ISO 99001:2031/Amd 1:2033", Link.AMENDED_BY),
        ("updates", "ISO 99001:2031", "60.60", "ISO 99001:2031/DAM 1", Link.REVISED_BY),
        ("updates", "ISO 99001:2031", "90.92", "ISO/FDIS 99001", Link.REVISED_BY),
        ("updates", "ISO 99001:2031", "90.92", "ISO 99001", Link.REVISED_BY),
        ("updates", "ISO 99001:2031/Amd 1:2033", "60.60", "ISO 99001:2031", Link.AMENDS),
        ("adoptedFrom", "ISO 99001:2031", "60.60", "IEC 99001:2030", Link.ADOPTS),
        ("partOf", "ISO 99001:2031", "60.60", "ISO 99001", Link.PART_OF),
        ("a new word", "ISO 99001:2031", "60.60", "ISO 99002:2016", Link.RELATED),
    ],
)
def test_the_two_words_of_iso_are_told_apart(kind, own, stage, other, link):
    """``updates`` names whatever comes after; only a withdrawn document has lost its place to it."""
    assert related(kind, own, other, stage) is link


def test_an_amendment_is_dated_by_itself():
    """ISO's file gives the year of the amended edition first; without a date of its own, its number's year stands."""
    docid = [{"id": "ISO 99001:2031/Amd 1:2034", "primary": True}]
    base = {"type": "published", "value": "2031"}
    own = {"type": "updated", "value": "2034-02-23"}
    assert read_record(record_with(docid=docid, date=[base, own]), "a").published == When(2034, 2, 23)
    assert read_record(record_with(docid=docid, date=[base]), "a").published == When(2034, inferred=True)


FAULTY = {
    "nothing": (b"", "empty"),
    "a comment": (b"# only words\n", "empty"),
    "a list": (b"- a\n- b\n", "not a record"),
    "a word": (b"hello", "not a record"),
    "no identifier": (b"title: []\n", "no primary identifier"),
    "two identifiers, none primary": (b"docid:\n- id: ISO 1:2000\n- id: ISO 2:2000\n", "no primary identifier"),
    "an empty identifier": (b"docid:\n- id: ''\n  primary: true\n", "no primary identifier"),
    "an alias": (b"docid: &a {id: ISO 1:2000}\next: *a\n", "alias"),
    "an alias in what is dropped": (b"abstract: [&a x, *a]\ndocid: {id: ISO 1:2000}\n", "alias"),
    "a field twice": (b"docid: {id: ISO 1:2000}\ndocid: {id: ISO 2:2000}\n", "written twice"),
    "two documents": (b"docid: {id: ISO 1:2000}\n---\ndocid: {id: ISO 2:2000}\n", "more than one document"),
    "a key that is a list": (b"ext: {[a]: b}\n", "a key that is not a word"),
    "too deep": (b"ext: " + b"[" * 500 + b"]" * 500, "nested deeper"),
    "too deep in what is dropped": (b"abstract: " + b"[" * 500 + b"]" * 500, "nested deeper"),
    "month 13": (record_with(date=[{"type": "published", "value": "2031-13"}]), "not a date"),
    "a date in words": (record_with(date=[{"type": "published", "value": "soon"}]), "not a date"),
    "an unknown stage": (record_with(docstatus={"stage": {"value": "IN PRINT"}}), "not a stage"),
    "an endless title": (record_with(title=[{"content": "x" * 3_000, "type": "main"}]), "longer than"),
    "not UTF-8": (b"docid: {id: \xff\xfe}\n", "not YAML"),
    "a NUL": (b"docid: {id: ISO 1\x00}\n", "not YAML"),
    "a tab": (b"docid:\n\t- id: ISO 1:2000\n", "not YAML"),
    "an open quote": (b"docid: {id: 'ISO 1:2000}\n", "not YAML"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not YAML"),
    "too large": (b"a: b\n" + b"#" * MAX_BYTES, "larger than"),
}


@pytest.mark.parametrize(("data", "why"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_one_line_that_names_the_member(data, why):
    """Every way to be no record is told in one line, with the member."""
    with pytest.raises(RecordFault) as told:
        read_record(data, "data/odd.yaml")
    line = str(told.value)
    assert why in line
    assert "data/odd.yaml" in line
    assert "\n" not in line
    assert len(line) < 400


def test_ten_thousand_million_laughs_are_not_heard():
    """Nested aliases, which would unfold to 10^10 words, are refused at the first alias."""
    lines = ["a0: &a0 [ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    with pytest.raises(RecordFault, match="alias"):
        read_record("\n".join(lines).encode(), "a.yaml")


def outcome(data):
    """Return what the reader makes of bytes: a record, or the words of its fault; other errors fail the test."""
    try:
        return read_record(data, "a.yaml")
    except RecordFault as fault:
        return str(fault)


def test_a_record_cut_anywhere_is_a_fault_or_a_shorter_record():
    """Cut at each byte, the reader never fails otherwise, and never invents: what it gives was in the whole."""
    data = INVENTED.encode()
    whole = read_record(data, "a.yaml")
    for end in range(len(data)):
        found = outcome(data[:end])
        if isinstance(found, Record):
            assert whole.identifier.startswith(found.identifier)
            assert set(found.ics) <= {"25.040", "13.110", "13.11", "13.1", "13.", "13", "1"}
            assert len(found.relations) <= len(whole.relations)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_record_or_a_fault(data):
    """Nothing but a record or a RecordFault comes out, whatever goes in."""
    found = outcome(data)
    assert isinstance(found, Record) or "\n" not in found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_record_is_a_record_or_a_fault(data):
    """Bytes overwritten, doubled and cut out of a good record do no harm."""
    damaged = bytearray(INVENTED.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        piece = data.draw(
            st.sampled_from([b"", b"\n", b"'", b'"', b"[", b"{", b"- ", b": ", b"*a", b"&a ", b"\xff", b"|"])
        )
        damaged[at : at + data.draw(st.integers(0, 9))] = piece
    outcome(bytes(damaged))


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    number=st.integers(1, 99_999),
    titles=st.dictionaries(st.sampled_from(["en", "fr", "zh", "ru"]), WORDS, max_size=4),
    codes=st.lists(st.from_regex(r"[0-9]{2}\.[0-9]{3}(\.[0-9]{2})?", fullmatch=True), max_size=4),
    abstract=st.text(max_size=200),
    flow=st.sampled_from([True, False, None]),
    width=st.sampled_from([10, 40, 200]),
    wide=st.booleans(),
)
def test_every_style_of_yaml_reads_alike(number, titles, codes, abstract, flow, width, wide):
    """Block or flow, quoted or plain, folded or not: the words written are the words read, blanks made single."""
    fields = {
        "abstract": [{"content": abstract}],
        "docid": [{"id": f"ISO {number}:2031", "primary": True}],
        "title": [{"content": text, "language": [code], "type": "main"} for code, text in titles.items()],
        "ext": {"ics": [{"code": code} for code in codes]},
    }
    data = yaml.safe_dump(fields, default_flow_style=flow, width=width, allow_unicode=wide).encode()
    record = read_record(data, "a.yaml")
    assert record.identifier == f"ISO {number}:2031"
    assert record.titles == {code: plain for code, text in titles.items() if (plain := " ".join(text.split()))}
    assert record.ics == tuple(codes)


# -- the catalogues of ISO and IEC -------------------------------------------------------------------------------------


def as_list(value):
    """Return the value as a list: Relaton leaves out a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def named(bibitem):
    """Return how a relation names the other document."""
    form = bibitem.get("formattedref")
    return bibitem["docid"][0]["id"] if "docid" in bibitem else form["content"] if isinstance(form, dict) else form


def plainly(data):
    """Return identifier, stage, main titles, ICS, committee and related identifiers by plain YAML, the slow way."""
    fields = yaml.load(data, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    docids = as_list(fields["docid"])
    ext = fields.get("ext", {})
    status = fields.get("docstatus") or {"stage": {"value": ""}}
    return {
        "identifier": next(each["id"] for each in docids if each.get("primary") == "true" or len(docids) == 1),
        "stage": status["stage"]["value"] + "." + status.get("substage", {}).get("value", ""),
        "titles": {
            language: " ".join(each["content"].split())
            for each in reversed(fields["title"])
            if each["type"] == "main"
            for language in as_list(each["language"])
        },
        "ics": [each["code"] for each in as_list(fields.get("ics") or ext.get("ics"))],
        "related": {named(each["bibitem"]) for each in as_list(fields.get("relation"))},
    }


@pytest.fixture(scope="module")
def sample():
    """Every hundredth member of both catalogues."""
    found = []
    for name in ("relaton-iso.tar.zst", "relaton-iec.tar.zst"):
        path = SHARED / name
        if not path.is_file():
            pytest.skip("the catalogues of ISO and IEC (../shared/data/standards) are not beside this checkout")
        found += [member for number, member in enumerate(members(path)) if number % 100 == 7]
    return found


def test_a_sample_of_the_real_catalogues_reads_as_by_plain_yaml(sample):
    """On every hundredth real record, the fast reader and PyYAML's loader agree in every field that is compared."""
    assert len(sample) > 1_000
    for member in sample:
        record, plain = read_record(member.data, member.name), plainly(member.data)
        assert record.identifier == plain["identifier"], member.name
        if "." in record.stage and not plain["stage"].endswith("."):
            assert record.stage == plain["stage"], member.name
        assert plain["titles"].items() <= dict(record.titles).items(), member.name
        assert list(record.ics) == plain["ics"], member.name
        assert {each.identifier for each in record.relations} == plain["related"], member.name


def test_real_records_cut_short_do_no_harm(sample):
    """Real records cut at random places are faults or records, never anything else."""
    chance = random.Random(3)
    for member in chance.sample(sample, 300):
        outcome(member.data[: chance.randrange(len(member.data))])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("relaton-iso.tar.zst", 71_418), ("relaton-iec.tar.zst", 32_528)])
def test_every_member_of_the_real_catalogues_is_read(name, count):
    """None is rejected; of 1,000 identifiers at least 995 are references that read back from what is written."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip("the catalogues of ISO and IEC (../shared/data/standards) are not beside this checkout")
    read = kept = 0
    for member in members(path):
        record = read_record(member.data, member.name)
        assert record.identifier
        read += 1
        if not record.ref.is_named:
            assert StandardRef.parse(str(record.ref)) == record.ref, record.identifier
            kept += 1
    assert read == count
    assert kept >= 0.995 * count
