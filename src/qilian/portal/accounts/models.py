"""People, organisations, who belongs to which, invitations, and the tokens that programs log in by."""

from hashlib import sha256
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.site.templatetags.portal import page_language


class People(UserManager["User"]):
    """Makes users, who have no name to log in by but their mail address."""

    def create_person(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """Make a user; without a password none can log in by one."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person with an account.

    Attributes
    ----------
    language
        The one that the person last chose, for mails; ``""`` before any choice.
    is_active
        False of one whom the operator locked: no session and no token works.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name, or the address of one who gave none."""
        return str(self)


class Kind(models.TextChoices):
    """What an organisation is in the chain."""

    FIRM = "firm", _("firm")
    LABORATORY = "laboratory", _("laboratory")
    WINDOW = "window", _("service window")
    REGULATOR = "regulator", _("regulator")
    EXPERT = "expert", _("expert body")
    OPERATOR = "operator", _("operator of this platform")


def validate_credit_code(code: str) -> None:
    """Refuse a unified social credit code whose form or check digit is wrong (GB 32100-2015).

    Raises
    ------
    ValidationError
        With what is wrong.
    """
    try:
        uscc.validate(code)
    except NumberError as error:
        raise ValidationError(
            _("Not a unified social credit code (%(reason)s): 18 digits and letters, the last one is a check."),
            params={"reason": str(error)},
        ) from None


def validate_region(code: str) -> None:
    """Refuse a code that no administrative division has.

    Raises
    ------
    ValidationError
        If it is none.
    """
    if not regions.name(code):
        raise ValidationError(_("Not the six-digit code of an administrative division."))


class Organisations(models.QuerySet["Organisation"]):
    """Organisations, and who sees them."""

    def visible_to(self, actor: Actor) -> "Organisations":
        """Return all to the operator; to others those that they belong to, to a regulator also those of its region."""
        if actor.user is None:
            return self.none()
        if actor.is_operator:
            return self
        seen = models.Q(pk__in=Membership.objects.filter(user=actor.user).values("organisation"))
        if actor.kind == Kind.REGULATOR and actor.organisation is not None:
            below = models.Q(region__startswith=regions.prefix(actor.organisation.region))
            seen |= below & ~models.Q(kind=Kind.OPERATOR)
        return self.filter(seen)


class Organisation(models.Model):
    """A firm, a laboratory, a window, a regulator, an expert body, or the operator.

    Attributes
    ----------
    region
        Code of the division it lies in; of a regulator or a window the division that it answers for.
    laboratory
        Of a laboratory: its id in the network.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=160)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_credit_code],
    )
    region = models.CharField(_("administrative division"), max_length=6, db_index=True, validators=[validate_region])
    laboratory = models.CharField(_("laboratory in the network"), max_length=64, blank=True, db_index=True)
    is_demo = models.BooleanField(_("for the demonstration only"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Organisations.as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def region_name(self) -> str:
        """The names of the division, in the reader's language."""
        return regions.full_title(self.region).say(page_language())

    @property
    def level(self) -> regions.Level:
        """The level of the division: which tier a regulator or a window is of."""
        return regions.level(self.region)


class Membership(models.Model):
    """A person belongs to an organisation; an admin of it invites and dismisses others."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    is_admin = models.BooleanField(_("may manage members"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "organisation"), name="one_membership")]
        ordering = ("organisation__name", "id")

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"


class Invitation(models.Model):
    """Asks the owner of a mail address to join an organisation.

    Only a digest of the secret in the mailed link is kept, so that who reads the database cannot join.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    is_admin = models.BooleanField(_("may manage members"), default=False)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.email}, {self.organisation}"


class OpenSession(AbstractBaseSession):
    """A browser's session; of one who is logged in it says whose, on what device, since when, and when last used."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=60, blank=True)
    begun = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return what reads and writes it."""
        from qilian.portal.accounts.sessions import SessionStore

        return SessionStore

    @property
    def name(self) -> str:
        """What a page calls it by: its key stays secret."""
        return sha256(self.session_key.encode()).hexdigest()[:20]


class ApiToken(models.Model):
    """Lets a program act for a person, within one of their organisations, until a day.

    Attributes
    ----------
    organisation
        The one that it acts for; None for a person without one. It ends with the membership.
    start
        First characters of the token, by which its owner knows it again; the whole is kept as a digest only.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(_("may write"), default=False)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> frozenset[str]:
        """What it may do: ``read``, and ``write`` if it may."""
        return frozenset({"read", "write"} if self.may_write else {"read"})
