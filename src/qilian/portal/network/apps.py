"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """The laboratories."""

    name = "qilian.portal.network"
    label = "network"
    verbose_name = "the laboratories"
