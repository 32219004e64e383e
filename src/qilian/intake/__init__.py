"""What somebody says at a counter, read as a structured demand, each finding with the words that it came from."""

from qilian.intake.errors import IntakeError
from qilian.intake.json_writer import demand_to_data
from qilian.intake.lexicon import Heading, Lexicon, read_lexicon
from qilian.intake.model import Demand, Finding, Period, Span, Stance
from qilian.intake.reading import read_demand
from qilian.intake.wording import finding_words, said

__all__ = [
    "Demand",
    "Finding",
    "Heading",
    "IntakeError",
    "Lexicon",
    "Period",
    "Span",
    "Stance",
    "demand_to_data",
    "finding_words",
    "read_demand",
    "read_lexicon",
    "said",
]
