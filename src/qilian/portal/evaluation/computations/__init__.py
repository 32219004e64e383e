"""What the portal can compute: each module knows the rows of one app."""

from qilian.portal.evaluation.computations import bookings, chain, improvement, leading, network, plans, window

__all__ = ["bookings", "chain", "improvement", "leading", "network", "plans", "window"]
