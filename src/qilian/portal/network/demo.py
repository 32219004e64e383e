"""Fills the demo with the content pack's sample network; run again it adds nothing."""

from collections.abc import Iterator

from qilian.portal.network.models import Laboratory
from qilian.portal.network.storing import keep
from qilian.portal.rulebook.reading import pack


def fill() -> Iterator[str]:
    """Keep the pack's network if none is kept; tell what is there."""
    if not Laboratory.objects.exists():
        keep(pack().network)
    count = Laboratory.objects.filter(is_sample=True).count()
    yield f"示例实验室 {count} 家(虚构)/ {count} sample laboratories (invented)"
