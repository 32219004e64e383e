"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The programming interface."""

    name = "qilian.portal.api"
    label = "api"
    verbose_name = "the programming interface"
