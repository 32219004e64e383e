"""Tells Django the app's name and its short label, and registers demo and open work."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Offers, needs and trials."""

    name = "qilian.portal.scenarios"
    label = "scenarios"
    verbose_name = "technology and scenario"

    def ready(self) -> None:
        """Register the demo's part and what waits for a person."""
        from qilian.portal.demo import part
        from qilian.portal.scenarios import demo
        from qilian.portal.scenarios import open_work as waiting
        from qilian.portal.site.open_work import open_work

        part(demo.fill)
        open_work(waiting.of)
