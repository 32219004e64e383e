"""Sample units for programs: where one is, what can be said of it, and saying it; by whoever has it or waits for it."""

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.bookings import SampleOut, sample_out
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Code, Given
from qilian.portal.booking.commands import sampling
from qilian.portal.booking.models import SampleUnit

router = Router(tags=["samples"], auth=LOGGED_IN)
READERS = Access(frozenset({"person", "firm", "window", "regulator", "laboratory"}))
SPEAKERS = Access(frozenset({"person", "firm", "laboratory"}))
Event = Literal["ship", "receive", "forward", "return", "arrive", "destroy", "lose"]


class SampleHere(SampleOut):
    """A sample unit, and what the account can say of it now."""

    booking: int
    possible: list[str]


class SaidIn(Given):
    """What happened to a sample unit."""

    event: Event
    note: str = Field("", max_length=200, description="Kept in the timeline.")


@router.get("/{code}", response={200: SampleHere, **ANSWERS}, summary="Read a sample unit")
@allow(READERS)
def sample(request: PortalRequest, code: Code) -> dict[str, Any]:
    """Return a unit by the code on its label."""
    return _here(request, unit_of(request, code))


@router.post("/{code}/moves", response={200: SampleHere, **ANSWERS}, summary="Say what happened to a sample")
@allow(SPEAKERS)
@once
def move(request: PortalRequest, code: Code, given: SaidIn) -> tuple[int, dict[str, Any]]:
    """Say it; of what is lost or destroyed the tests are planned again. The window says it by its order."""
    unit = unit_of(request, code)
    sampling.do(request.actor, unit, given.event, note=given.note)
    unit.refresh_from_db()
    return 200, _here(request, unit)


def unit_of(request: PortalRequest, code: str) -> SampleUnit:
    """Return a unit that the actor may read, or answer 404."""
    rows = SampleUnit.objects.visible_to(request.actor)
    rows = rows.select_related("path__organisation", "path__person", "holder", "bound")
    return get_object_or_404(rows, code=code)


def _here(request: PortalRequest, unit: SampleUnit) -> dict[str, Any]:
    return {**sample_out(unit), "booking": unit.path_id, "possible": sampling.possible(request.actor, unit)}
