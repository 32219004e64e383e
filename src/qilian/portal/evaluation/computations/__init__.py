"""What the portal can compute: each module knows the rows of one app."""

from qilian.portal.evaluation.computations import bookings, network, plans, window

__all__ = ["bookings", "network", "plans", "window"]
