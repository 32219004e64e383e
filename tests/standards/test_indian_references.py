"""References of the Bureau of Indian Standards, in the spellings of its own documents."""

import pytest

from qilian.standards import StandardRef, find_references


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("IS 302-2-8:1994", "IS 302-2-8:1994"),
        ("IS 302 (Part 2/Sec 8) : 1994", "IS 302-2-8:1994"),
        ("IS 16227 (Part 5)", "IS 16227-5"),
        ("IS: 2386 (Part 1)-1963", "IS 2386-1:1963"),
        ("IS 13252 (Part 1):2010+A1:2013", "IS 13252-1:2010+A1:2013"),
        ("IS 16046-2:2018/IEC 62133-2:2017", "IS 16046-2:2018/IEC 62133-2:2017"),
    ],
)
def test_the_official_spellings_are_read_and_read_back(text: str, canonical: str) -> None:
    """Part and section become the part of the number; the canonical spelling reads back as the same reference."""
    reference = StandardRef.parse(text)
    assert str(reference) == canonical
    assert StandardRef.parse(canonical) == reference


def test_an_adoption_wraps_what_it_adopts() -> None:
    """IS/IEC 62368-1 is a document of its own with the IEC number inside."""
    reference = StandardRef.parse("IS/IEC 62368-1:2018")
    assert reference.publisher == "IS"
    assert reference.adopted is not None
    assert (reference.adopted.publisher, reference.adopted.number) == ("IEC", "62368")


def test_the_english_verb_is_no_publisher() -> None:
    """Only capitals make a reference: prose says "is 5" and "is 302" often."""
    assert not find_references("the mass is 5 kg and it is 302 long")


def test_a_second_reference_that_cannot_be_read_does_no_harm() -> None:
    """A bracket right behind "/ISO ..." once raised an error out of running text."""
    assert str(next(iter(find_references("(ASTM D3786/ISO13938-2)")))).startswith("ASTM D3786")
