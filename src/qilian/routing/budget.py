"""How long a search may go on: until a time limit, or for an amount of work that is the same on every machine.

One unit of work is about one complete decoding of 25 tests, some 50 microseconds on the machine of the benchmarks.
"""

import time

SECONDS_PER_WORK = 50e-6


class Budget:
    """A limit in seconds, in work, or both.

    Parameters
    ----------
    limit_seconds
        Wall time from now on, or None for no limit in time.
    work_limit
        Units of work, or None. With work alone the clock has no say, so that a run can be repeated exactly.
    """

    def __init__(self, limit_seconds: float | None, work_limit: int | None) -> None:
        self._begin = time.perf_counter()
        self._seconds = limit_seconds
        self._work = work_limit
        self.spent = 0.0

    def elapsed(self) -> float:
        """Return the seconds since the beginning."""
        return time.perf_counter() - self._begin

    def pause(self, seconds: float) -> None:
        """Do not count so many seconds that have gone by, in which code was loaded."""
        self._begin += seconds

    def left(self) -> float:
        """Return the seconds that are left, with work counted at its usual speed."""
        left = float("inf")
        if self._seconds is not None:
            left = self._seconds - self.elapsed()
        if self._work is not None:
            left = min(left, (self._work - self.spent) * SECONDS_PER_WORK)
        return left

    def spend(self, work: float) -> None:
        """Count work that has been done."""
        self.spent += work

    def over(self) -> bool:
        """Return True when the search must end."""
        return self.left() <= 0

    def only_work(self) -> bool:
        """Return True when the clock has no say."""
        return self._seconds is None
