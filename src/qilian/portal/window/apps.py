"""Tells Django the app's name and its short label, and registers demo and open work."""

from django.apps import AppConfig


class WindowConfig(AppConfig):
    """The service window."""

    name = "qilian.portal.window"
    label = "window"
    verbose_name = "service window"

    def ready(self) -> None:
        """Register the samples of the demo, what waits for a person, and what the worker does from time to time."""
        from qilian.portal.booking import sweeping
        from qilian.portal.demo import part
        from qilian.portal.site.open_work import open_work
        from qilian.portal.window import demo, lateness
        from qilian.portal.window import open_work as waiting

        part(demo.fill)
        open_work(waiting.of)
        sweeping.also(lateness.sweep)
