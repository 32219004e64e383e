"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The frame of all pages."""

    name = "qilian.portal.site"
    label = "site"
    verbose_name = "frame of the pages"
