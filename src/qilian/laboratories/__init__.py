"""Who can test what: laboratories, their scopes and calendars, and the matching of a test to them.

In comes a network folder (:func:`read_network`); out go laboratories that can do a test, each with the scope line that
proves it.
"""

from qilian.laboratories.calendars import WorkingCalendar, booked_hours
from qilian.laboratories.errors import LaboratoryError, NetworkFileError, UnknownCityError
from qilian.laboratories.geography import City, Geography, TransferAssumption
from qilian.laboratories.matching import Capable, Matches, NearMiss, match
from qilian.laboratories.model import (
    TIERS,
    Accreditation,
    Bench,
    Laboratory,
    Limit,
    Network,
    OpeningHours,
    ScopeLine,
    Tier,
)
from qilian.laboratories.reader import read_geography, read_network

__all__ = [
    "TIERS",
    "Accreditation",
    "Bench",
    "Capable",
    "City",
    "Geography",
    "Laboratory",
    "LaboratoryError",
    "Limit",
    "Matches",
    "NearMiss",
    "Network",
    "NetworkFileError",
    "OpeningHours",
    "ScopeLine",
    "Tier",
    "TransferAssumption",
    "UnknownCityError",
    "WorkingCalendar",
    "booked_hours",
    "match",
    "read_geography",
    "read_network",
]
