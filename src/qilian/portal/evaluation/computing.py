"""Figures that the portal computes from its own rows, each with the records behind it.

A computation is a function from :class:`Scope` to :class:`Found`, registered under the name by which indicator systems
ask for it. Where the rows cannot tell, it raises :class:`CannotTell`; nothing is guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from qilian.evaluation import Indicator, period_end, period_start
from qilian.portal.accounts import regions
from qilian.portal.accounts.models import Kind, Organisation, Organisations
from qilian.portal.errors import PortalError
from qilian.portal.evaluation.subjects import Subject
from qilian.text import Text


class CannotTell(PortalError):  # noqa: N818 - named for what happened
    """The portal's rows do not say; ``words`` says why."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and which days a figure is about."""

    subject: Subject
    period: str

    @property
    def firms(self) -> Organisations:
        """The firm, or all firms of the division."""
        if self.subject.firm:
            return Organisation.objects.filter(pk=self.subject.firm.pk)
        return Organisation.objects.filter(
            kind=Kind.FIRM, region__startswith=regions.prefix(self.subject.region)
        ).order_by("pk")

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return _midnight(period_start(self.period))

    @property
    def ends(self) -> datetime:
        """The first moment after the period."""
        return _midnight(period_end(self.period) + timedelta(days=1))

    @property
    def last_day(self) -> date:
        """The last day of the period that has come."""
        return min(period_end(self.period), timezone.localdate())

    @property
    def is_now(self) -> bool:
        """Whether today lies in the period: what is kept without its past can be told then only."""
        return self.begins <= timezone.now() < self.ends


@dataclass(frozen=True, slots=True)
class Record:
    """What went into a figure: a row's kind and number, or a node's or division's id; and what it gave, as shown."""

    kind: str
    number: int | str
    gave: str


@dataclass(frozen=True, slots=True)
class Found:
    """A computed figure, the records that it was made of, and how, in words."""

    value: float
    records: tuple[Record, ...]
    words: Text


Computation = Callable[[Scope], Found]
_computations: dict[str, Computation] = {}


def computation(name: str) -> Callable[[Computation], Computation]:
    """Register a computation under its name."""

    def register(function: Computation) -> Computation:
        _computations[name] = function
        return function

    return register


def is_computed(indicator: Indicator) -> bool:
    """Return whether the portal computes an indicator: nobody types it then."""
    return indicator.source.computation in _computations


def compute(indicator: Indicator, scope: Scope) -> Found:
    """Compute an indicator.

    Raises
    ------
    CannotTell
        If the period has not begun, or the rows do not say.
    """
    if scope.begins > timezone.now():
        raise CannotTell(Text("周期尚未开始", "the period has not begun"))
    return _computations[indicator.source.computation](scope)


def share(part: int, whole: int) -> float:
    """Return a share in percent, to a tenth."""
    return round(100 * part / whole, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
