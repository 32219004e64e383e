"""The vocabulary of a pack: parameters are found by id or alias, and values take their kind's form."""

from datetime import date
from pathlib import Path

import pytest

from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.product import ProductError, Vocabulary, read_vocabulary


def test_a_parameter_is_found_by_id_and_by_alias(vocabulary: Vocabulary) -> None:
    """Both names lead to the same parameter, with all that the table says of it."""
    mass = vocabulary.find("mass_kg")
    assert mass is not None
    assert mass is vocabulary["machine.mass"]
    assert (mass.unit, mass.label.zh, mass.minimum) == ("kg", "质量", 0)
    assert vocabulary.find("colour") is None
    assert vocabulary["battery.energy"].idta == "0173-1#02-AAB996#007"
    assert vocabulary["product.kind"].choices[1].note.en == "AGV too"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("battery.enrgy", "battery.energy"), ("mass", "machine.mass"), ("mass_kgs", "machine.mass"), ("qqqqqq", None)],
)
def test_the_nearest_name_is_offered(vocabulary: Vocabulary, typo: str, meant: str | None) -> None:
    """A slip of the pen, a bare last part and a near alias all lead to the id; nonsense leads nowhere."""
    assert vocabulary.nearest(typo) == meant


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("radio.present", False, False),
        ("product.kind", "amr", "amr"),
        ("radio.bands", [], frozenset()),
        ("radio.bands", ["uwb", "wifi_2g4"], frozenset({"uwb", "wifi_2g4"})),
        ("ip.code", " IP54 ", "IP54"),
        ("placing.date", "2026-12-01", date(2026, 12, 1)),
        ("machine.mass", "35 kg", 35.0),
    ],
)
def test_values_take_the_form_of_their_kind(vocabulary: Vocabulary, name: str, raw: object, value: object) -> None:
    """Each kind has one form inside."""
    converted = vocabulary.convert(vocabulary[name], raw, "file")
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("radio.present", "yes", "radio.present: yes: not true or false, in file; write true or false"),
        ("radio.present", 1, "not true or false"),
        ("product.kind", "humanoyd", "product.kind: humanoyd: unknown choice, in file; did you mean humanoid?"),
        ("product.kind", ["amr"], "unknown choice"),
        ("radio.bands", "uwb", "radio.bands: uwb: not a list, in file; write [uwb], or [] for none"),
        ("radio.bands", ["uwb", "5g"], "radio.bands: 5g: unknown choice, in file; one of wifi_2g4, uwb"),
        ("ip.code", 54, "not a text"),
        ("placing.date", "next week", "placing.date: next week: not a date, in file; write year-month-day"),
        ("placing.date", "2026-02-30", "not a date"),
        ("placing.date", 2026, "not a date"),
        ("machine.mass", "-3 kg", "machine.mass: -3 kg: below 0 kg"),
        ("machine.mass", "300 t", "machine.mass: 300 t: above 100000 kg"),
    ],
)
def test_values_that_do_not_fit_are_refused(vocabulary: Vocabulary, name: str, raw: object, message: str) -> None:
    """The line names parameter, value, fault and mend."""
    with pytest.raises(ProductError) as caught:
        vocabulary.convert(vocabulary[name], raw, "file")
    assert message in str(caught.value)


_ENTRY = "- {{id: {id}, label: {{zh: a, en: a}}, question: {{zh: a, en: a}}, kind: {kind}{more}}}\n"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (_ENTRY.format(id="a", kind="numbr", more=""), "kind: input should be 'number'"),
        (_ENTRY.format(id="A b", kind="number", more=""), "id: string should match pattern"),
        (_ENTRY.format(id="a", kind="choice", more=""), "a: a choice without choices, in table.yaml line 1"),
        (_ENTRY.format(id="a", kind="number", more="") * 2, "a: defined twice, in table.yaml line 2"),
        (_ENTRY.format(id="a", kind="number", more=", units: kg"), "units: not a field here, in table.yaml line 1"),
        ("- {id: a, kind: number, question: {zh: a, en: a}}", "label: missing, in table.yaml line 1; write it"),
        ("parameters: {}", "the whole: input should be a valid list"),
        (
            _ENTRY.format(id="a", kind="number", more=", aliases: [c]") + _ENTRY.format(id="c", kind="number", more=""),
            "a: its alias c already names c",
        ),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(tmp_path: Path, table: str, message: str) -> None:
    """The first fault is named with file and line."""
    path = tmp_path / "table.yaml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(QilianError) as caught:
        read_vocabulary(read_yaml(path))
    assert message in str(caught.value)
