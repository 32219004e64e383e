"""Tells Django the app's name and its short label, and registers its demo and its computations."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Contests and their appeals."""

    name = "qilian.portal.evaluation"
    label = "evaluation"
    verbose_name = "evaluation"

    def ready(self) -> None:
        """Register the samples of the demo, and what the portal can compute."""
        from qilian.portal.demo import part
        from qilian.portal.evaluation import computations, demo  # noqa: F401 - each computation registers itself

        part(demo.fill)
