"""Says what is wrong in the content, and answers; pages and the interface for programs both come through here."""

from django.urls import reverse
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.notices.telling import tell
from qilian.portal.rulebook import reading
from qilian.portal.rulebook.models import Comment
from qilian.text import Text


def say(actor: Actor, subject: str, key: str, text: str) -> Comment:
    """Keep a comment on a rule, test or policy that exists; the actor is logged in."""
    if actor.user is None:
        raise PermissionError("nobody is logged in")
    return Comment.objects.create(
        subject=subject,
        key=key,
        pack_version=reading.pack().version,
        user=actor.user,
        organisation=actor.organisation,
        text=text,
    )


def answer(comment: Comment, text: str) -> Comment:
    """Answer a comment, and tell the one who made it."""
    comment.answer, comment.answered = text, timezone.now()
    comment.save(update_fields=["answer", "answered"])
    words = Text(f"您对 {comment.key} 的意见已答复：{text}", f"Your comment on {comment.key} was answered: {text}")
    tell([comment.user], words, reverse(f"rulebook:{comment.subject}", args=[comment.key]))
    return comment
