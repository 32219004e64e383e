"""Tells Django the app's name and its short label, and registers the guard of the record."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HistoryConfig(AppConfig):
    """The record of what happened."""

    name = "qilian.portal.history"
    label = "history"
    verbose_name = "history"

    def ready(self) -> None:
        """Register what keeps entries from being changed or deleted."""
        from qilian.portal.history import guard

        post_migrate.connect(guard.install, sender=self)
