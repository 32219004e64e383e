"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """The content to read."""

    name = "qilian.portal.rulebook"
    label = "rulebook"
    verbose_name = "the content to read"

    def ready(self) -> None:
        """Tell the front page what waits for the operator."""
        from qilian.portal.rulebook import open_work
        from qilian.portal.site import open_work as site

        site.open_work(open_work.of)
