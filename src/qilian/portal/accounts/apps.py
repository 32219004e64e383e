"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organisations."""

    name = "qilian.portal.accounts"
    label = "accounts"
    verbose_name = "people and organisations"
