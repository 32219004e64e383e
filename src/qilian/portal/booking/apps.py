"""Tells Django the app's name and its short label, and registers what it does for others."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """Booked paths."""

    name = "qilian.portal.booking"
    label = "booking"
    verbose_name = "booked paths"

    def ready(self) -> None:
        """Register whose signatures count, what waits for a person, a product's hours, long work, the demo's path."""
        from qilian.portal.booking import demo, models, open_work, signing
        from qilian.portal.booking.commands import losses
        from qilian.portal.demo import part
        from qilian.portal.jobs.running import work
        from qilian.portal.site import open_work as site
        from qilian.portal.workbench import knowledge, reading

        reading.trust_also(signing.issuers)
        site.open_work(open_work.of)
        knowledge.own_slots(models.slots_of)
        work(losses.KIND)(losses.answer_in_background)
        part(demo.fill)
