"""The rows of the window: mandates, orders with their bundles, drafts of demands, what clients say."""

from qilian.portal.window.models.drafts import KeptDraft
from qilian.portal.window.models.mandates import Mandate, Scope
from qilian.portal.window.models.opinions import Complaint, Rating
from qilian.portal.window.models.orders import Bundle, Order

__all__ = ["Bundle", "Complaint", "KeptDraft", "Mandate", "Order", "Rating", "Scope"]
