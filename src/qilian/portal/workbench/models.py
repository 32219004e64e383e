"""A firm's products, the plans made for them, the reports held, and the links by which a plan is shown to others.

Who sees a product sees its plans, reports and links. A firm's products are the firm's; a person without an organisation
has their own; regulators and service windows read those of the firms in their region.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation
from qilian.text import Text

_LARGE = ("result", "front", "report_zh", "report_en")
_OVERSEERS = ("regulator", "window")


class Products(models.QuerySet["Product"]):
    """Products, and who sees them."""

    def visible_to(self, actor: Actor) -> "Products":
        """Return the products that an actor may read."""
        organisation = actor.organisation
        if organisation is not None and actor.kind in _OVERSEERS:
            prefix = regions.prefix(organisation.region)
            return self.filter(organisation__kind=Kind.FIRM, organisation__region__startswith=prefix)
        return self.editable_by(actor)

    def editable_by(self, actor: Actor) -> "Products":
        """Return the products that an actor may change: the firm's, or those of a person without an organisation."""
        if actor.kind == "firm":
            return self.filter(organisation=actor.organisation)
        if actor.kind == "person":
            return self.filter(person=actor.user)
        return self.none()

    def naming(self, words: str) -> "Products":
        """Return the products in whose name, or in their maker's, the words stand; all without words."""
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(name_en__icontains=words) | Q(maker__icontains=words))

    def in_short(self) -> "Products":
        """Return the products with owner and newest plan, without what is large."""
        large = (f"current__{name}" for name in _LARGE)
        return self.select_related("organisation", "current").defer("parameters", "asked", *large)


class Product(models.Model):
    """What is made, and where it is to be sold.

    Attributes
    ----------
    organisation, person
        The owner: a firm, or a person without an organisation; exactly one of the two.
    pack
        Content pack whose vocabulary the parameters are in.
    parameters
        As in a product file, by parameter id: ``"16 kg"``, ``true``, ``{"value": …, "source": …}``, or
        ``{"unknown": true}`` for what was looked for and not found.
    asked
        Ids of the parameters asked so far, in order; one without an answer was put off.
    markets, on, home, specimens
        What the next plan is made for: markets, date, city of the samples (empty: not said), whole units.
    current
        The newest plan.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="products")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="products")
    pack = models.CharField(max_length=40)
    identifier = models.CharField(max_length=200)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    maker = models.CharField(max_length=160, blank=True)
    maker_en = models.CharField(max_length=160, blank=True)
    parameters = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    markets = models.JSONField(default=list)
    on = models.DateField()
    home = models.CharField(max_length=40, blank=True)
    specimens = models.PositiveSmallIntegerField(default=2)
    is_sample = models.BooleanField(default=False)
    current = models.ForeignKey("Plan", on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    objects = Products.as_manager()

    class Meta:
        ordering = ("-changed", "-id")
        indexes: ClassVar = [models.Index(fields=("organisation", "-changed"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="product_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> Text:
        """The name in both languages."""
        return Text(self.name, self.name_en or self.name)

    @property
    def maker_title(self) -> Text:
        """Who makes it, in both languages."""
        return Text(self.maker, self.maker_en or self.maker)


class Plans(models.QuerySet["Plan"]):
    """Plans, and who sees them."""

    def visible_to(self, actor: Actor) -> "Plans":
        """Return the plans of the products that an actor may read."""
        return self.filter(product__in=Product.objects.visible_to(actor))

    def in_short(self) -> "Plans":
        """Leave out what is large: result, front and reports."""
        return self.defer(*_LARGE)


class Plan(models.Model):
    """One version of the plan for a product, kept as it was made.

    Attributes
    ----------
    settings
        What it was made for (:class:`qilian.portal.workbench.making.Settings`).
    result
        As ``qilian plan --json`` prints it.
    report_zh, report_en
        The HTML report in both languages, compressed by zlib.
    front
        Points of the trade of time against price, once somebody asked for them (:mod:`qilian.portal.workbench.fronts`).
    note
        Why this version was made, in the words of its maker; may be empty.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    made = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    settings = models.JSONField()
    result = models.JSONField()
    front = models.JSONField(null=True)
    report_zh = models.BinaryField()
    report_en = models.BinaryField()
    applies = models.PositiveIntegerField()
    undecided = models.PositiveIntegerField()
    tests = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    days = models.FloatField(null=True)
    price = models.FloatField(null=True)
    kilometres = models.FloatField(null=True)
    is_proven = models.BooleanField(default=False)

    objects = Plans.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("product", "number"), name="one_plan_of_a_number")]

    def __str__(self) -> str:
        return f"{self.product_id}, {self.number}"


class EvidenceFiles(models.QuerySet["Evidence"]):
    """Evidence files, and who sees them."""

    def visible_to(self, actor: Actor) -> "EvidenceFiles":
        """Return the files of the products that an actor may read."""
        return self.filter(product__in=Product.objects.visible_to(actor))


class Evidence(models.Model):
    """A file with reports of tests already done; kept as it was uploaded.

    Attributes
    ----------
    reports
        What was read from it, in short: id, laboratory, date and number of tests of each report.
    sha256
        Of the content; one file is kept once for a product.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    reports = models.JSONField()
    uploaded = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = EvidenceFiles.as_manager()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("product", "sha256"), name="one_evidence_of_a_content")
        ]

    def __str__(self) -> str:
        return self.name


class ShareLinks(models.QuerySet["ShareLink"]):
    """Links, who sees them, and which of them still open."""

    def visible_to(self, actor: Actor) -> "ShareLinks":
        """Return the links to plans of products that an actor may change: a link is not for overseers."""
        return self.filter(plan__product__in=Product.objects.editable_by(actor))

    def open(self) -> "ShareLinks":
        """Return the links that are neither revoked nor expired."""
        return self.filter(revoked__isnull=True, expires__gt=timezone.now())


class ShareLink(models.Model):
    """Shows one plan to whoever has the link, until a day.

    Attributes
    ----------
    digest
        SHA-256 of the link's secret, which is not kept.
    seen
        How often it was opened.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)

    objects = ShareLinks.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.plan}, {self.expires:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether it still opens."""
        return self.revoked is None and self.expires > timezone.now()
