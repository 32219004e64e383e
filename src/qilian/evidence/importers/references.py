"""References to methods as foreign files write them: parsed once, and shared by all tests that cite them."""

from functools import lru_cache

from qilian.standards import StandardRef


@lru_cache(maxsize=4096)
def reference_of(words: str) -> StandardRef | None:
    """Return the reference that the words write, or a document known by that title; None for no words."""
    words = " ".join(words.split())[:400]
    return StandardRef.parse_or_named(words) if words else None
