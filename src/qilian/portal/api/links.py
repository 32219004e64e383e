"""Links by which a plan is shown to others, for programs."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Router, Schema

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once, once_hiding
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.products import MAKERS
from qilian.portal.api.shapes import Given, Id
from qilian.portal.workbench import sharing
from qilian.portal.workbench.models import ShareLink
from qilian.portal.workbench.views.common import editable, editable_plan

router = Router(tags=["links"], auth=LOGGED_IN)


class LinkIn(Given):
    """For how long a link opens."""

    days: Literal[7, 30, 90] = 30


class LinkOut(Schema):
    """A link; its address is told once, to the one who makes it."""

    number: int
    version: int
    created: datetime
    expires: datetime
    open: bool
    seen: int = Field(description="How often it was opened.")


class LinkMade(LinkOut):
    """A link that was just made."""

    url: str | None = Field(description="Null in the answer to a retry: no secret is kept.")


@router.get("/{number}/links", response={200: Page[LinkOut], **ANSWERS}, summary="List share links")
@allow(MAKERS)
def links(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """List the links to a product's plans, the newest first."""
    product = editable(request, number)
    found = ShareLink.objects.visible_to(request.actor).filter(plan__product=product).select_related("plan")
    return paged(found.defer("plan__result", "plan__front", "plan__report_zh", "plan__report_en"), asked, _link)


@router.post("/{number}/plans/{version}/links", response={201: LinkMade, **ANSWERS}, summary="Make a share link")
@allow(MAKERS)
@once_hiding("url")
def make_link(request: PortalRequest, number: Id, version: Id, given: LinkIn) -> tuple[int, dict[str, Any]]:
    """Make a link that shows this version to whoever has it."""
    plan = editable_plan(request, number, version).plan
    link, secret = sharing.share(plan, request.actor, given.days)
    return 201, {**_link(link), "url": request.build_absolute_uri(reverse("workbench:shared", args=(secret,)))}


@router.delete("/{number}/links/{link}", response={204: None, **ANSWERS}, summary="Revoke a share link")
@allow(MAKERS)
@once
def revoke_link(request: PortalRequest, number: Id, link: Id) -> tuple[int, None]:
    """Close a link for good."""
    sharing.revoke(get_object_or_404(ShareLink.objects.visible_to(request.actor), pk=link, plan__product=number))
    return 204, None


def _link(row: ShareLink) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in ("created", "expires", "seen")}
    return {"number": row.pk, "version": row.plan.number, "open": row.is_open, **fields}
