"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    """Operation."""

    name = "qilian.portal.operation"
    label = "operation"
    verbose_name = "operation"
