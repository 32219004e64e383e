"""Tells people something: :func:`tell` keeps a notice and sends it by mail."""

from collections.abc import Iterable

from django.core.mail import send_mail
from django.db import transaction

from qilian.portal.accounts.models import User
from qilian.portal.notices.models import Notice
from qilian.text import Text


def tell(people: Iterable[User], words: Text, url: str = "") -> None:
    """Keep a notice for each person, and mail it when the transaction is through.

    Parameters
    ----------
    words
        One or two sentences; the first line becomes the mail's subject.
    url
        Path of the page that it is about.
    """
    told = list(people)
    Notice.objects.bulk_create(Notice(user=person, zh=words.zh, en=words.en, url=url) for person in told)
    subject, body = words.zh.splitlines()[0][:80], f"{words.zh}\n\n{words.en}\n\n{url}"
    addresses = [person.email for person in told]

    def mail() -> None:
        for address in addresses:
            send_mail(subject, body, None, [address], fail_silently=True)

    transaction.on_commit(mail)
