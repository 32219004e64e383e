"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The standards library."""

    name = "qilian.portal.library"
    label = "library"
    verbose_name = "standards library"
