"""The graph around a standard: nearest editions first, only what was known on the date, and a limit."""

from datetime import date

import pytest

from qilian.standards import Catalogue, Degree, Edition, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text

REF = StandardRef.parse


@pytest.fixture
def filled(library, folder, widgets):
    """A library with the widgets of 2025-06-02."""
    from qilian.portal.library.importing import import_file

    import_file(folder(widgets), dated=date(2025, 6, 2))
    return library


TABLE = Catalogue(
    [Edition(REF("GB/T 99990.1-2008"), Text("装置安全", "Widget safety"), Status.CURRENT, When.parse("2008-05-01"))],
    [Relation(RelationKind.ADOPTS, REF("GB/T 99990.1-2008"), REF("ISO 99990-1:2006"), Degree.IDENTICAL, "verified")],
    "sample table",
    date(2026, 11, 1),
)


def distances(found):
    """Return the references of the nodes with their distances."""
    return {str(node.reference): node.distance for node in found.nodes}


def test_neighbours_up_to_two_steps(filled):
    """From the edition of 2025: its predecessor, then that one's predecessor and amendment; an adoption is farther."""
    from qilian.portal.library.graph import graph

    found = graph(REF("ISO 99990-1"), date(2026, 1, 1), TABLE)
    assert distances(found) == {
        "ISO 99990-1:2025": 0,
        "ISO 99990-1:2011": 1,
        "ISO 99990-1:2006": 2,
        "ISO 99990-1:2011/Amd 1:2013": 2,
    }
    assert [node.status for node in found.nodes[:2]] == [Status.CURRENT, Status.SUPERSEDED]
    assert found.nodes[0].title.en == "Widgets - Safety"
    kinds = {(each.kind, str(each.subject), str(each.object)) for each in found.edges}
    assert (RelationKind.AMENDED_BY, "ISO 99990-1:2011", "ISO 99990-1:2011/Amd 1:2013") in kinds
    near = graph(REF("ISO 99990-1:2006"), date(2026, 1, 1), TABLE, steps=1)
    assert distances(near) == {"ISO 99990-1:2006": 0, "ISO 99990-1:2011": 1, "GB/T 99990.1-2008": 1}


def test_only_what_the_world_knew(filled):
    """In 2012 neither the amendment of 2013 nor the edition of 2025 is there."""
    from qilian.portal.library.graph import graph

    found = graph(REF("ISO 99990-1"), date(2012, 1, 1), TABLE)
    assert distances(found) == {"ISO 99990-1:2011": 0, "ISO 99990-1:2006": 1, "GB/T 99990.1-2008": 2}
    assert graph(REF("ISO 99990-1"), date(1999, 1, 1), TABLE).nodes == ()


def test_a_limit_keeps_the_nearest_and_says_what_it_left_off(filled):
    """Edges end at nodes that are there."""
    from qilian.portal.library.graph import graph

    found = graph(REF("ISO 99990-1"), date(2026, 1, 1), TABLE, most=2)
    assert (list(distances(found)), found.left_off) == (["ISO 99990-1:2025", "ISO 99990-1:2011"], 2)
    assert len(found.edges) == 1
