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


class Share(Budget):
    """A part of another budget at a time: what is spent here is spent there."""

    def __init__(self, whole: Budget) -> None:
        super().__init__(None, None)
        self._whole = whole
        self._end_at = 0.0

    def allow(self, seconds: float) -> None:
        """Let so many seconds (or the work that takes so long) be spent from now on."""
        self._end_at = max(0.0, self._whole.left() - seconds)

    def elapsed(self) -> float:
        """Return the seconds since the whole began."""
        return self._whole.elapsed()

    def pause(self, seconds: float) -> None:
        """Do not count so many seconds that have gone by."""
        self._whole.pause(seconds)

    def left(self) -> float:
        """Return the seconds that are left of this part."""
        left = self._whole.left()
        return left - self._end_at if left != float("inf") else left

    def spend(self, work: float) -> None:
        """Count work that has been done."""
        super().spend(work)
        self._whole.spend(work)

    def only_work(self) -> bool:
        """Return True when the clock has no say."""
        return self._whole.only_work()
