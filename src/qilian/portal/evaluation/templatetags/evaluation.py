"""Figures in templates, as people read them."""

from django import template

from qilian.evaluation import write_figure

register = template.Library()


@register.filter
def figured(value: float | None) -> str:
    """Return a figure as it was given: ``62100``, ``97.8``."""
    return "–" if value is None else write_figure(value) or "–"


@register.filter
def roughly(value: float | None) -> str:
    """Return what was worked out, to four digits: ``61.73``."""
    return "–" if value is None else write_figure(float(f"{value:.4g}")) or "–"


@register.filter
def signed(value: float | None) -> str:
    """Return points that something added, with their sign: ``+1.25``; nothing where it added none."""
    return f"{value:+.2f}" if value and abs(value) >= 0.005 else ""
