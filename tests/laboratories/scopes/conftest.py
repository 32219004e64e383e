"""A small scope table that everything here is ours: three laboratories, a register, the noise of real tables."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest

from qilian.laboratories.scopes import ScopeIndex, import_scopes, open_scopes

HEADER = ("laboratory", "object", "parameter", "standard", "limit")
ROWS = (
    ("alpha", "Industrial robots", "Pose accuracy", "Cl. 7.2.1, ISO 9283:1998", "≤ 50 kg"),
    ("beta", "INDUSTRIALROBOTS", "Poseaccuracy", "ISO9283", "≤ 200 kg"),
    ("gamma", "Domestic electrical appliances", "Insulation resistance", "IS 302-1:2008", ""),
    ("beta", "Domestic electrical appliances", "Insulation resistance", "IS 302 (Part 1): 1979", "0~500 V"),
    ("alpha", "环境试验箱", "低温试验", "GB/T 2423.1-2008", "-70 ℃ ~ 180 ℃"),
    ("gamma", "Electronic equipment", "Radiated emission", "CISPR 32:2015/EN 55032:2015", "30 MHz - 6 GHz"),
)
REGISTER = (
    ("id", "name", "region", "tier", "scheme", "number", "valid_from", "valid_until"),
    ("alpha", "Alpha 检测", "330100", "city", "CNAS", "L1", "2024-01-01", "2029-12-31"),
    ("beta", "Beta Testing", "310100", "province", "CNAS", "L2", "2020-01-01", "2026-06-30"),
)


def write_table(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small table and its register imported."""
    folder = tmp_path_factory.mktemp("scopes")
    table = write_table(folder / "small.csv", (HEADER, *ROWS))
    register = write_table(folder / "register.csv", REGISTER)
    import_scopes(table, folder / "home", register=register)
    return folder / "home"


@pytest.fixture(scope="session")
def scopes(home: Path) -> ScopeIndex:
    """The small table, opened."""
    return open_scopes(home)
