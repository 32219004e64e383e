"""Tells Django the app's name and its short label, and registers demo and long work."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Products and plans."""

    name = "qilian.portal.workbench"
    label = "workbench"
    verbose_name = "products and plans"

    def ready(self) -> None:
        """Register the samples of the demo, and the long work."""
        from qilian.portal.demo import part
        from qilian.portal.jobs.running import work
        from qilian.portal.workbench import demo, fronts

        part(demo.fill)
        work(fronts.KIND)(fronts.find)
