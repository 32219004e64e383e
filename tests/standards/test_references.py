"""What a reference is: the spellings that are read, the one that is written, order, undated form and clause."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.standards import Amendment, NotAReference, StandardRef, find_references

SPELLINGS = Path(__file__).with_name("spellings.csv")
NAMED = [
    "浙江制造/品字标",
    "UN Manual of Tests and Criteria 38.3",
    "个人信息保护法",
    "CR scheme (CN)",
    "工信部无〔2021〕129号",
]

number = st.integers(1, 99999).map(str)
year = st.integers(1950, 2049).map(str)
clause = st.sampled_from(["", " 5.5.5", " 7", " Annex B", " 4.2(a)", " Table 3"])
world_year = st.one_of(st.just(""), year.map(lambda text: f":{text}"))
amended = st.sampled_from(["", "/Amd 1:2020", "/Cor 2:2011", "+AMD1:2012 CSV", "+A11:2014", "/CD Amd 1"])
international = st.tuples(
    st.sampled_from(
        [
            "ISO",
            "IEC",
            "ISO/IEC",
            "ISO/TS",
            "ISO/IEC TR",
            "IEC TS",
            "CISPR",
            "EN",
            "EN ISO",
            "EN IEC",
            "prEN",
            "ISO/DIS",
        ]
    ).map(lambda text: f"{text} "),
    number,
    st.sampled_from(["", "-1", "-4-2", "-201", "-B02"]),
    world_year,
    amended,
    clause,
).map("".join)
chinese = st.tuples(
    st.sampled_from(["GB", "GB/T", "GB/Z", "JB/T", "YD/T", "DB33/T", "T/ZZB", "JJF", "JJF(浙)", "GBZ/T"]),
    st.sampled_from([" ", ""]),
    number,
    st.sampled_from(["", ".1", ".12"]),
    st.one_of(st.just(""), st.tuples(st.sampled_from(["-", "—", "–", "－"]), year).map("".join)),
    clause,
).map("".join)
acts = st.tuples(
    st.sampled_from(["Regulation (EU) ", "Decision (EU) ", "(EU) ", "Delegated Regulation (EU) "]),
    st.integers(2015, 2030).map(str),
    st.just("/"),
    st.integers(1, 9999).map(str),
    st.sampled_from(["", " Article 5", " Annex III"]),
).map("".join)


def _spellings() -> list[dict[str, str]]:
    with SPELLINGS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", _spellings(), ids=lambda row: row["text"])
def test_spelling(row: dict[str, str]) -> None:
    """Each way of writing gives the expected parts and the one canonical spelling, which reads back as the same."""
    ref = StandardRef.parse(row["text"])
    parts = {
        "canonical": str(ref),
        "publisher": ref.publisher,
        "kind": ref.kind,
        "number": ref.number,
        "part": ref.part,
        "year": str(ref.year or ""),
        "clause": ref.clause,
    }
    assert parts == {name: row[name] for name in parts}
    assert StandardRef.parse(str(ref)) == ref


def test_there_are_enough_spellings() -> None:
    """The table has at least 200 spellings, each once."""
    texts = [row["text"] for row in _spellings()]
    assert len(texts) >= 200
    assert len(set(texts)) == len(texts)


@given(st.one_of(international, chinese, acts))
def test_canonical_spelling_reads_back(text: str) -> None:
    """Whatever is read is written in a spelling that reads as the same reference and is written the same again."""
    ref = StandardRef.parse(text)
    again = StandardRef.parse(str(ref))
    assert again == ref
    assert hash(again) == hash(ref)
    assert str(again) == str(ref)


@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_is_refused(text: str) -> None:
    """No text breaks the parser: it is read and reads back, or it is refused."""
    try:
        ref = StandardRef.parse(text)
    except NotAReference:
        return
    assert StandardRef.parse(str(ref)) == ref


@given(st.text(alphabet="ISOECGBTEN/-:.+ 0123456789()Amd—ADV", max_size=40))
def test_noise_that_looks_like_references(text: str) -> None:
    """Noise made of the letters of references is read back the same, or refused."""
    try:
        ref = StandardRef.parse(text)
    except NotAReference:
        return
    assert StandardRef.parse(str(ref)) == ref


@given(st.one_of(international, chinese, acts))
def test_undated_forgets_edition_and_clause(text: str) -> None:
    """The undated form is the same document without year, amendments and clause, and is its own undated form."""
    ref = StandardRef.parse(text)
    undated = ref.undated
    assert undated.same_base(ref)
    assert (undated.year, undated.amendments, undated.clause) == (None, (), "")
    assert undated.undated == undated


@given(st.lists(st.one_of(international, chinese, acts), max_size=8))
def test_order_is_total(texts: list[str]) -> None:
    """Any references can be sorted, and the order does not depend on where they stood."""
    refs = [StandardRef.parse(text) for text in texts]
    backwards = refs[::-1]
    assert sorted(refs) == sorted(backwards)


def test_order_counts_numbers_as_numbers() -> None:
    """Part 2 comes before part 10, and an older edition before a newer one."""
    texts = ["IEC 60335-2-2:2019", "IEC 60335-2-10:2002", "ISO 9283:1990", "ISO 9283:1998", "ISO 10218-1:2025"]
    refs = [StandardRef.parse(text) for text in texts]
    backwards = refs[::-1]
    assert sorted(backwards) == refs


@pytest.mark.parametrize("title", NAMED)
def test_documents_without_a_number(title: str) -> None:
    """A document known by its title is no reference by grammar, and is held by its title when asked to."""
    with pytest.raises(NotAReference):
        StandardRef.parse(title)
    ref = StandardRef.parse_or_named(title)
    assert ref.is_named
    assert str(ref) == title
    assert StandardRef.parse_or_named(str(ref)) == ref


def test_an_empty_title_is_refused() -> None:
    """There is no document without a number and a title."""
    with pytest.raises(NotAReference, match="empty title"):
        StandardRef.named("  ")


@pytest.mark.parametrize(
    "text",
    ["", "ISO", "GB/T", "EN", "hello", "ISO 10218-1:20255", "2006/42", "GB/T 12642-13", "ISO 10218-1:2025 and more"],
)
def test_refusals_say_how_to_mend(text: str) -> None:
    """What is no reference is refused in one line that shows how a reference is written."""
    with pytest.raises(NotAReference) as refusal:
        StandardRef.parse(text)
    assert "GB/T 12642-2013" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_long_text_is_refused_at_once() -> None:
    """A page of text is not tried as a reference, and the message does not repeat it."""
    with pytest.raises(NotAReference) as refusal:
        StandardRef.parse("ISO 9001 " * 100_000)
    assert len(str(refusal.value)) < 300


def test_same_base_through_editions_drafts_and_clauses() -> None:
    """Editions, drafts and clauses are one document; parts, types and adoptions are others."""
    base = StandardRef.parse("ISO 12100:2010")
    for text in ("ISO 12100", "ISO/DIS 12100", "ISO 12100:2003 5.5", "ISO 12100:2010/Amd 1:2013"):
        assert base.same_base(StandardRef.parse(text)), text
    for text in ("ISO 12100-1:2010", "ISO/TR 12100:2010", "EN ISO 12100:2010", "GB/T 12100-2010", "IEC 12100:2010"):
        assert not base.same_base(StandardRef.parse(text)), text


def test_an_act_is_one_document_whatever_it_is_called() -> None:
    """The number of an EU act identifies it, with or without its kind."""
    named = StandardRef.parse("Commission Delegated Regulation (EU) 2022/30")
    assert named.same_base(StandardRef.parse("(EU) 2022/30"))
    assert named.is_dated


def test_adoption_keeps_the_reference_inside() -> None:
    """A regional or national adoption holds what it adopts, down to the first publisher."""
    ref = StandardRef.parse("BS EN ISO 10218-1:2025")
    assert ref.adopted is not None
    assert str(ref.adopted) == "EN ISO 10218-1"
    assert str(ref.adopted.adopted) == "ISO 10218-1"
    dual = StandardRef.parse("GB/T 19001-2016/ISO 9001:2015")
    assert str(dual.adopted) == "ISO 9001:2015"
    assert str(dual.undated) == "GB/T 19001"


def test_amendments_are_read_in_order() -> None:
    """Included and separate amendments, corrigenda and consolidated versions are told apart."""
    ref = StandardRef.parse("IEC 60601-1:2005+AMD1:2012+AMD2:2020 CSV")
    assert ref.amendments == (Amendment("Amd", "1", 2012, True), Amendment("Amd", "2", 2020, True))
    assert ref.variant == "CSV"
    ref = StandardRef.parse("ISO/IEC 9075-5:1999/Amd 1:2001/Cor 1:2003")
    assert ref.amendments == (Amendment("Amd", "1", 2001), Amendment("Cor", "1", 2003))


def test_references_in_running_text() -> None:
    """References are found in Chinese and English prose, each once, without swallowing what follows."""
    text = (
        "试验方法按 GB/T 12642—2013 的 7.2.1，以及ISO 9283:1998和IEC 60204-1:2016 第18章；依据2006/42/EC与"
        "Regulation (EU) 2023/1230 Annex III. Applied ISO 12100 3 times, then ISO 9283:1998 again; UL approved."
    )
    assert [str(ref) for ref in find_references(text)] == [
        "GB/T 12642-2013",
        "ISO 9283:1998",
        "IEC 60204-1:2016 18",
        "2006/42/EC",
        "Regulation (EU) 2023/1230 Annex III",
        "ISO 12100",
    ]


@given(st.text(alphabet="ISOGBTEN/-:. 0123456789(EU)字", max_size=200))
def test_found_references_are_references(text: str) -> None:
    """All that is found in any text reads back as itself."""
    for ref in find_references(text):
        assert StandardRef.parse(str(ref)) == ref
