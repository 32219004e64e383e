"""Tells Django the app's name and its short label, and registers its guard, demo, long work and open work."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NetworkConfig(AppConfig):
    """The laboratories."""

    name = "qilian.portal.network"
    label = "network"
    verbose_name = "the laboratories"

    def ready(self) -> None:
        """Register what guards benches from double bookings, the demo's network, the long work, and what waits."""
        from qilian.portal.demo import part
        from qilian.portal.jobs.running import work
        from qilian.portal.network import demo, guard, open_work, scope_tables
        from qilian.portal.site.open_work import open_work as register

        post_migrate.connect(guard.install, sender=self)
        part(demo.fill)
        work(scope_tables.KIND)(scope_tables.take_over)
        register(open_work.of)
