"""Tells people something: :func:`tell` keeps a notice, and the worker mails it in the person's language."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import transaction
from django_tasks import task

from qilian.portal.accounts.models import User
from qilian.portal.notices.models import Notice
from qilian.text import Text

_log = logging.getLogger(__name__)


def tell(people: Iterable[User], words: Text, url: str = "") -> None:
    """Keep a notice for each person, and have it mailed when the transaction is through.

    Parameters
    ----------
    words
        One or two sentences; the first line becomes the mail's subject.
    url
        Path of the page that it is about.
    """
    rows = Notice.objects.bulk_create(Notice(user=each, zh=words.zh, en=words.en, url=url) for each in people)
    numbers = [row.pk for row in rows]
    if numbers:
        transaction.on_commit(lambda: mail.enqueue(numbers))


@task()
def mail(numbers: list[int]) -> None:
    """Mail notices, over one connection; one that cannot be sent does not keep the others back."""
    failed = 0
    with get_connection() as connection:
        for notice in Notice.objects.filter(pk__in=numbers).select_related("user"):
            try:
                connection.send_messages([_message(notice)])
            except OSError:  # of smtplib too; its words may hold the address
                failed += 1
    if failed:
        _log.warning("%d of %d notices could not be mailed", failed, len(numbers))


def _message(notice: Notice) -> EmailMessage:
    """Return a notice as a mail: in both languages until the person has chosen one."""
    chosen = {"zh-hans": [notice.zh], "en": [notice.en]}.get(notice.user.language, [notice.zh, notice.en])
    address = [absolute(notice.url)] if notice.url else []
    return EmailMessage(chosen[0].splitlines()[0][:80], "\n\n".join([*chosen, *address]), to=[notice.user.email])


def absolute(path: str) -> str:
    """Return a page's whole address, as far as the settings know this portal's origin."""
    return f"{settings.CSRF_TRUSTED_ORIGINS[0].rstrip('/')}{path}" if settings.CSRF_TRUSTED_ORIGINS else path
