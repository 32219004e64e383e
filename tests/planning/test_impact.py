"""Whom a change of edition hits: the robot pack's own facts, and small catalogues for what they do not hold."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import jsonschema
import pytest

from qilian.compliance import assess, known_markets
from qilian.laboratories.scopes import Matcher, import_scopes, open_scopes
from qilian.planning import PlanningError
from qilian.planning.impact import How, impact
from qilian.planning.impact_json import impact_to_data
from qilian.product import read_product
from qilian.standards import Catalogue, Degree, Edition, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text


def ref(text):
    return StandardRef.parse_or_named(text)


def ask(pack, old, new, catalogue=None, **more):
    return impact(pack, catalogue or pack.catalogue, ref(old), ref(new), **more)


def cited(affected):
    """The citations of an affected rule or test, as (reference, how)."""
    return [(str(citation.reference), citation.how) for citation in affected.citations]


@pytest.fixture(scope="module")
def products(pack, repository):
    paths = sorted((repository / "examples/products").glob("*.yaml"))
    return [read_product(path, pack.vocabulary) for path in paths]


@pytest.fixture(scope="module")
def arms(pack, products):
    """ISO 10218-1, from 2011 to 2025."""
    return ask(pack, "ISO 10218-1:2011", "ISO 10218-1:2025", products=products)


# -- the robot pack ----------------------------------------------------------------------------------------------------


def test_undated_rules_and_tests_move_by_themselves_on_the_day_the_new_edition_starts(arms):
    """The rules on industrial robots cite ISO 10218-1 without a year: nothing to rewrite, and the day is said."""
    assert arms.starts == date(2025, 2, 28)  # published in February 2025: sure by its last day
    rules = {each.rule.id: each for each in arms.rules}
    assert cited(rules["STD-IND-01"]) == [("ISO 10218-1", How.UNDATED)]
    assert "2025-02-28" in rules["STD-IND-01"].todo.en
    assert "nothing to rewrite" in rules["STD-IND-01"].todo.en
    assert "T-10218-STOP" in {each.item.id for each in arms.tests}
    assert all(how is How.UNDATED for each in arms.tests for _, how in cited(each))


def test_the_scope_lines_by_the_old_edition_are_those_that_name_it(pack, arms):
    """Counted without the catalogue: the rows whose reference is spelled with the old year, and no others."""
    spelled = {
        line.row
        for laboratory in pack.network.laboratories
        for line in laboratory.lines
        if str(line.reference.without_clause) == "ISO 10218-1:2011"
    }
    assert spelled
    assert {each.line.row for each in arms.lines if each.citation.how is How.DATED} == spelled
    for each in arms.lines:
        assert each.line in each.laboratory.lines


def test_laboratories_that_test_by_the_new_edition_already_are_named(pack, arms):
    """A maker asks these first."""
    ready = {
        laboratory.id
        for laboratory in pack.network.laboratories
        if any(str(line.reference.without_clause) == "ISO 10218-1:2025" for line in laboratory.lines)
    }
    assert ready
    assert {laboratory.id for laboratory in arms.ready} == ready


def test_a_national_standard_that_adopts_the_old_edition_is_hit_through_it(pack):
    """GB 11291.1-2011 is IDT ISO 10218-1:2006: its rule stays where it is, and the adoption is shown."""
    found = ask(pack, "ISO 10218-1:2006", "ISO 10218-1:2011")
    rule = next(each for each in found.rules if each.rule.id == "CN-IND-01")
    assert cited(rule) == [("GB 11291.1", How.EQUIVALENT)]
    (adoption,) = rule.citations[0].adoptions
    assert (str(adoption.subject), adoption.degree) == ("GB 11291.1-2011", Degree.IDENTICAL)
    assert "IDT" in rule.todo.en
    assert "ISO 10218-1:2011" in rule.todo.zh


def test_the_adoption_of_another_edition_is_not_hit(arms):
    """The same GB does not adopt the edition of 2011, so the step from 2011 to 2025 leaves its rule alone."""
    assert "CN-IND-01" not in {each.rule.id for each in arms.rules}


def test_a_rule_with_an_heir_says_which_rule_takes_over_and_when(pack, products):
    """The Machinery Directive's rules end where the Regulation's begin."""
    found = ask(pack, "2006/42/EC", "(EU) 2023/1230", products=products)
    assert found.starts == date(2027, 1, 20)
    rules = {each.rule.id: each for each in found.rules}
    assert rules["EU-MD-01"].heir.id == "EU-MR-01"
    assert "EU-MR-01" in rules["EU-MD-01"].todo.zh
    assert "2027-01-20" in rules["EU-MD-01"].todo.en
    assert found.products  # assessed on the last day of the old act, when its rules still bind
    assert "EU-MR-01" not in rules


def test_an_undated_reference_to_a_document_that_goes_into_another_must_be_rewritten(pack):
    """ISO/TS 15066 went into ISO 10218-2: `ISO/TS 15066` does not become `ISO 10218-2` by itself."""
    found = ask(pack, "ISO/TS 15066:2016", "ISO 10218-2:2025")
    rule = next(each for each in found.rules if each.rule.id == "STD-COB-01")
    assert cited(rule) == [("ISO/TS 15066", How.UNDATED)]
    assert "does not move by itself" in rule.todo.en
    assert any("does not record" in notice.en for notice in found.notices)


def test_the_products_are_those_that_affected_rules_bind(pack, products, arms):
    """Judged by the compliance room itself, on the last day before the change."""
    affected = {each.rule.id for each in arms.rules}
    eve = arms.starts - timedelta(days=1)
    markets = known_markets(pack.rules)
    expected = {}
    for product in products:
        found = assess(product.values, pack.rules, pack.implications, pack.vocabulary, markets, eve)
        binding = {each.rule.id for each in found.applying} & affected
        if binding:
            expected[product.id] = binding
    assert expected
    assert {each.product.id: set(each.rules) for each in arms.products if each.rules} == expected
    assert "unitree-g1" not in expected  # a humanoid is no industrial robot


def test_without_products_it_says_that_none_were_looked_at(pack):
    """Silence would read like safety."""
    found = ask(pack, "ISO 10218-1:2011", "ISO 10218-1:2025")
    assert found.products == ()
    assert any("No products were given" in notice.en for notice in found.notices)


def test_references_without_a_year_mean_the_last_two_editions(pack, arms):
    """`impact "ISO 10218-1" "ISO 10218-1"` is the step that was last made."""
    found = ask(pack, "ISO 10218-1", "ISO 10218-1")
    assert (str(found.old), str(found.new)) == ("ISO 10218-1:2011", "ISO 10218-1:2025")
    assert [each.rule.id for each in found.rules] == [each.rule.id for each in arms.rules]


def test_a_draft_has_no_first_day(pack):
    """What ISO/DIS 12100 will hit can be asked before its date is known, and the answer says so."""
    found = ask(pack, "ISO 12100:2010", "ISO/DIS 12100")
    assert found.starts is None
    assert any("not recorded when" in notice.en for notice in found.notices)
    assert "EU-MR-01" in {each.rule.id for each in found.rules}
    assert ("GB/T 15706", How.EQUIVALENT) in [pair for each in found.rules for pair in cited(each)]


@pytest.mark.parametrize("new", ["ISO 10218-1:2011", "ISO 10218-1:2011 5.4", "iso10218-1:2011"])
def test_one_edition_twice_is_refused(pack, new):
    """There is no step from an edition to itself, however it is spelled."""
    with pytest.raises(PlanningError, match="one edition"):
        ask(pack, "ISO 10218-1:2011", new)


def test_every_recorded_replacement_of_the_pack_is_answered_in_both_languages_and_fits_the_schema(pack, products):
    """All steps that the pack's table records: words for each place, and JSON as published."""
    schema = json.loads((files("qilian.planning") / "schemas/impact.schema.json").read_text(encoding="utf-8"))
    steps = [each for each in pack.catalogue.relations if each.kind is RelationKind.REPLACES]
    assert len(steps) > 100
    hit = 0
    for step in steps[::2]:
        found = impact(pack, pack.catalogue, step.object, step.subject, products=products[:3])
        places = [*found.rules, *found.tests, *found.lines, *found.products]
        assert len(places) == found.places
        for place in places:
            assert place.todo.zh
            assert place.todo.en
        jsonschema.validate(json.loads(json.dumps(impact_to_data(found))), schema)
        hit += bool(places)
    assert hit >= 5


# -- small catalogues --------------------------------------------------------------------------------------------------


def edition(number, published, status=Status.CURRENT):
    return Edition(ref(number), Text("", number), status, When.parse(published))


def relation(kind, subject, object_, degree=None):
    return Relation(kind, ref(subject), ref(object_), degree, "verified")


REPLACES, ADOPTS = RelationKind.REPLACES, RelationKind.ADOPTS
EDITIONS = [
    edition("ISO 9000-3:1991", "1991-06-01", Status.SUPERSEDED),
    edition("ISO 9000-3:1997", "1997-12-15"),
    edition("EN 29000-3:1993", "1993-05-01"),
    edition("GB/T 19000.3-1994", "1994-01-01", Status.SUPERSEDED),
    edition("GB/T 19000.3-2001", "2001-06-01"),
]
RELATIONS = [
    relation(REPLACES, "ISO 9000-3:1997", "ISO 9000-3:1991"),
    relation(ADOPTS, "EN 29000-3:1993", "ISO 9000-3:1991", Degree.IDENTICAL),
    relation(ADOPTS, "GB/T 19000.3-1994", "EN 29000-3:1993", Degree.MODIFIED),
    relation(REPLACES, "GB/T 19000.3-2001", "GB/T 19000.3-1994"),
    relation(ADOPTS, "GB/T 19000.3-2001", "ISO 9000-3:1997", Degree.IDENTICAL),
    relation(ADOPTS, "ISO 9000-3:1991", "GB/T 19000.3-1994", Degree.IDENTICAL),  # a ring: must do no harm
]


def citing(pack, *references):
    """The pack with one rule, which cites these, and no tests or laboratories' lines that do."""
    return replace(pack, rules=(replace(pack.rules[0], references=tuple(map(ref, references)), replaces=()),))


@pytest.fixture
def small():
    return Catalogue(EDITIONS, RELATIONS, "small", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("reference", "how"),
    [
        ("ISO 9000-3:1991", How.DATED),
        ("ISO 9000-3:1991 4.2", How.DATED),
        ("ISO 9000-3", How.UNDATED),
        ("EN 29000-3", How.EQUIVALENT),
        ("GB/T 19000.3-1994", How.EQUIVALENT),
        ("ISO 9000-3:1997", None),
        ("ISO 9000-4:1991", None),
        ("GB/T 19000.3-2001", None),
    ],
)
def test_each_way_of_citing(pack, small, reference, how):
    """Directly with and without a year, by an adoption, by an adoption of an adoption; and what does not cite."""
    found = ask(citing(pack, reference), "ISO 9000-3:1991", "ISO 9000-3:1997", small)
    hows = [citation.how for each in found.rules for citation in each.citations]
    assert hows == ([how] if how else [])


def test_a_chain_of_adoptions_is_shown_whole_with_the_edition_that_followed(pack, small):
    """GB adopts EN adopts ISO; the later GB adopts the new ISO, so that is what to cite."""
    found = ask(citing(pack, "GB/T 19000.3-1994"), "ISO 9000-3:1991", "ISO 9000-3:1997", small)
    (citation,) = found.rules[0].citations
    assert [str(each.subject) for each in citation.adoptions] == ["GB/T 19000.3-1994", "EN 29000-3:1993"]
    assert str(citation.successor) == "GB/T 19000.3-2001"
    assert "GB/T 19000.3-2001" in found.rules[0].todo.zh


def test_an_undated_reference_that_had_moved_on_before_does_not_cite_the_old_edition(pack):
    """Between 1991 and 2010 lies 1997: on the eve of 2010 the undated reference meant that."""
    later = edition("ISO 9000-3:2010", "2010-01-01")
    editions = [replace(EDITIONS[0]), replace(EDITIONS[1], status=Status.SUPERSEDED), later]
    relations = [RELATIONS[0], relation(REPLACES, "ISO 9000-3:2010", "ISO 9000-3:1997")]
    catalogue = Catalogue(editions, relations, "small", date(2020, 1, 1))
    undated = citing(pack, "ISO 9000-3")
    assert not ask(undated, "ISO 9000-3:1991", "ISO 9000-3:2010", catalogue).rules
    assert ask(undated, "ISO 9000-3:1997", "ISO 9000-3:2010", catalogue).rules


def test_documents_that_the_catalogue_does_not_hold_are_compared_by_number_and_that_is_said(pack, small):
    """An empty answer from an empty catalogue must not look like a clean bill."""
    found = ask(citing(pack, "ASTM F2291-03", "ASTM F2291"), "ASTM F2291-03", "ASTM F2291-23", small)
    assert cited(found.rules[0]) == [(str(ref("ASTM F2291-03")), How.DATED), ("ASTM F2291", How.UNDATED)]
    assert sum("is not in the catalogue" in notice.en for notice in found.notices) == 2


# -- imported scope tables ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Five laboratories: by the old edition, by the new one, by an adoption, without a year, by something else."""
    folder = tmp_path_factory.mktemp("tables")
    lines = (
        ("old", "ISO 10218-1:2011"),
        ("new", "ISO 10218-1:2025"),
        ("adopts", "GB 11291.1-2011"),
        ("undated", "ISO 10218-1"),
        ("other", "ISO 9283:1998"),
    )
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = ((laboratory, "Industrial robots", "Stopping", standard) for laboratory, standard in lines)
        csv.writer(stream).writerows((("laboratory", "object", "parameter", "standard"), *rows))
    import_scopes(folder / "table.csv", folder / "home")
    return Matcher(open_scopes(folder / "home"))


def test_laboratories_of_imported_tables_are_hit_by_the_edition_that_their_lines_cite(pack, tables):
    """By the old edition or without a year; not the new one, nor an adoption of one before (GB 11291.1)."""
    found = ask(pack, "ISO 10218-1:2011", "ISO 10218-1:2025", scopes=tables).holders
    by_laboratory = {each.laboratory.id: [line.standard for line in each.lines] for each in found.laboratories}
    assert by_laboratory == {"old": ["ISO 10218-1:2011"], "undated": ["ISO 10218-1"]}
    assert (found.count, found.complete) == (2, True)


def test_without_tables_nothing_is_said_of_them(pack, tables):
    data = impact_to_data(ask(pack, "ISO 10218-1:2011", "ISO 10218-1:2025"))
    assert data["holders"] is None
    data = impact_to_data(ask(pack, "ISO 10218-1:2011", "ISO 10218-1:2025", scopes=tables))
    schema = json.loads((files("qilian.planning") / "schemas/impact.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema)
    assert data["holders"]["laboratories"][0]["lines"]
