"""Numbers as the workbench's pages write them."""

from django import template

register = template.Library()


@register.filter
def signed(number: float) -> str:
    """Write a difference with its sign: +3, −5, ±0; at most one decimal."""
    rounded = round(number, 1)
    words = f"{abs(rounded):,.1f}".removesuffix(".0")
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else '±'}{words}"


@register.filter
def grouped(number: float | None, decimals: int = 0) -> str:
    """Write a number with its thousands grouped by commas, which both languages read; – for none."""
    return "–" if number is None else f"{number:,.{decimals}f}"


@register.filter
def figure(number: float | None) -> str:
    """Write a number with at most one decimal; – for none."""
    return "–" if number is None else f"{number:,.1f}".removesuffix(".0")
