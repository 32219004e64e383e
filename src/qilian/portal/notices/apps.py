"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices."""

    name = "qilian.portal.notices"
    label = "notices"
    verbose_name = "notices"

    def ready(self) -> None:
        """Say what waits for a person on the front page."""
        from qilian.portal.notices import open_work
        from qilian.portal.site import open_work as site

        site.open_work(open_work.of)
