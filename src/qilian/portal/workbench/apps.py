"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Products and plans."""

    name = "qilian.portal.workbench"
    label = "workbench"
    verbose_name = "products and plans"
