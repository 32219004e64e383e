"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """The content to read."""

    name = "qilian.portal.rulebook"
    label = "rulebook"
    verbose_name = "the content to read"
