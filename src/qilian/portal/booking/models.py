"""Booked paths: the appointments at laboratories, the sample units that travel, and proposals to change a path.

A path belongs to who owns the product; a laboratory sees the appointments at its benches, a regulator or a window the
paths of the firms in its region. States move by the one table (:mod:`qilian.portal.history`).
"""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings as django_settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.network.models import Bench, Slot
from qilian.portal.workbench.models import Plan, Product
from qilian.text import Text

STANDING = ("held", "requested", "taken")
"""States of an appointment that has its hours and has not begun."""
AHEAD = ("requested", "taken")
"""Those among them that a sample has to travel to."""
BEGUN = ("running", "tested", "reported")
ENDED = ("tested", "reported")
LOST = ("declined", "lapsed", "missed", "failed")
"""States in which a test of the path has no appointment any more, against the firm's wish."""
UNUSABLE = ("lost", "destroyed")
"""States of a sample unit with which nothing can be tested any more."""


class Paths(models.QuerySet["Path"]):
    """Paths, and who sees them."""

    def visible_to(self, actor: Actor) -> "Paths":
        """Return the paths that an actor may read."""
        organisation = actor.organisation
        if organisation is not None and actor.kind in ("regulator", "window"):
            prefix = regions.prefix(organisation.region)
            return self.filter(organisation__kind=Kind.FIRM, organisation__region__startswith=prefix)
        return self.editable_by(actor)

    def editable_by(self, actor: Actor) -> "Paths":
        """Return the paths that are an actor's own."""
        if actor.kind == "firm":
            return self.filter(organisation=actor.organisation)
        if actor.kind == "person":
            return self.filter(person=actor.user)
        return self.none()

    def let_go(self) -> "Paths":
        """Return what was held and never booked: confirming is what registers the samples of a path."""
        return self.filter(state__in=("lapsed", "cancelled"), units__isnull=True)


class Path(Stated):
    """The appointments of one plan, booked together.

    Attributes
    ----------
    organisation, person
        The owner: a firm, or a person without an organisation; exactly one of the two.
    product, plan
        What it was booked from; None once that was deleted.
    name, name_en
        The product's.
    settings
        What the plan was made for (:class:`qilian.portal.workbench.making.Settings`).
    origin, home
        Hour 0 of the plan; city in which the samples are then.
    transfer_price
        Yuan for all moves of the samples, as planned.
    precedence
        Pairs of tests of which the first ends before the second starts.
    expires
        When the hold ends.
    """

    machine = "path"
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="paths")
    person = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="paths"
    )
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="paths")
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, related_name="paths")
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    settings = models.JSONField()
    origin = models.DateTimeField()
    home = models.CharField(max_length=40)
    transfer_price = models.PositiveIntegerField(default=0)
    precedence = models.JSONField(default=list)
    expires = models.DateTimeField()
    made = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    objects = Paths.as_manager()

    class Meta(Stated.Meta):
        abstract = False
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("state", "expires"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="path_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def title(self) -> Text:
        """The product's name in both languages."""
        return Text(self.name, self.name_en or self.name)

    @property
    def owner(self) -> str:
        """The owner's name."""
        return str(self.organisation or self.person)

    def has_expired(self, now: datetime | None = None) -> bool:
        """Whether it is held and its time is over."""
        return self.state == "held" and self.expires <= (now or timezone.now())


class Appointments(models.QuerySet["Appointment"]):
    """Appointments, and who sees them."""

    def visible_to(self, actor: Actor) -> "Appointments":
        """Return those at the benches of an actor's laboratory, or those of the paths that an actor may read."""
        if actor.kind == "laboratory":
            return self.at_laboratory_of(actor)
        return self.filter(path__in=Path.objects.visible_to(actor))

    def at_laboratory_of(self, actor: Actor) -> "Appointments":
        """Return those that an actor's laboratory carries out; what is only held, or was, is not its matter."""
        organisation = actor.organisation
        if organisation is None or actor.kind != "laboratory" or not organisation.laboratory:
            return self.none()
        here = self.filter(bench__laboratory__code=organisation.laboratory)
        return here.exclude(path__state="held").exclude(path__in=Path.objects.let_go())

    def current(self) -> "Appointments":
        """Return those that still count: standing or begun."""
        return self.filter(state__in=STANDING + BEGUN)


class Appointment(Stated):
    """A test of a sample unit on a bench at its hours.

    Attributes
    ----------
    lot, unit, test
        As in the plan's itinerary.
    step
        The itinerary's step, for names and moves.
    slot
        The bench's hours while they are taken.
    start, end
        The hours; they stay for the record when the slot is given up.
    answer_by
        Until when the laboratory must have accepted, of one that is requested.
    reason
        Why it was declined, missed, cancelled, failed.
    """

    machine = "appointment"
    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="appointments")
    bench = models.ForeignKey(Bench, on_delete=models.PROTECT, related_name="appointments")
    slot = models.OneToOneField(Slot, on_delete=models.SET_NULL, null=True, related_name="appointment")
    lot = models.CharField(max_length=40)
    unit = models.PositiveSmallIntegerField()
    test = models.CharField(max_length=80)
    test_name = models.CharField(max_length=200)
    test_name_en = models.CharField(max_length=200, blank=True)
    step = models.JSONField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    price = models.PositiveIntegerField()
    answer_by = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = Appointments.as_manager()

    class Meta(Stated.Meta):
        abstract = False
        ordering = ("start", "id")
        indexes: ClassVar = [models.Index(fields=("bench", "start"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("path", "lot", "test"),
                condition=Q(state__in=STANDING + BEGUN),
                name="one_current_appointment_of_a_test",
            )
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.pk}"

    @property
    def name(self) -> Text:
        """The test's name in both languages."""
        return Text(self.test_name, self.test_name_en or self.test_name)

    @property
    def lot_name(self) -> Text:
        """What kind of specimen it is, in both languages."""
        return _text(self.step["lot_name"])

    @property
    def city_name(self) -> Text:
        """The laboratory's city in both languages."""
        return _text(self.step["city_name"])

    @property
    def hours(self) -> int:
        """Its length in hours."""
        return int((self.end - self.start).total_seconds()) // 3600


def slots_of(product: Product) -> list[int]:
    """Return the slots that a product's appointments take."""
    return list(Slot.objects.filter(appointment__path__product=product).values_list("pk", flat=True))


class Proposals(models.QuerySet["Proposal"]):
    """Proposals, and who sees them."""

    def visible_to(self, actor: Actor) -> "Proposals":
        """Return those to the paths that an actor may read."""
        return self.filter(path__in=Path.objects.visible_to(actor))


class Proposal(Stated):
    """How a path could go on after something went otherwise than planned; nothing is taken until it is accepted.

    Attributes
    ----------
    cause, cause_en
        What happened, in words.
    steps
        The new steps with the appointment that each takes the place of: ``{"replaces": number or null, …step}``.
    stands
        Number and version of every appointment that stays at its hours.
    units
        Number of those among them that are done with another sample unit, and which: units of a lot are alike.
    transfer_price
        Yuan for all moves of the samples afterwards.
    days, price
        End and price after less before.
    kept
        How many appointments stay.
    problem, problem_en
        Why no way on was found; empty if one was.
    """

    machine = "proposal"
    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="proposals")
    cause = models.CharField(max_length=300)
    cause_en = models.CharField(max_length=300)
    steps = models.JSONField(default=list)
    stands = models.JSONField(default=dict)
    units = models.JSONField(default=dict)
    transfer_price = models.PositiveIntegerField(default=0)
    days = models.FloatField(default=0)
    price = models.IntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)
    made = models.DateTimeField(auto_now_add=True)

    objects = Proposals.as_manager()

    class Meta(Stated.Meta):
        abstract = False
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.path_id} {self.pk}"

    @property
    def words(self) -> Text:
        """What happened, in both languages."""
        return Text(self.cause, self.cause_en)

    def needs(self, lot: str, unit: int) -> bool:
        """Whether something new, or something that stays, is to be done with a sample unit that it names."""
        new = {(step["lot"], step["unit"]) for step in self.steps}
        kept = [number for number, each in self.units.items() if each == unit]
        return (lot, unit) in new or self.path.appointments.filter(pk__in=kept, lot=lot).exists()

    @property
    def obstacle(self) -> Text:
        """Why no way on was found, in both languages."""
        return Text(self.problem, self.problem_en)


class SampleUnits(models.QuerySet["SampleUnit"]):
    """Sample units, and who sees them."""

    def visible_to(self, actor: Actor) -> "SampleUnits":
        """Return the units of paths that an actor may read, to a laboratory those that come to it or lie there."""
        if actor.kind == "laboratory":
            mine = Appointment.objects.at_laboratory_of(actor).current()
            of_the_unit = mine.filter(
                path=models.OuterRef("path"), lot=models.OuterRef("lot"), unit=models.OuterRef("unit")
            )
            code = actor.organisation.laboratory if actor.organisation else ""
            here = Q(holder__code=code) | Q(bound__code=code) if code else Q(pk__in=())
            return self.filter(models.Exists(of_the_unit) | here)
        return self.filter(path__in=Path.objects.visible_to(actor))


class SampleUnit(Stated):
    """A specimen that travels the path; its timeline is what the history says of it.

    Attributes
    ----------
    code
        Short name on its label, from which nothing can be guessed.
    holder
        Laboratory that has it, None: the firm, or a carrier on its way to ``bound``.
    """

    machine = "sample"
    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="units")
    lot = models.CharField(max_length=40)
    unit = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16, unique=True)
    holder = models.ForeignKey("network.Laboratory", on_delete=models.PROTECT, null=True, related_name="+")
    bound = models.ForeignKey("network.Laboratory", on_delete=models.PROTECT, null=True, related_name="+")

    objects = SampleUnits.as_manager()

    class Meta(Stated.Meta):
        abstract = False
        ordering = ("lot", "unit")
        constraints: ClassVar = [models.UniqueConstraint(fields=("path", "lot", "unit"), name="one_sample_of_a_unit")]

    def __str__(self) -> str:
        return self.code


class IssuedReport(models.Model):
    """The report of an appointment: what was found, the file that the laboratory uploaded, and the signed credential.

    Attributes
    ----------
    laboratory, number
        Who issued it, and the laboratory's own number, which it gives once.
    credential
        The signed text (vc+jwt).
    file_name, file, sha256
        The uploaded file and its digest, which stands in the credential; empty without a file.
    """

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="report")
    laboratory = models.ForeignKey("network.Laboratory", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number of the report"), max_length=80)
    outcome = models.CharField(max_length=5)
    credential = models.TextField()
    file_name = models.CharField(max_length=200, blank=True)
    file = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    issued = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("laboratory", "number"), name="one_report_of_a_number")
        ]

    def __str__(self) -> str:
        return self.number


class Signer(models.Model):
    """A key by which a laboratory signs here; its secret half lies in QILIAN_HOME, its public half is the did."""

    laboratory = models.ForeignKey("network.Laboratory", on_delete=models.CASCADE, related_name="signers")
    did = models.TextField(unique=True)
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.pk}"


class Request(models.Model):
    """An idempotency key of an account, kept with what it did in one transaction: a retry gets the first answer.

    Attributes
    ----------
    digest
        Of what was asked: the same key for something else is refused.
    """

    person = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    path = models.ForeignKey(Path, on_delete=models.CASCADE, null=True, related_name="requests")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "key"), name="one_request_of_a_key")]

    def __str__(self) -> str:
        return self.key


class Feed(models.Model):
    """A calendar that a program subscribes to: a person's, in one of their organisations.

    Attributes
    ----------
    digest
        SHA-256 of the secret in its address, which is not kept.
    """

    person = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("person", "organisation"), name="one_calendar_of_a_membership"),
            models.UniqueConstraint(
                fields=("person",), condition=Q(organisation__isnull=True), name="one_calendar_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.organisation_id}"


def _text(data: dict[str, Any]) -> Text:
    return Text(data["zh"], data["en"])
