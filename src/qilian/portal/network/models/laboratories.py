"""Laboratories as they are kept: their benches, what they can test, and when a bench is taken.

The engine's records (:mod:`qilian.laboratories`) are made from these rows by :mod:`qilian.portal.network.storing`. That
two slots never overlap on a bench is the database's matter: see :mod:`qilian.portal.network.guard`.
"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qilian.laboratories import Limit, OpeningHours
from qilian.laboratories.errors import LaboratoryError
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import validate_region
from qilian.text import Text


class Tier(models.TextChoices):
    """Which level of the public service a laboratory belongs to."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district")


class Purpose(models.TextChoices):
    """Why a bench is taken."""

    BOOKED = "booked", _("booked here")
    ELSEWHERE = "elsewhere", _("booked elsewhere")
    BLOCKED = "blocked", _("blocked")
    MAINTENANCE = "maintenance", _("maintenance")
    FAILURE = "failure", _("out of order")


OWN_PURPOSES = (Purpose.BLOCKED, Purpose.MAINTENANCE, Purpose.FAILURE, Purpose.ELSEWHERE)
"""What a laboratory takes its benches for by itself; an appointment is another matter."""


def validate_opening_hours(text: str) -> None:
    """Refuse opening hours that cannot be read.

    Raises
    ------
    ValidationError
        With an example of how to write them.
    """
    try:
        OpeningHours.parse(text)
    except LaboratoryError:
        raise ValidationError(_("Not opening hours: write for example Mon-Fri 8-17; Sat 8-12.")) from None


class Laboratories(models.QuerySet["Laboratory"]):
    """Laboratories, and who may change them; everybody may read them."""

    def editable_by(self, actor: Actor) -> "Laboratories":
        """Return the laboratory that an actor's organisation runs."""
        organisation = actor.organisation
        if organisation is None or actor.kind != "laboratory" or not organisation.laboratory:
            return self.none()
        return self.filter(code=organisation.laboratory)


class Laboratory(models.Model):
    """A laboratory of the network.

    Attributes
    ----------
    code
        Its id in the network, which an organisation names as its ``laboratory``.
    region, city
        Code of its division; id of its city in the geography.
    accreditations
        ``[{scheme, number, valid_from, valid_until}]``, days as ISO texts.
    answer_days
        Working days within which it accepts or declines an appointment; 0: it takes every appointment that fits.
    """

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices)
    region = models.CharField(_("administrative division"), max_length=6, db_index=True, validators=[validate_region])
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=60, blank=True)
    district_en = models.CharField(max_length=60, blank=True)
    accreditations = models.JSONField(default=list)
    answer_days = models.PositiveSmallIntegerField(_("working days to answer"), default=0)
    is_sample = models.BooleanField(_("sample data"), default=False)
    changed = models.DateTimeField(auto_now=True)

    objects = Laboratories.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> Text:
        """The name in both languages."""
        return Text(self.name, self.name_en or self.name)

    @property
    def place(self) -> Text:
        """The district in both languages, empty where it serves the whole city."""
        return Text(self.district, self.district_en or self.district)


class Bench(models.Model):
    """A test place that takes one test at a time.

    Attributes
    ----------
    opens
        ``Mon-Fri 8-17; Sat 8-12``; statutory holidays are taken off by the calendar.
    is_open
        False of one that takes no appointments any more; it stays for the record.
    """

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="benches")
    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    opens = models.CharField(_("opening hours"), max_length=120, validators=[validate_opening_hours])
    is_open = models.BooleanField(_("takes appointments"), default=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def opening(self) -> Text:
        """The opening hours as people read them, in both languages."""
        return OpeningHours.parse(self.opens).words

    @property
    def title(self) -> Text:
        """The name in both languages."""
        return Text(self.name, self.name_en or self.name)


class Line(models.Model):
    """What a laboratory can test on which benches, by which method, within which limits.

    Attributes
    ----------
    row
        The line's id in the network, which proves a match.
    benches
        Codes of the laboratory's benches that do it.
    test
        Id of the pack's test, empty where the line was mapped to none.
    limits
        ``[[name, low, high, unit]]``; an absent end is null.
    hours, price
        What one test takes of the bench, and costs in yuan.
    """

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="lines")
    row = models.CharField(max_length=80, unique=True)
    benches = models.JSONField()
    object = models.CharField(max_length=200)
    object_en = models.CharField(max_length=200, blank=True)
    parameter = models.CharField(max_length=200)
    parameter_en = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=120)
    clause = models.CharField(max_length=60, blank=True)
    test = models.CharField(max_length=80, blank=True, db_index=True)
    limits = models.JSONField(default=list)
    hours = models.PositiveIntegerField()
    price = models.PositiveIntegerField()
    accredited = models.BooleanField()
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.row

    @property
    def what(self) -> Text:
        """The object in both languages."""
        return Text(self.object, self.object_en or self.object)

    @property
    def measured(self) -> Text:
        """The parameter in both languages."""
        return Text(self.parameter, self.parameter_en or self.parameter)

    @property
    def ranges(self) -> list[Limit]:
        """The limits as the engine knows them."""
        return [Limit(*each) for each in self.limits]


class Slot(models.Model):
    """Hours that a bench is taken for; the database refuses a second one that overlaps."""

    bench = models.ForeignKey(Bench, on_delete=models.CASCADE, related_name="slots")
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    purpose = models.CharField(_("why"), max_length=12, choices=Purpose.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("start",)
        constraints: ClassVar = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="slot_ends_after_start")]
        indexes: ClassVar = [models.Index(fields=("bench", "end"))]

    def __str__(self) -> str:
        return f"{self.bench_id} {self.start:%Y-%m-%d %H:%M}"
