"""Qilian 质链: quality infrastructure for industrial chains, from product parameters to a verified test path."""
