"""What a person is told and follows, for programs."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import SIGNED_IN
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Words
from qilian.portal.library.news import follow_standard
from qilian.portal.notices.models import Follow, Notice
from qilian.standards import StandardRef

router = Router(tags=["notices"], auth=LOGGED_IN)


class NoticeOut(Schema):
    """A word to a person."""

    number: int
    words: Words
    url: str = Field(description="Path of the page that it is about; may be empty.")
    created: datetime
    read: bool


class Read(Schema):
    """How many notices are read now."""

    read: int


class FollowIn(Given):
    """A standard to follow, whatever its edition."""

    kind: Literal["standard"] = "standard"
    reference: str = Field(min_length=1, max_length=80)


class FollowOut(Schema):
    """What a person follows."""

    number: int
    kind: str
    key: str
    label: str
    created: datetime


@router.get("/notices/", response={200: Page[NoticeOut], **ANSWERS}, summary="List notices")
@allow(SIGNED_IN)
def notices(request: PortalRequest, asked: Asked, unread: bool = False) -> dict[str, Any]:
    """List one's notices, the newest first; with ``unread`` those only that were not opened."""
    found = Notice.objects.visible_to(request.actor)
    return paged(found.unread() if unread else found, asked, _notice)


@router.post("/notices/read", response={200: Read, **ANSWERS}, summary="Mark all notices as read")
@allow(SIGNED_IN)
@once
def read_all(request: PortalRequest) -> tuple[int, dict[str, Any]]:
    """Mark all of one's notices as read."""
    return 200, {"read": Notice.objects.visible_to(request.actor).unread().update(is_read=True)}


@router.post("/notices/{number}/read", response={200: NoticeOut, **ANSWERS}, summary="Mark a notice as read")
@allow(SIGNED_IN)
@once
def read(request: PortalRequest, number: Id) -> tuple[int, dict[str, Any]]:
    """Mark a notice as read."""
    found = get_object_or_404(Notice.objects.visible_to(request.actor), pk=number)
    found.is_read = True
    found.save(update_fields=["is_read"])
    return 200, _notice(found)


@router.get("/follows/", response={200: Page[FollowOut], **ANSWERS}, summary="List what is followed")
@allow(SIGNED_IN)
def follows(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List what one follows."""
    return paged(Follow.objects.filter(user=request.actor.user), asked, _follow)


@router.post("/follows/", response={201: FollowOut, **ANSWERS}, summary="Follow a standard")
@allow(SIGNED_IN)
@once
def follow(request: PortalRequest, given: FollowIn) -> tuple[int, dict[str, Any]]:
    """Follow a standard; a second time nothing changes."""
    assert request.actor.user is not None
    return 201, _follow(follow_standard(request.actor.user, StandardRef.parse(given.reference)))


@router.delete("/follows/{number}", response={204: None, **ANSWERS}, summary="Follow something no longer")
@allow(SIGNED_IN)
@once
def unfollow(request: PortalRequest, number: Id) -> tuple[int, None]:
    """Follow something no longer."""
    get_object_or_404(Follow, pk=number, user=request.actor.user).delete()
    return 204, None


def _notice(row: Notice) -> dict[str, Any]:
    told = {"zh": row.zh, "en": row.en}
    return {"number": row.pk, "words": told, "url": row.url, "created": row.created, "read": row.is_read}


def _follow(row: Follow) -> dict[str, Any]:
    return {"number": row.pk, **{name: getattr(row, name) for name in ("kind", "key", "label", "created")}}
