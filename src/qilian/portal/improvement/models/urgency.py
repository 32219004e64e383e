"""How hard a demand or a problem is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.IntegerChoices):
    """How hard it is; ordered."""

    LOW = 1, _("a nuisance")
    MEDIUM = 2, _("costs money or time")
    HIGH = 3, _("stops products or deliveries")
