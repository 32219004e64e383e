"""Who may come in to the pages of technology and scenario."""

from qilian.portal.accounts.access import only

PAGE = 25
MAKERS = ("firm", "laboratory", "expert")

makers = only(*MAKERS)
"""Declares that those who offer technologies or have scenarios may come in."""

overseers = only(*MAKERS, "regulator")
"""Declares that regulators may come in too."""
