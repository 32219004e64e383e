"""What-ifs on a compliance plan in the user's terms: laboratories, cities, tiers, dates, samples, single tests.

In come a :class:`CompliancePlan` and wishes; out comes the new itinerary with the difference in days, yuan and
kilometres. Only the routing is done again: obligations, tests and matches stay as the plan has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from qilian import routing
from qilian.laboratories import TIERS, UnknownCityError
from qilian.planning.errors import PlanningError
from qilian.planning.journey import WHOLE_PRODUCT, Journey, itinerary_of, plan_of
from qilian.planning.model import CompliancePlan, Itinerary
from qilian.planning.words import SPECIMENS
from qilian.routing.changes import (
    Change,
    FinishBy,
    Forbid,
    ForbidHours,
    Force,
    Only,
    Place,
    SampleUnits,
    not_before,
    said,
)
from qilian.routing.names import Names
from qilian.routing.what_if import DEFAULT_WHAT_IF_SECONDS
from qilian.routing.what_if import what_if as route_what_if
from qilian.routing.why_not import WhyNot
from qilian.routing.why_not import why_not as route_why_not
from qilian.text import Text

GRAMMAR = (
    "forbid|force|only lab=ID[,ID…] | city=CITY | tier=province|city|district | bench=ID; "
    "pin test=ID lab=ID; forbid dates=DATE..DATE [lab=ID]; not-before DATE; finish-by DATE; add-sample; remove-sample"
)
"""How a wish is written."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What wishes lead to.

    Attributes
    ----------
    asked
        The wishes in words.
    before, itinerary
        The old journey and the new one; None where there is none.
    days, price, kilometres
        New less old; 0 without a new one.
    moved
        Ids of the tests with another bench or hour.
    reason
        Why there is no journey; empty with one.
    impossible
        Whether that has been shown.
    """

    asked: tuple[Text, ...]
    before: Itinerary
    itinerary: Itinerary | None
    days: float
    price: float
    kilometres: float
    moved: tuple[str, ...]
    reason: Text
    impossible: bool


def what_if(
    plan: CompliancePlan,
    wishes: Sequence[str],
    *,
    limit_seconds: float = DEFAULT_WHAT_IF_SECONDS,
    seed: int = 0,
) -> WhatIf:
    """Return the best journey under all of these wishes, for the objective of the plan.

    Parameters
    ----------
    wishes
        As :data:`GRAMMAR` says.

    Raises
    ------
    PlanningError
        For a wish that cannot be read, names what the plan does not have, or a plan without an itinerary.
    """
    journey, problem, itinerary = _routed(plan)
    names = PlanNames(plan, journey)
    asked = [read_wish(wish, plan) for wish in wishes]
    words = tuple(said(change, names) for change in asked)
    changes: list[Change] = []
    for change in asked:
        known = _with_places_of(problem, change)
        if known is not None:
            changes.append(known)
        elif isinstance(change, Force | Only):
            reasons = [_cannot(plan, journey, each) for each in change.place.ids]
            none = Text("".join(each.zh for each in reasons), " ".join(each.en for each in reasons))
            return WhatIf(words, itinerary, None, 0.0, 0.0, 0.0, (), none, impossible=True)
    answer = route_what_if(
        problem, plan_of(journey, itinerary), changes, limit_seconds=limit_seconds, seed=seed, names=names
    )
    found = itinerary_of(journey, itinerary.objective, answer.plan) if answer.plan else None
    return WhatIf(
        asked=words,
        before=itinerary,
        itinerary=found,
        days=found.days - itinerary.days if found else 0.0,
        price=found.price - itinerary.price if found else 0.0,
        kilometres=round(found.kilometres - itinerary.kilometres, 3) if found else 0.0,
        moved=tuple(each.after.test for each in answer.moved),
        reason=answer.reason,
        impossible=answer.impossible,
    )


def why_not(
    plan: CompliancePlan, laboratory: str, *, limit_seconds: float = DEFAULT_WHAT_IF_SECONDS, seed: int = 0
) -> WhyNot:
    """Say why a laboratory of the network is not on the journey.

    Raises
    ------
    LaboratoryError
        If the network has no such laboratory.
    PlanningError
        For a plan without an itinerary.
    """
    plan.network.laboratory(laboratory)
    journey, problem, itinerary = _routed(plan)
    if all(bench.lab != laboratory for bench in problem.benches):
        return WhyNot(laboratory, "cannot", (), None, None, _cannot(plan, journey, laboratory))
    return route_why_not(
        problem,
        plan_of(journey, itinerary),
        laboratory,
        limit_seconds=limit_seconds,
        seed=seed,
        names=PlanNames(plan, journey),
    )


class PlanNames(Names):
    """Laboratories, tests and cities by their names, hours as dates."""

    def __init__(self, plan: CompliancePlan, journey: Journey) -> None:
        self._plan = plan
        self._journey = journey

    def laboratory(self, laboratory: str) -> Text:
        """Return the laboratory's name."""
        return self._plan.network.laboratory(laboratory).name

    def city(self, city: str) -> Text:
        """Return the city's name."""
        return self._journey.geography.find(city).name

    def test(self, product: str, test: str) -> Text:  # noqa: ARG002 - tests have one name in all lots
        """Return the test's name."""
        return self._journey.demands[test].item.name

    def product(self, product: str) -> Text:
        """Return the specimen's name."""
        return SPECIMENS.get(product, Text(product, product))

    def hour(self, hour: int) -> Text:
        """Return day and hour."""
        when = f"{self._journey.start + timedelta(hours=hour):%Y-%m-%d %H:%M}"
        return Text(f" {when} ", when)


def read_wish(text: str, plan: CompliancePlan) -> Change:
    """Read one wish of :data:`GRAMMAR`.

    Raises
    ------
    PlanningError
        With what is wrong in it.
    """
    verb, *rest = text.split() or [""]
    fields = dict(part.split("=", 1) for part in rest if "=" in part)
    values = [part for part in rest if "=" not in part]
    if len(fields) + len(values) == len(rest):
        if verb == "forbid" and "dates" in fields and len(fields) <= 2 and not values:
            others = {name: value for name, value in fields.items() if name != "dates"}
            start, end = _dates(fields["dates"], plan, text)
            return ForbidHours(start, end, _place(others, plan, text) if others else None)
        if verb in ("forbid", "force", "only") and len(fields) == 1 and not values:
            place = _place(fields, plan, text)
            return Forbid(place) if verb == "forbid" else Force(place) if verb == "force" else Only(place)
        if verb == "pin" and len(fields) == 2 and "test" in fields and not values:
            others = {name: value for name, value in fields.items() if name != "test"}
            if fields["test"] not in _routed(plan)[0].demands:
                raise PlanningError(f"no test {fields['test']} on the itinerary", where=text, mend="name one that is")
            return Only(_place(others, plan, text), fields["test"])
        if verb in ("not-before", "finish-by") and len(values) == 1 and not fields:
            day = _date(values[0], text)
            if verb == "not-before":
                return not_before(_hour(day, plan, text))
            return FinishBy(_hour(day + timedelta(days=1), plan, text))
        if verb in ("add-sample", "remove-sample") and not rest:
            return SampleUnits(1 if verb == "add-sample" else -1, WHOLE_PRODUCT)
    raise PlanningError(f"{text!r}: not a what-if", mend=f"write {GRAMMAR}")


def _with_places_of(problem: routing.Problem, change: Change) -> Change | None:
    """Leave out laboratories that can do none of the tests; None where no other is named."""
    place = getattr(change, "place", None)
    if isinstance(change, FinishBy | SampleUnits) or place is None or place.kind != "laboratory":
        return change
    labs = {bench.lab for bench in problem.benches}
    known = tuple(each for each in place.ids if each in labs)
    return replace(change, place=replace(place, ids=known)) if known else None


def _place(fields: dict[str, str], plan: CompliancePlan, text: str) -> Place:
    ((kind, value),) = fields.items()
    ids = tuple(value.split(","))
    if kind == "lab":
        for each in ids:
            plan.network.laboratory(each)
        return Place("laboratory", ids)
    if kind == "city":
        try:
            return Place("city", tuple(plan.network.geography.find(each).id for each in ids))
        except UnknownCityError as error:
            raise PlanningError(error.what, where=text, mend=error.mend) from None
    if kind == "tier" and all(each in TIERS for each in ids):
        _, problem, _ = _routed(plan)
        used = dict.fromkeys(bench.lab for bench in problem.benches)
        return Place("laboratory", tuple(lab for lab in used if plan.network.laboratory(lab).tier in ids))
    if kind == "bench":
        return Place("bench", ids)
    raise PlanningError(f"{kind}={value}: not a place", where=text, mend=f"write {GRAMMAR}")


def _dates(value: str, plan: CompliancePlan, text: str) -> tuple[int, int]:
    first, _, last = value.partition("..")
    start, end = _date(first, text), _date(last or first, text)
    if end < start:
        raise PlanningError(f"{value}: ends before it starts", where=text, mend="swap the two dates")
    return _hour(start, plan, text), _hour(end + timedelta(days=1), plan, text)


def _date(value: str, text: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PlanningError(f"{value}: not a date", where=text, mend="write year-month-day") from None


def _hour(day: date, plan: CompliancePlan, text: str) -> int:
    """Return the hour at which a day begins."""
    journey, _, _ = _routed(plan)
    hour = int((datetime.combine(day, time()) - journey.start).total_seconds()) // 3600
    if hour <= 0:
        raise PlanningError(f"{day} lies before the samples are ready", where=text, mend=f"give a day after {plan.on}")
    return hour


def _routed(plan: CompliancePlan) -> tuple[Journey, routing.Problem, Itinerary]:
    if plan.journey is None or plan.journey.problem is None or plan.itinerary is None:
        raise PlanningError("the plan has no itinerary to ask about", mend="give a home city or more laboratories")
    return plan.journey, plan.journey.problem, plan.itinerary


def _cannot(plan: CompliancePlan, journey: Journey, laboratory: str) -> Text:
    """Say which hard limit each test fails on, from the matching; a test that no scope line names is left out."""
    name = plan.network.laboratory(laboratory).name
    reasons: list[Text] = []
    for test, demand in journey.demands.items():
        misses = [miss for miss in plan.matches[test].near_misses if miss.laboratory.id == laboratory]
        if misses:
            reasons.append(
                Text(
                    f"{demand.item.name.zh}:{'、'.join(miss.by.zh for miss in misses)}",
                    f"{demand.item.name.en}: {', '.join(miss.by.en for miss in misses)}",
                )
            )
        elif any(able.id == laboratory for able in plan.matches[test].laboratories):
            reasons.append(
                Text(f"{demand.item.name.zh}：半年内没有空档", f"{demand.item.name.en}: no opening within half a year")
            )
    if not reasons:
        return Text(
            f"{name.zh} 的能力范围内没有所需的检测项目。", f"{name.en} has none of the required tests in its scope."
        )
    return Text(
        f"{name.zh} 不能做其中任何一项检测。" + ";".join(each.zh for each in reasons) + "。",
        f"{name.en} can do none of the tests. " + "; ".join(each.en for each in reasons) + ".",
    )
