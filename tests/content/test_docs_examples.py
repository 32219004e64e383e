"""Every YAML example of the documentation goes through the reader that it belongs to, so that none can rot.

In comes each ```yaml block of README and docs; which reader it belongs to is told by its fields.
"""

import re
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from qilian.chain import read_chain
from qilian.compliance import read_condition, read_implications, read_rules
from qilian.compliance.checking import check_rule
from qilian.documents import Document, read_yaml
from qilian.evaluation import read_system, read_tools
from qilian.planning import Pack
from qilian.product import read_product, read_vocabulary

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    (f"{page.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1}", textwrap.dedent(found[1]))
    for page in PAGES
    for text in [page.read_text(encoding="utf-8")]
    for found in re.finditer(r"^ *```ya?ml\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
]

Reader = Callable[[Document, Pack], None]


def _product(document: Document, pack: Pack) -> None:
    assert read_product(document.path, pack.vocabulary).given


def _parameters_of_a_product(document: Document, pack: Pack) -> None:
    """Lines to put under ``parameters:`` of a product file."""
    lines = textwrap.indent(document.path.read_text(encoding="utf-8"), "  ")
    document.path.write_text(f"id: example\nname: example\nparameters:\n{lines}", encoding="utf-8")
    _product(document, pack)


def _vocabulary(document: Document, pack: Pack) -> None:
    """What the example says of a parameter of the pack is what the pack says."""
    for name, parameter in read_vocabulary(document).parameters.items():
        own = pack.vocabulary[name]
        assert (parameter.kind, parameter.unit) == (own.kind, own.unit)
        assert set(parameter.aliases) <= set(own.aliases)


def _rules(document: Document, pack: Pack) -> None:
    for rule in read_rules(document, pack.vocabulary):
        assert list(check_rule(rule, pack.implications, pack.vocabulary)) == []
        assert set(rule.tests) <= set(pack.tests)
        assert rule.market in pack.markets


def _implications(document: Document, pack: Pack) -> None:
    assert read_implications(document, pack.vocabulary)


def _system(document: Document, pack: Pack) -> None:
    assert read_system(document).indicators


def _tools(document: Document, pack: Pack) -> None:
    assert read_tools(document).tools


def _points(document: Document, pack: Pack) -> None:
    """Control points stand on the pack's own chain."""
    folder = document.path.parent / "chain"
    (folder / "points").mkdir(parents=True)
    for name in ("chain.yaml", "nodes.csv", "links.csv", "makers.csv"):
        shutil.copy(pack.folder / "chain" / name, folder)
    shutil.copy(document.path, folder / "points")
    assert read_chain(folder, pack.tests, pack.catalogue).points


def _condition(document: Document, pack: Pack) -> None:
    assert isinstance(document.value, dict)
    read_condition(document.value["when"], pack.vocabulary, lambda trail: document.where(("when", *trail)))


def reader_of(document: Document, pack: Pack) -> Reader:
    """Return the reader of an example by its fields."""
    whole = document.value
    first = whole[0] if isinstance(whole, list) else whole
    assert isinstance(first, dict), "neither a mapping nor a list of mappings"
    fields = set(first)
    if isinstance(whole, list):
        own_fields = (("question", _vocabulary), ("market", _rules), ("then", _implications), ("failures", _points))
        for own, reader in own_fields:
            if own in fields:
                return reader
    elif "parameters" in fields:
        return _product
    elif "indicators" in fields:
        return _system
    elif "tools" in fields:
        return _tools
    elif fields == {"when"}:
        return _condition
    elif all("." in name for name in fields):
        return _parameters_of_a_product
    raise AssertionError(f"no reader is known for an example with {', '.join(sorted(fields))}: add it to this test")


def test_the_documentation_has_examples() -> None:
    """If none were found, the test below would prove nothing."""
    assert {name.rpartition(":")[0] for name, _ in BLOCKS} >= {
        "docs/tutorial/first-plan.md",
        "docs/how-to/describe-a-product.md",
        "docs/reference/content-pack.md",
    }


@pytest.mark.parametrize("example", [text for _, text in BLOCKS], ids=[name for name, _ in BLOCKS])
def test_an_example_of_the_documentation_is_read(example: str, pack: Pack, tmp_path: Path) -> None:
    """Its parameters, choices, units, tests and fields exist."""
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    document = read_yaml(path)
    reader_of(document, pack)(document, pack)
