"""What changed between two contests: in come both, out come every input that differs and every firm that moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qilian.evaluation.contest import Contest
from qilian.evaluation.contest_file import contest_to_data
from qilian.evaluation.scoring import Standing

_NOT_INPUTS = ("result", "versions", "frozen", "corrects", "appeals", "format")


@dataclass(frozen=True, slots=True)
class Change:
    """An input that differs.

    Attributes
    ----------
    path
        Its place in the file, lists by the ids of their entries: ``figures.f-01.values.mtbf``.
    before, after
        As the files write them; None where it is absent or missing.
    """

    path: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Moved:
    """A firm whose score, rank or interval differs; None where it takes part in one contest only."""

    id: str
    before: Standing | None
    after: Standing | None

    @property
    def change(self) -> Decimal | None:
        """How much the score rose."""
        return self.after.score - self.before.score if self.before and self.after else None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that two contests differ in; firms in the order of their rank afterwards."""

    inputs: tuple[Change, ...]
    moved: tuple[Moved, ...]
    appeals: tuple[str, ...]


def difference(frozen: Contest, corrected: Contest) -> Difference:
    """Return exactly which inputs changed, how scores and ranks moved, and the appeals that came in between."""
    before, after = (dict(_leaves("", _inputs(each))) for each in (frozen, corrected))
    paths = dict.fromkeys([*before, *after])
    inputs = tuple(
        Change(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path) or (path in before) != (path in after)
    )
    then = {each.id: each for each in frozen.scores.standings}
    now = {each.id: each for each in corrected.scores.ranked}
    moved = tuple(
        Moved(firm, then.get(firm), now.get(firm))
        for firm in dict.fromkeys([*now, *then])
        if then.get(firm) != now.get(firm)
    )
    known = {each.id for each in frozen.appeals}
    return Difference(inputs, moved, tuple(each.id for each in corrected.appeals if each.id not in known))


def _inputs(contest: Contest) -> dict[str, object]:
    return {name: part for name, part in contest_to_data(contest).items() if name not in _NOT_INPUTS}


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, part)
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            name = str(part["id"]) if isinstance(part, dict) and "id" in part else str(index)
            yield from _leaves(f"{path}.{name}", part)
    else:
        yield path, value
