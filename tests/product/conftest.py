"""A small vocabulary and a way to write product files for the tests of this room."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qilian.documents import read_yaml
from qilian.product import Product, Vocabulary, read_product, read_vocabulary

VOCABULARY = """
- id: product.kind
  label: {zh: 类别, en: Kind}
  question: {zh: 哪一类?, en: What kind?}
  kind: choice
  choices:
    - {id: humanoid, label: {zh: 人形, en: Humanoid}}
    - {id: amr, label: {zh: 移动机器人, en: AMR}, note: {zh: 含 AGV, en: AGV too}}
- {id: machine.mass, label: {zh: 质量, en: Mass}, question: {zh: 质量?, en: How heavy?}, kind: number, unit: kg,
   quantity: {zh: 质量, en: mass}, aliases: [mass_kg], minimum: 0, maximum: 100000}
- {id: motion.max_speed, label: {zh: 速度, en: Speed}, question: {zh: 速度?, en: How fast?}, kind: number, unit: m/s,
   quantity: {zh: 速度, en: a speed}}
- {id: battery.energy, label: {zh: 能量, en: Energy}, question: {zh: 能量?, en: How much energy?}, kind: number,
   unit: Wh, quantity: {zh: 能量, en: an energy}, idta: "0173-1#02-AAB996#007"}
- {id: environment.temperature_min, label: {zh: 最低温度, en: Lowest}, question: {zh: 最低温度?, en: How cold?},
   kind: number, unit: °C, quantity: {zh: 温度, en: a temperature}}
- {id: noise.level, label: {zh: 噪声, en: Noise}, question: {zh: 噪声?, en: How loud?}, kind: number, unit: dB(A),
   quantity: {zh: 声级, en: a sound level}}
- {id: motion.axes, label: {zh: 轴数, en: Axes}, question: {zh: 轴数?, en: How many?}, kind: number}
- {id: radio.present, label: {zh: 无线, en: Radio}, question: {zh: 有无线?, en: Any radio?}, kind: boolean}
- id: radio.bands
  label: {zh: 频段, en: Bands}
  question: {zh: 频段?, en: Which bands?}
  kind: set
  choices: [{id: wifi_2g4, label: {zh: 2.4 GHz, en: 2.4 GHz}}, {id: uwb, label: {zh: 超宽带, en: UWB}}]
- {id: ip.code, label: {zh: 防护, en: IP}, question: {zh: 防护?, en: IP code?}, kind: text}
- {id: placing.date, label: {zh: 上市, en: Placing}, question: {zh: 何时?, en: When?}, kind: date}
"""


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    path = tmp_path_factory.mktemp("vocabulary") / "parameters.yaml"
    path.write_text(VOCABULARY, encoding="utf-8")
    return read_vocabulary(read_yaml(path))


@pytest.fixture
def product_of(tmp_path: Path, vocabulary: Vocabulary) -> Callable[[str], Product]:
    """Return what reads a product file with these lines under ``parameters:`` (its first line is line 4)."""

    def read(lines: str) -> Product:
        path = tmp_path / "robot.yaml"
        indented = "".join(f"  {line}\n" for line in lines.strip().splitlines())
        path.write_text(f"id: robot\nname: {{zh: 机器人, en: Robot}}\nparameters:\n{indented}", encoding="utf-8")
        return read_product(path, vocabulary)

    return read
