"""Comments on the content, for programs: an expert says what is wrong, the operator answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.access import SIGNED_IN, Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Key, Wanted
from qilian.portal.rulebook import commenting, reading
from qilian.portal.rulebook.models import Comment

router = Router(tags=["comments"], auth=LOGGED_IN)
Subject = Literal["rule", "test", "policy"]
Words = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]


class CommentIn(Given):
    """What is wrong or missing, and by which source."""

    subject: Subject
    key: Key
    text: Words


class AnswerIn(Given):
    """The operator's answer."""

    answer: Words


class CommentOut(Schema):
    """A comment."""

    number: int
    subject: str
    key: str
    pack_version: str
    by: str
    organisation: str | None
    text: str
    created: datetime
    answer: str
    answered: datetime | None


class CommentSearch(Wanted):
    """What is looked for; nothing given lists all that one may see."""

    subject: Subject | None = None
    key: str = Field("", max_length=80)
    open: bool = Field(default=False, description="Only those without an answer.")


@router.get("/", response={200: Page[CommentOut], **ANSWERS}, summary="List comments")
@allow(SIGNED_IN)
def comments(request: PortalRequest, wanted: Annotated[CommentSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List one's own comments and those that were answered; experts and the operator see all."""
    found = Comment.objects.visible_to(request.actor).select_related("user", "organisation")
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.key:
        found = found.filter(key=wanted.key)
    if wanted.open:
        found = found.filter(answer="")
    return paged(found, asked, _comment)


@router.post("/", response={201: CommentOut, **ANSWERS}, summary="Say what is wrong in the content")
@allow(SIGNED_IN)
@once
def make_comment(request: PortalRequest, given: CommentIn) -> tuple[int, dict[str, Any]]:
    """Keep a comment on a rule, a test or a policy."""
    if not reading.exists(given.subject, given.key):
        raise Http404
    return 201, _comment(commenting.say(request.actor, given.subject, given.key, given.text))


@router.post("/{number}/answer", response={200: CommentOut, **ANSWERS}, summary="Answer a comment")
@allow(Access(frozenset({"operator"})))
@once
def answer_comment(request: PortalRequest, number: Id, given: AnswerIn) -> tuple[int, dict[str, Any]]:
    """Answer a comment; the one who made it is told."""
    found = get_object_or_404(Comment.objects.visible_to(request.actor), pk=number)
    return 200, _comment(commenting.answer(found, given.answer))


def _comment(row: Comment) -> dict[str, Any]:
    names = ("subject", "key", "pack_version", "text", "created", "answer", "answered")
    organisation = row.organisation.name if row.organisation else None
    fields = {name: getattr(row, name) for name in names}
    return {"number": row.pk, "by": str(row.user), "organisation": organisation, **fields}
