"""The interface between matching and whatever holds the scopes: the embedded index, or a search cluster.

In come words and document keys with weights; out go numbered concepts with a score, and for a concept its lines. A
store knows nothing of demands or hard limits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qilian.laboratories.holding import Standing
from qilian.laboratories.scopes.journal import Wording
from qilian.laboratories.scopes.limits import Limits
from qilian.laboratories.scopes.register import ScopeLaboratory
from qilian.laboratories.scopes.words import Segmenter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Query:
    """What a store looks for.

    Attributes
    ----------
    words
        Words as :class:`Segmenter` cuts them, with their weights.
    standards
        Document keys and numbers (see :class:`~qilian.laboratories.scopes.concepts.Cited`), with their weights.
    required
        Document keys of which a concept has to hold one; none if empty.
    figures
        Figures that may stand as a word, a clause or a document number: a concept that holds one in any of these ways
        holds it, and the figure counts by how rare it is in all of them.
    """

    words: tuple[tuple[str, float], ...]
    standards: tuple[tuple[str, float], ...]
    required: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that a store found."""

    concept: int
    score: float


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of some concepts, as columns of equal length, concept after concept.

    Attributes
    ----------
    places
        The place of each line's concept among those asked for.
    laboratories, wordings, rows, sources
        The laboratory, the wording, the line in the file, and the source of each.
    """

    places: "NDArray[np.intp]"
    laboratories: "Numbers"
    wordings: "Numbers"
    rows: "Numbers"
    sources: "Numbers"


@dataclass(frozen=True, slots=True)
class Said:
    """What a wording says, with what was read out of it.

    Attributes
    ----------
    references
        Canonical spellings of the standards that it cites.
    """

    wording: Wording
    references: tuple[str, ...]
    limits: Limits


class ScopeStore(Protocol):
    """Holds scopes and finds concepts."""

    @property
    def segmenter(self) -> Segmenter:
        """Cuts text into the words that the store knows."""
        ...

    @property
    def concepts(self) -> int:
        """How many concepts there are."""
        ...

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        ...

    @property
    def laboratory_count(self) -> int:
        """How many laboratories there are."""
        ...

    @property
    def knows_accreditations(self) -> bool:
        """Whether an accreditation of any laboratory is known."""
        ...

    def holding(self, word: str) -> int:
        """Return how many concepts hold a word."""
        ...

    def find(self, query: Query, most: int) -> Sequence[Hit]:
        """Return at most ``most`` concepts, the best first."""
        ...

    def example(self, concept: int) -> int:
        """Return a wording of a concept."""
        ...

    def lines(self, concepts: Sequence[int]) -> Lines:
        """Return all lines of some concepts."""
        ...

    def said(self, wording: int) -> Said:
        """Return what a wording says."""
        ...

    def laboratory(self, number: int) -> ScopeLaboratory:
        """Return a laboratory."""
        ...

    def source(self, number: int) -> str:
        """Return the name of a source."""
        ...

    def standing_filter(self, standing: Standing) -> "Callable[[Numbers], Flags]":
        """Return a function that says of laboratories, by their numbers, which are what ``standing`` asks for."""
        ...
