"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work."""

    name = "qilian.portal.jobs"
    label = "jobs"
    verbose_name = "long work"
