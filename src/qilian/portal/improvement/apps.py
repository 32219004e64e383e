"""Tells Django the app's name and its short label, and registers demo, open work and what the worker does."""

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    """From demands to standards."""

    name = "qilian.portal.improvement"
    label = "improvement"
    verbose_name = "improvement"

    def ready(self) -> None:
        """Register what waits for a person, and what the worker does from time to time."""
        from qilian.portal.booking import sweeping
        from qilian.portal.chain import reading
        from qilian.portal.demo import part
        from qilian.portal.improvement import demo, on_the_map
        from qilian.portal.improvement import open_work as waiting
        from qilian.portal.improvement.commands import surveys
        from qilian.portal.site.open_work import open_work

        part(demo.fill)
        open_work(waiting.of)
        sweeping.also(surveys.close_over)
        reading.problems(on_the_map.of)
