"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class ChainConfig(AppConfig):
    """The quality map."""

    name = "qilian.portal.chain"
    label = "chain"
    verbose_name = "quality map"
