"""What a scope cell cites, in the spellings that scope tables have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories.scopes.citations import read_citations
from qilian.laboratories.scopes.cleaning import mend, squeeze


@pytest.mark.parametrize(
    ("cell", "references", "clauses"),
    [
        ("Cl. 5.0, IS16046(Part 2):2018/IEC62133-2:2017", ["IS 16046-2:2018", "IEC 62133-2:2017"], ["5.0"]),
        ("IEC 60335-1:2020/EN 60335-1:2012", ["IEC 60335-1:2020", "EN 60335-1:2012"], []),
        ("IS/IEC 62368-1:2018", ["IS IEC 62368-1:2018"], []),
        ("ISO9283:1998/GB/T12642-2013", ["ISO 9283:1998", "GB/T 12642-2013"], []),
        ("Clause 22.4 of IEC60335-1: 2020", ["IEC 60335-1:2020"], ["22.4"]),
        ("IS 10322 (Part 5/Sec 3)(Clause 13): 2012 + AMD1: 2015", ["IS 10322-5-3:2012+AMD1:2015"], ["13"]),
        ("IS:15298, Pt-1", ["IS 15298-1"], []),
        ("IS 3025 (Part 44): 1993 (RA 2014)", ["IS 3025-44:1993"], []),
        ("IEC 60358 - 1", ["IEC 60358-1"], []),
        ("IEC 61869-1 & IEC61869-5", ["IEC 61869-1", "IEC 61869-5"], []),
        ("JSS 55555:2012", ["JSS 55555:2012"], []),
        ("EN ETSI 300019-2-3(Clause 4.4)", ["ETSI EN 300 019-2-3"], ["4.4"]),
        ("Cl.38.3.4.6 of UN 38.3(Rev. 7)", ["UN Manual of Tests and Criteria 38.3"], ["38.3.4.6"]),
        (
            "(38.3.4.1, test T.1)UN38.3/ (6.4.1 Test T-1)IEC62281",
            ["IEC 62281", "UN Manual of Tests and Criteria 38.3"],
            [],
        ),
        ("UN Manual of Tests and Criteria Part III, Section 38.3", ["UN Manual of Tests and Criteria 38.3"], []),
        ("UN Manual of Tests and Criteria 38.3", ["UN Manual of Tests and Criteria 38.3"], []),
        ("GB/T 2423.1-2008（第5章）", ["GB/T 2423.1-2008"], []),
    ],
)
def test_references_and_clauses_are_read_in_any_order(cell: str, references: list[str], clauses: list[str]) -> None:
    """Each document is found once, in the grammar's spelling, with the clause wherever it stands."""
    found = read_citations(cell)
    assert [str(each) for each in found.references] == references
    assert list(found.clauses) == clauses


def test_an_in_house_method_is_held_by_its_title() -> None:
    """A cell without any number of a publisher still names one method, whatever its spacing."""
    one, other = (
        read_citations("Laboratory manual, chapter on moulds"),
        read_citations("Laboratory  manual,chapter onmoulds"),
    )
    assert one.references[0].is_named
    assert one.keys == other.keys


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any cell gives citations; only an empty one gives none."""
    assert bool(read_citations(text).references) == bool(mend(text))


def test_mojibake_is_undone_and_spacing_does_not_count() -> None:
    """UTF-8 read as Windows-1252 becomes what it was; bare letters stay the same however blanks were lost."""
    assert mend("â‰¤ 100 kN") == "≤ 100 kN"
    assert mend("位姿".encode().decode("latin-1")) == "位姿"
    assert squeeze("DOMESTICELECTRICAL  APPLIANCES") == squeeze("Domestic-electrical appliances")
