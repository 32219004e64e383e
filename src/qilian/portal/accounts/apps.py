"""Tells Django the app's name and its short label."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organisations."""

    name = "qilian.portal.accounts"
    label = "accounts"
    verbose_name = "people and organisations"

    def ready(self) -> None:
        """Say what waits for a person on the front page, and log who comes in."""
        from qilian.portal.accounts import events, open_work
        from qilian.portal.site import open_work as site

        site.open_work(open_work.of)
        events.connect()
