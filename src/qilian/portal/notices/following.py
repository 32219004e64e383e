"""Who follows what: a person asks for changes of a standard, of a committee's work, or of a product's whole list."""

from collections.abc import Iterable

from qilian.portal.accounts.models import User
from qilian.portal.notices.models import Follow, Kind


def follow(user: User, kind: Kind, key: str, *, label: str = "", url: str = "") -> Follow:
    """Follow something; a second time it changes nothing but its label and address."""
    said = {"label": label[:200], "url": url[:300]}
    return Follow.objects.update_or_create(user=user, kind=kind, key=key, defaults=said)[0]


def unfollow(user: User, kind: Kind, key: str) -> None:
    """Follow it no longer; nothing happens to one who did not."""
    Follow.objects.filter(user=user, kind=kind, key=key).delete()


def follows(user: User, kind: Kind, key: str) -> bool:
    """Return whether the person follows it."""
    return Follow.objects.filter(user=user, kind=kind, key=key).exists()


def followers(kind: Kind, keys: Iterable[str]) -> list[User]:
    """Return who follows one or more of these things, each person once; nobody who is locked."""
    found = Follow.objects.filter(kind=kind, key__in=list(keys)).values("user")
    return list(User.objects.filter(pk__in=found, is_active=True).order_by("pk"))
