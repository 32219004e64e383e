"""Tells Django the app's name and its short label, and registers the demo and what waits for a person."""

from django.apps import AppConfig


class LeadingConfig(AppConfig):
    """Chain leaders and their suppliers."""

    name = "qilian.portal.leading"
    label = "leading"
    verbose_name = "leading"

    def ready(self) -> None:
        """Register the demo and what waits for a person."""
        from qilian.portal.demo import part
        from qilian.portal.leading import demo
        from qilian.portal.leading import open_work as waiting
        from qilian.portal.site.open_work import open_work

        part(demo.fill)
        open_work(waiting.of)
