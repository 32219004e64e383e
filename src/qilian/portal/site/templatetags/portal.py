"""Words, icons and fields in templates; loaded everywhere."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from qilian.text import Language, Text

register = template.Library()


def page_language() -> Language:
    """Return the language of the page that is being made."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@register.filter
def told(text: object) -> str:
    """Return a :class:`Text` in the reader's language, anything else as it is."""
    return text.say(page_language()) if isinstance(text, Text) else str(text)


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """Return a date as year-month-day, which both languages read; of a moment the day that it is here."""
    if value is None:
        return ""
    return (value.date() if isinstance(value, datetime) else value).isoformat()


@register.simple_tag
def comma() -> str:
    """Return what stands between things that are listed."""
    return "、" if page_language() == "zh" else ", "


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label screen readers skip it."""
    return _icon(name, label)


@lru_cache(maxsize=1_000)
def _icon(name: str, label: str) -> SafeString:
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.filter
def styled(field: BoundField) -> SafeString:
    """Draw a field's widget with the classes of the pages' look."""
    widget = field.field.widget
    match widget:
        case CheckboxInput() | CheckboxSelectMultiple() | RadioSelect():
            look = "form-check-input"
        case Select():
            look = "form-select"
        case FileInput():
            look = "form-control"
        case _:
            look = "form-control"
    if field.errors:
        look += " is-invalid"
    attributes: dict[str, str | bool] = {"class": f"{widget.attrs.get('class', '')} {look}".strip()}
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.filter
def ticked(choice: BoundWidget) -> SafeString:
    """Draw one box or button of several with the classes of the pages' look."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()


@register.filter
def input_type(field: BoundField) -> str:
    """Return what kind of widget a field has: ``checkbox``, ``choices`` or ``input``."""
    match field.field.widget:
        case CheckboxInput():
            return "checkbox"
        case CheckboxSelectMultiple() | RadioSelect():
            return "choices"
        case _:
            return "input"


@register.simple_tag
def chart(kind: str, data: Any, label: str, height: int = 320) -> SafeString:
    """Give a script the data of a picture (see static/qilian/charts.js); ``label`` is what a screen reader says."""
    return format_html(
        '<div class="chart chart-{}" role="img" aria-label="{}" data-chart="{}" data-values="{}"></div>',
        height,
        label,
        kind,
        json.dumps(data, ensure_ascii=False),
    )
