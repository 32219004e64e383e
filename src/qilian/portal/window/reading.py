"""Reads what was said at the counter with the portal's content pack; its words are read once by each process."""

from datetime import date
from functools import cache

from qilian.intake import Demand, Lexicon, read_demand, read_lexicon
from qilian.portal.rulebook.reading import pack


@cache
def lexicon() -> Lexicon:
    """Return the words of the portal's pack."""
    return read_lexicon(pack())


def read(text: str, on: date) -> Demand:
    """Return what a text asks for; errors as :func:`qilian.intake.read_demand`."""
    return read_demand(text, pack(), on=on, lexicon=lexicon())
