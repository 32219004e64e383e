"""Tells Django the app's name and its short label, and registers the guard of the benches and the demo."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NetworkConfig(AppConfig):
    """The laboratories."""

    name = "qilian.portal.network"
    label = "network"
    verbose_name = "the laboratories"

    def ready(self) -> None:
        """Register what guards benches from double bookings, and the sample network of the demo."""
        from qilian.portal.demo import part
        from qilian.portal.network import demo, guard

        post_migrate.connect(guard.install, sender=self)
        part(demo.fill)
