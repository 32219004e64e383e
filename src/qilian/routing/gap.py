"""How the gap between bound and best plan of one product is closed: which deadlines are asked for, in which order.

In come :class:`Deadlines`, a bound and the best plan's hour; plans and bounds are handed out as they are found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from qilian.routing.budget import Budget
from qilian.routing.deadline import EASY_TESTS, Deadlines
from qilian.routing.schedule import Placement

_MOST_SETS = 4_000_000
"""More take a gigabyte."""
_FIRST_BEAM = 300
_FIRST_BEAM_OF_MANY = 1000
_WIDEST_BEAM = 30_000
_WIDER = 3
_TRIES = 300
_WORTH_MORE = 1.5
"""A deadline that so many sets did not decide is asked for again only with so many times more of them."""


@dataclass(slots=True)
class Gap:
    """What is left between the bound and the best plan's completion hour, and how it is closed."""

    deadlines: Deadlines
    budget: Budget
    low: int
    value: Callable[[], int]
    offer: Callable[[list[Placement]], None]
    raised: Callable[[int], None]
    too_few: dict[int, int] = field(default_factory=dict)
    """Per deadline how many sets did not decide it."""

    def close(self) -> None:
        """Raise the bound and improve the plan until they meet, or as far as the budget goes."""
        many = self.deadlines.size > EASY_TESTS
        if not many:
            self._ascend(0.3)
        beam = _FIRST_BEAM_OF_MANY if many else _FIRST_BEAM
        while self._open():
            longest = self._dive(beam, _TRIES)
            before = self.low, self.value()
            nearly = self.value() - self.low == 1 and beam > _FIRST_BEAM_OF_MANY
            self._ascend(0.9 if nearly else 0.4)
            if beam > _WIDEST_BEAM or (beam > 4000 and before == (self.low, self.value())):
                return
            beam *= _WIDER
            if many and 2 * _WIDER * longest > self.budget.left():
                return

    def _open(self) -> bool:
        return self.low < self.value() and not self.budget.over()

    def _rise(self, low: int) -> None:
        self.low = low
        self.raised(low)

    def _ascend(self, share: float) -> None:
        """Ask exactly for later and later deadlines, with a share of what is left for each set of sets."""
        step = 1
        while self._open():
            deadline = min(self.low + step - 1, self.value() - 1)
            most_sets = int(min(_MOST_SETS, max(2e4, share * self.budget.left() / self.deadlines.seconds_per_set)))
            undecided = max((sets for hour, sets in self.too_few.items() if hour <= deadline), default=0)
            if most_sets < _WORTH_MORE * undecided:
                if step == 1:
                    return
                step = max(1, step // 4)
                continue
            answer = self.deadlines.within(deadline, most_sets)
            if answer.placements is not None:
                self.offer(answer.placements)
                step = max(1, step // 2)
            elif answer.impossible:
                self._rise(deadline + 1)
                step = step * 2 if self.deadlines.sets < most_sets // 20 else max(1, step // 2)
            else:
                self.too_few[deadline] = most_sets
                if step == 1:
                    return
                step = max(1, step // 4)

    def _dive(self, beam: int, tries: int) -> float:
        """Look for plans among few sets, halving what lies between the deadlines tried in vain and the best plan.

        Returns the seconds of the longest look.
        """
        longest = 0.0
        tried = self.low
        part = 2 if self.deadlines.size > EASY_TESTS else 4
        while self._open() and tried < self.value():
            deadline = min(tried + (self.value() - tried) // part, self.value() - 1)
            if self.deadlines.seek_worth(deadline, 60):
                self._rise(deadline + 1)
                tried = max(tried, self.low)
                continue
            left = self.budget.left()
            found = self.deadlines.dive(deadline, beam, tries)
            longest = max(longest, left - self.budget.left())
            if found is not None:
                self.offer(found)
            else:
                tried = deadline + 1
                part = 2
        return longest
