"""Product files: values with source and confidence come out; every bad file gives one clear line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qilian.errors import QilianError
from qilian.product import Product, Vocabulary, read_product

Reader = Callable[[str], Product]


def test_a_product_file_gives_values_with_their_sources(product_of: Reader) -> None:
    """Short and long forms, aliases and other units end as values in the vocabulary's units."""
    product = product_of(
        """
product.kind: humanoid
mass_kg: {value: 35000 g, source: "https://example.org/a", confidence: secondary, note: source says ~35}
battery.energy: 0.432 kWh
radio.bands: [wifi_2g4]
"""
    )
    assert product.values == {
        "product.kind": "humanoid",
        "machine.mass": 35.0,
        "battery.energy": 432.0,
        "radio.bands": frozenset({"wifi_2g4"}),
    }
    mass = product.given["machine.mass"]
    assert (mass.source, mass.confidence, mass.note.en, mass.line) == (
        "https://example.org/a", "secondary", "source says ~35", 5,
    )  # fmt: skip
    assert product.given["product.kind"].confidence is None


def test_an_explicit_unknown_is_absent_but_remembered(product_of: Reader) -> None:
    """Unknown is not false: there is no value, and the file shows that it was looked for."""
    product = product_of("radio.present: {unknown: true, note: not stated by the source}")
    assert "radio.present" not in product.values
    assert product.given["radio.present"].value is None
    assert product.given["radio.present"].note.en == "not stated by the source"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("battery.energy: 432 kg", "battery.energy: 432 kg: not an energy, in robot.yaml line 4; write it in Wh"),
        ("battery.energy:\n  value: 432 kg", "battery.energy: 432 kg: not an energy, in robot.yaml line 5"),
        ("batery.energy: 4 Wh", "batery.energy: unknown parameter, in robot.yaml line 4; did you mean battery.energy?"),
        ("product.kind: hexapod", "product.kind: hexapod: unknown choice, in robot.yaml line 4; one of humanoid, amr"),
        ("radio.present:", "radio.present: no value, in robot.yaml line 4; write a value, or {unknown: true}"),
        ("radio.present: {unknown: true, value: true}", "radio.present: both a value and unknown"),
        ("radio.present: {confidence: secondary}", "radio.present: no value"),
        ("radio.present: {value: true, confidence: sure}", "confidence: input should be 'verified', 'secondary' or"),
        ("radio.present: {value: true, sauce: x}", "parameters.radio.present.sauce: not a field here"),
        (
            "machine.mass: 3 kg\nmass_kg: 4 kg",
            "mass_kg: machine.mass is already given in line 4, in robot.yaml line 5; keep one of the two",
        ),
        ("machine.mass: 3 kg\nmachine.mass: 4 kg", "machine.mass: written twice, in robot.yaml line 5"),
    ],
)
def test_bad_values_name_file_line_and_mend(product_of: Reader, lines: str, message: str) -> None:
    """One line, as the command line prints it."""
    with pytest.raises(QilianError) as caught:
        product_of(lines)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def _bomb() -> bytes:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty, in bad.yaml"),
        (b"# nothing\n", "empty, in bad.yaml"),
        (_bomb(), "alias *a0 is not allowed, in bad.yaml line 2"),
        (b"x: " + b"[" * 5000, "nested deeper than 40"),
        (b" " * 1_000_001, "larger than 1 MB"),
        (b"\xff\xfe\x00", "not UTF-8 text, in bad.yaml line 1"),
        (b"id: [", "not YAML"),
        (b"id: robot\nname: x\nparameter: {}\n", "parameter: not a field here, in bad.yaml line 3"),
        (b"name: x\nparameters: {}\n", "id: missing"),
        (b"id: robot\nname: ''\n", "name: empty"),
        (b"id: robot\nname: x\nparameters: [a, b]\n", "parameters: input should be a valid dictionary"),
        (b"- a\n", "not a product file, in bad.yaml line 1"),
        (b"just words", "not a product file"),
        (b'id: robot\nname: "x\\e[2J"\n', "a control character U+001B, in bad.yaml line 2; remove it"),
        (b'id: robot\nname: x\nparameters:\n  "a\\u0007b": 1\n', "a control character U+0007, in bad.yaml line 4"),
        ("id: robot\nname: a\u202eb\n".encode(), "a direction override U+202E, in bad.yaml line 2"),
        (b'id: robot\nname: {zh: "\\u2067", en: x}\n', "a direction override U+2067, in bad.yaml line 2"),
        (b"id: robot\nname: x\x1b[2J\n", "not YAML"),
    ],
)
def test_bad_files_give_one_clear_line(tmp_path: Path, vocabulary: Vocabulary, content: bytes, message: str) -> None:
    """Whatever stands in the file: one line, no traceback of another kind."""
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(QilianError) as caught:
        read_product(path, vocabulary)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Fifty megabytes are refused after the first one."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(QilianError, match="larger than 1 MB"):
        read_product(path, vocabulary)


def test_what_is_no_file_is_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A directory and a missing file are named as such."""
    with pytest.raises(QilianError, match="a directory, not a file"):
        read_product(tmp_path, vocabulary)
    with pytest.raises(QilianError, match="no such file"):
        read_product(tmp_path / "absent.yaml", vocabulary)


def test_a_file_without_permission_is_refused(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says that access rights are the matter (simulated: root may read every file)."""
    path = tmp_path / "locked.yaml"
    path.write_text("id: robot", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(QilianError, match="no permission to read"):
        read_product(path, vocabulary)
