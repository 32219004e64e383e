"""What the tests of evaluation share: small systems made in code, tables of figures, and the pack's own system."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from qilian.content import load_systems
from qilian.documents import Document
from qilian.evaluation import Figures, IndicatorSystem, read_system


def system_of(count: int, path, **changes: object) -> IndicatorSystem:
    """Return a system of ``count`` indicators from 0 to 100, more is better, through the door that files use."""
    indicator = {
        "group": "g",
        "title": "t",
        "definition": "d",
        "unit": "1",
        "direction": "more",
        "scale": {"zero": 0, "full": 100},
        "frequency": "quarter",
        "source": {"kind": "typed"},
        "confidence": "unverified",
    }
    value = {
        "id": "s",
        "version": "1",
        "title": "s",
        "groups": [{"id": "g", "title": "g"}],
        "indicators": [{**indicator, "id": f"i{number}"} for number in range(count)],
        **changes,
    }
    return read_system(Document(path, value, {}))


@pytest.fixture(scope="session")
def make_system(tmp_path_factory) -> Callable[..., IndicatorSystem]:
    """Make a small system: ``make_system(3, missing="worst")``."""
    path = tmp_path_factory.mktemp("systems") / "s.yaml"
    return lambda count=3, **changes: system_of(count, path, **changes)


@pytest.fixture(scope="session")
def make_figures() -> Callable[..., Figures]:
    """Make a table for a system out of rows of figures, None where one is missing."""

    def make(system: IndicatorSystem, rows, ids=None) -> Figures:
        values = np.array([[np.nan if each is None else each for each in row] for row in rows], np.float64)
        names = tuple(ids or (f"f{number}" for number in range(len(rows))))
        return Figures(names, names, system.ids, values)

    return make


@pytest.fixture(scope="session")
def firms_system() -> IndicatorSystem:
    """The pack's system of 20 indicators."""
    return load_systems("robots")["602520"]


@pytest.fixture(scope="session")
def with_indicator() -> Callable[..., IndicatorSystem]:
    """Return a system whose indicator at a place has other fields."""

    def change(system: IndicatorSystem, place: int, **fields: object) -> IndicatorSystem:
        indicators = list(system.indicators)
        indicators[place] = replace(indicators[place], **fields)
        return replace(system, indicators=tuple(indicators))

    return change
