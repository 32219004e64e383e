"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices."""

    name = "qilian.portal.notices"
    label = "notices"
    verbose_name = "notices"
