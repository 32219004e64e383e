"""The printed mark: a well formed inline SVG whose code says the link, and a link that belongs to one signed text."""

from xml.etree import ElementTree

import pytest
import segno

from qilian.evidence.credentials import CredentialError, is_link_to, mark_of

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> list[list[int]]:
    """The dark squares that the SVG's path draws, read off independently: rows of 0 and 1 without the quiet zone."""
    path = next(each for each in ElementTree.fromstring(svg).iter(f"{SVG}path") if each.get("stroke"))
    squares: set[tuple[int, int]] = set()
    column, row = 0, 0
    command, number = "", ""
    tokens: list[tuple[str, list[float]]] = []
    for letter in path.get("d", "") + "Z":
        if letter.isalpha():
            if command:
                tokens.append((command, [float(each) for each in number.replace("-", " -").split()]))
            command, number = letter, ""
        else:
            number += letter
    for command, numbers in tokens:
        if command == "M":
            column, row = int(numbers[0]), int(numbers[1])
        elif command == "m":
            column, row = column + int(numbers[0]), row + int(numbers[1])
        elif command == "h":
            squares |= {(row, column + step) for step in range(int(numbers[0]))}
            column += int(numbers[0])
    side = max(max(each) for each in squares) + 1
    return [[int((y, x) in squares) for x in range(4, side)] for y in range(4, side)]


def test_the_code_on_paper_says_the_link(world) -> None:
    """The squares drawn are those of a QR code of exactly the printed link."""
    mark = mark_of(world.sign().texts[0], "https://portal.example/")
    expected = segno.make_qr(mark.link, error="m").matrix
    assert drawn(mark.svg) == [list(row) for row in expected]
    assert mark.link in mark.svg
    assert mark.link.startswith("https://portal.example/r/")
    assert len(mark.link) < 50


def test_the_svg_stands_inside_a_page(world) -> None:
    """No XML declaration, no script, no reference to anything outside, a size in millimetres, a white ground."""
    svg = mark_of(world.sign().texts[0], "https://portal.example", module_mm=0.6).svg
    root = ElementTree.fromstring(svg)
    assert svg.startswith("<svg")
    assert root.tag == f"{SVG}svg"
    assert str(root.get("width")).endswith("mm")
    assert "#fff" in svg
    assert "script" not in svg
    assert "href" not in svg


def test_a_link_belongs_to_one_text(world) -> None:
    """Another signature, or one other letter, has another link."""
    text = world.sign().texts[0]
    link = mark_of(text, "https://portal.example").link
    assert is_link_to(link, text)
    assert not is_link_to(link, world.sign(key=world.eddsa).texts[0])
    assert not is_link_to(link, text[:-1])
    assert not is_link_to("https://portal.example/r/", text)


@pytest.mark.parametrize("portal", ["portal.example", "javascript:alert(1)", "https://", "https://p.example?x=1", ""])
def test_what_is_no_portal_is_refused(world, portal) -> None:
    """The address is printed and scanned: it must be one of the web."""
    with pytest.raises(CredentialError, match="portal"):
        mark_of("a.b.c", portal)
