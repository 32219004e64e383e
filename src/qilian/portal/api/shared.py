"""A plan that was shared by a link, for programs: who has the link's secret reads that plan and nothing else."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import Field, Header, Router, Schema

from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.problems import ANSWERS
from qilian.portal.workbench import sharing

router = Router(tags=["links"])
Secret = Annotated[str, Header(alias="Share-Secret", min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class SharedOut(Schema):
    """The plan that a link shows."""

    version: int
    made: datetime
    expires: datetime = Field(description="Until when the link opens.")
    plan: dict[str, Any] = Field(description="As `qilian plan --json` prints it.")


@router.get("/shared", response={200: SharedOut, **ANSWERS}, summary="Read a shared plan")
@allow(ANYONE)
def shared(request: PortalRequest, response: HttpResponse, secret: Secret) -> dict[str, Any]:
    """Return the plan of a link: its secret is the last part of the link's address, and counts in the header only."""
    del request
    response["Cache-Control"] = "no-store"
    link = sharing.opened(secret)
    if link is None:
        raise Http404
    plan = link.plan
    return {"version": plan.number, "made": plan.made, "expires": link.expires, "plan": plan.result}
