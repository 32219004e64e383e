"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Contests and their appeals."""

    name = "qilian.portal.evaluation"
    label = "evaluation"
    verbose_name = "evaluation"
