"""A reader with the robot pack and its words, read once."""

from datetime import date

import pytest

from qilian.intake import demand_to_data, finding_words, read_demand, read_lexicon

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture(scope="session")
def read(pack):
    """Read a text as said on Wednesday, 25 November 2026."""
    lexicon = read_lexicon(pack)
    return lambda text, on=WEDNESDAY: read_demand(text, pack, on=on, lexicon=lexicon)


@pytest.fixture(scope="session")
def written(pack):
    """Write a demand as lines for people and as data."""
    units = {each.id: each.unit for each in pack.vocabulary.parameters.values()}
    return lambda demand: (
        [finding_words(demand, finding, pack, "zh") for finding in demand.findings],
        demand_to_data(demand, units),
    )
