"""Who may open which pages of evaluation."""

from qilian.portal.accounts.access import only

regulators = only("regulator", "operator")
"""Read contests and boards."""
freezers = only("regulator")
"""Freeze contests, and read what problems and projects stand behind the chain."""
readers = only("firm", "regulator", "operator")
"""Read figures: the firms their own."""
givers = only("firm", "regulator")
