"""Fixtures of the chain's tests: the robot chain, and a small chain on disk to spoil."""

from datetime import date
from pathlib import Path

import pytest

from qilian.chain import Capacity, Chain, capacity, read_chain
from qilian.content import load_chain

FILES = {
    "chain.yaml": "notice: {zh: 假设, en: assumed}\nsystems:\n- {id: drive, name: {zh: 驱动, en: Drive}}\n",
    "nodes.csv": (
        "id,name_zh,name_en,layer,system,source,confidence\n"
        "steel,钢,Steel,material,drive,own,unverified\n"
        "gear,齿轮,Gear,part,drive,own,unverified\n"
        "shaft,轴,Shaft,part,drive,own,unverified\n"
        "robot,机器人,Robot,machine,drive,own,unverified\n"
    ),
    "links.csv": "origin,target,note_zh,note_en\nsteel,gear,,\nsteel,shaft,,\ngear,robot,,\nshaft,robot,,\n",
    "makers.csv": (
        "node,name_zh,name_en,region,sample,source,confidence\ngear,示例·甲,Sample A,330100,yes,own,unverified\n"
    ),
    "points/all.yaml": (
        "- id: gear.1\n"
        "  node: gear\n"
        "  characteristic: {zh: 硬度, en: Hardness}\n"
        "  requirement: {zh: 够硬, en: Hard enough}\n"
        "  failures:\n"
        "  - {mode: {zh: 软, en: Soft}, severity: 9, occurrence: 4, detection: 5}\n"
        "  tests: [T-9283-RP]\n"
        "  references: [ISO 9283]\n"
        "  source: own\n"
        "  confidence: unverified\n"
    ),
}


class Folder:
    """A chain's folder whose files a test may change before it reads them."""

    def __init__(self, path: Path, pack) -> None:
        self.path = path
        self.pack = pack
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def read(self) -> Chain:
        return read_chain(self.path, self.pack.tests, self.pack.catalogue)


@pytest.fixture
def folder(tmp_path, pack) -> Folder:
    """A chain of four nodes and one control point."""
    return Folder(tmp_path, pack)


@pytest.fixture(scope="session")
def robots(pack) -> Chain:
    """The chain of the robot pack, read once."""
    chain = load_chain(pack)
    assert chain is not None
    return chain


@pytest.fixture(scope="session")
def everywhere(pack, robots) -> Capacity:
    """What the pack's sample network can test of the robot chain, anywhere."""
    return capacity(robots, pack.tests, pack.network, date(2026, 12, 1), catalogue=pack.catalogue)
