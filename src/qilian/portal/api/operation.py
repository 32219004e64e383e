"""Operation for programs: what the operator sees at a glance."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Router, Schema

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow
from qilian.portal.api.organisations import OPERATOR
from qilian.portal.api.problems import ANSWERS
from qilian.portal.operation.overview import overview

router = Router(tags=["operation"], auth=LOGGED_IN)


class ImportOut(Schema):
    """A state of a source of standards that was taken in."""

    source: str
    dated: date
    finished: datetime | None
    read: int
    new: int
    changed: int
    rejected: int


class OverviewOut(Schema):
    """How much there is, what works, and what went wrong."""

    version: str
    database: str
    healthy: bool
    worker: bool = Field(description="Whether the process for long work is alive.")
    people: int
    sessions: int
    documents: int = Field(description="Documents of the standards library.")
    organisations: dict[str, int]
    jobs: dict[str, int] = Field(description="Long work by state.")
    imports: list[ImportOut]
    errors: list[dict[str, str]]


@router.get("/operation", response={200: OverviewOut, **ANSWERS}, summary="Read how the portal does")
@allow(OPERATOR)
def operation(request: PortalRequest) -> dict[str, Any]:
    """Return the operator's overview."""
    del request
    now = overview()
    plain = ("version", "database", "healthy", "worker", "people", "sessions", "documents", "errors")
    imported = ("dated", "finished", "read", "new", "changed", "rejected")
    return {
        **{name: getattr(now, name) for name in plain},
        "organisations": {kind.value: count for kind, count in now.kinds.items()},
        "jobs": {state.value: count for state, count in now.states.items()},
        "imports": [
            {"source": each.source.name, **{name: getattr(each, name) for name in imported}} for each in now.imports
        ],
    }
