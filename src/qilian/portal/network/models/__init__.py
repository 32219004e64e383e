"""What is kept of the network: laboratories with benches, lines and slots, and the scope tables that they uploaded."""

from qilian.portal.network.models.laboratories import (
    OWN_PURPOSES,
    Bench,
    Laboratory,
    Line,
    Purpose,
    Slot,
    Tier,
    validate_opening_hours,
)
from qilian.portal.network.models.scope_tables import ScopeRow, ScopeTable

__all__ = [
    "OWN_PURPOSES",
    "Bench",
    "Laboratory",
    "Line",
    "Purpose",
    "ScopeRow",
    "ScopeTable",
    "Slot",
    "Tier",
    "validate_opening_hours",
]
