"""States as badges, in templates of bookings."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qilian.portal.booking import words
from qilian.portal.history.firing import Stated
from qilian.portal.site.templatetags.portal import told

register = template.Library()


@register.filter
def state(row: Stated) -> SafeString:
    """Draw the state of a row."""
    label, colour = words.state(row.machine, row.state)
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, told(label))
