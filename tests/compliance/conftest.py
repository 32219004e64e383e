"""A small world of parameters, implications, rules, tests and standards, written by hand for the tests of this room."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from qilian.compliance import Implication, Rule, TestItem, read_implications, read_rules, read_tests
from qilian.documents import Document, read_yaml
from qilian.product import Vocabulary, read_vocabulary
from qilian.standards import Catalogue, Edition, Relation, StandardRef, Status
from qilian.standards.editions import Degree, RelationKind, When
from qilian.text import Text

VOCABULARY = """
- id: kind
  label: {zh: 类别, en: Kind}
  question: {zh: 哪一类?, en: What kind?}
  kind: choice
  choices: [{id: arm, label: 机械臂}, {id: amr, label: 移动机器人}, {id: drive, label: 驱动器}]
- {id: machinery, label: 机械, question: 机械?, kind: boolean}
- {id: radio, label: 无线, question: 无线?, kind: boolean, aliases: [has_radio]}
- {id: toy, label: 玩具, question: 玩具?, kind: boolean}
- {id: battery, label: 电池, question: 电池?, kind: boolean}
- {id: voltage, label: 电压, question: 电压?, kind: number, unit: V, quantity: voltage, minimum: 0}
- {id: energy, label: 能量, question: 能量?, kind: number, unit: Wh, quantity: energy, minimum: 0}
- id: bands
  label: 频段
  question: 频段?
  kind: set
  choices: [{id: wifi, label: Wi-Fi}, {id: uwb, label: UWB}, {id: lte, label: LTE}]
- {id: ip, label: 防护, question: 防护?, kind: text}
- {id: placing, label: 上市, question: 上市?, kind: date}
"""

IMPLICATIONS = """
- {id: IMP-1, when: {parameter: kind, in: [arm, amr]}, then: {machinery: true}, reason: a robot is machinery}
- {id: IMP-2, when: {parameter: energy, known: true}, then: {battery: true}, reason: what has energy has a battery}
- {id: IMP-3, when: {parameter: kind, is: amr}, then: {battery: true}, reason: an AMR carries its energy}
- {id: IMP-4, when: {parameter: radio, is: false}, then: {bands: []}, reason: no radio has no band}
"""


@pytest.fixture(scope="session")
def document_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Document]:
    """Return what turns YAML text into a document called rules.yaml."""

    def write(text: str) -> Document:
        path = tmp_path_factory.mktemp("pack") / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return read_yaml(path)

    return write


@pytest.fixture(scope="session")
def vocabulary(document_of: Callable[[str], Document]) -> Vocabulary:
    return read_vocabulary(document_of(VOCABULARY))


@pytest.fixture(scope="session")
def implications(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> tuple[Implication, ...]:
    return read_implications(document_of(IMPLICATIONS), vocabulary)


RuleMaker = Callable[..., Rule]


@pytest.fixture(scope="session")
def rule_of(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> RuleMaker:
    """Return what makes a rule from an id, the text of its condition, and further lines."""

    def make(rule_id: str, when: str, *lines: str, market: str = "EU", kind: str = "mandatory") -> Rule:
        fields = {
            "examples": "{applies: {kind: arm}, does_not_apply: {kind: drive}}",
            "confidence": "secondary",
            "sources": "[https://example.org]",
            "seen": "2026-11-22",
        }
        fields.update(line.split(": ", 1) for line in lines)
        text = f"- id: {rule_id}\n  title: {rule_id}\n  market: {market}\n  kind: {kind}\n  when: {when}\n"
        text += "".join(f"  {name}: {value}\n" for name, value in fields.items())
        (rule,) = read_rules(document_of(text), vocabulary)
        return rule

    return make


ItemMaker = Callable[..., TestItem]


@pytest.fixture(scope="session")
def item_of(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> ItemMaker:
    """Return what makes a test item from an id and (reference, clause) pairs."""

    def make(
        item_id: str, *methods: tuple[str, str], specimen: str = "machine", requires: Sequence[tuple[str, str]] = ()
    ) -> TestItem:
        said = ", ".join(f"{{reference: '{reference}', clause: '{clause}'}}" for reference, clause in methods)
        limits = ", ".join(f"{{limit: {limit}, parameter: {parameter}}}" for limit, parameter in requires)
        text = (
            f"- {{id: {item_id}, name: {item_id}, domain: safety, methods: [{said}], specimen: {specimen}, "
            f"destructive: false, attended: true, requires: [{limits}], source: x, seen: 2026-11-22, "
            "confidence: secondary}"
        )
        (item,) = read_tests(document_of(text), vocabulary)
        return item

    return make


def _edition(reference: str, published: str, until: date | None = None, start: date | None = None) -> Edition:
    return Edition(
        StandardRef.parse(reference),
        Text(reference, reference),
        Status.CURRENT,
        When.parse(published),
        in_force_from=start,
        in_force_until=until,
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Robots: ISO 10218-1 with two editions, ISO 9283 and its identical adoption GB/T 12642, an act that ends."""
    editions = [
        _edition("ISO 10218-1:2011", "2011-07-01"),
        _edition("ISO 10218-1:2025", "2025-02-05"),
        _edition("ISO 9283:1998", "1998-04-01"),
        _edition("GB/T 12642-2013", "2013-12-17"),
        _edition("ISO 12100:2010", "2010-11-01"),
        _edition("GB 4943.1-2022", "2022-07-19", start=date(2027, 8, 1)),
        _edition("GB 7000.1-2023", "2023-09-08", start=date(2027, 9, 1)),
        _edition("2006/42/EC", "2006-06-09", until=date(2027, 1, 19)),
    ]
    relations = [
        Relation(RelationKind.REPLACES, editions[1].ref, editions[0].ref),
        Relation(RelationKind.ADOPTS, editions[3].ref, editions[2].ref, Degree.IDENTICAL, "secondary"),
    ]
    return Catalogue(editions, relations, "written by hand for tests", date(2026, 11, 22))
