"""Lists in pages: ``?page=2&size=50``, with the total."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from ninja import Field, Query, Schema

if TYPE_CHECKING:
    from django.db.models import QuerySet

Item = TypeVar("Item")
MOST = 200


class Paging(Schema):
    """Which part of a list is asked for."""

    page: int = Field(1, ge=1, le=100_000, description="Number of the page, from 1.")
    size: int = Field(25, ge=1, le=MOST, description="Items on a page.")


Asked = Annotated[Paging, Query()]


class Page(Schema, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    total: int
    page: int
    size: int


def paged(
    found: "Sequence[Any] | QuerySet[Any]", asked: Paging, shown: Callable[[Any], Any] = lambda item: item
) -> dict[str, Any]:
    """Cut a page out of a sequence or queryset."""
    first = (asked.page - 1) * asked.size
    total = len(found) if isinstance(found, list | tuple) else found.count()  # type: ignore[call-arg]
    items = [shown(item) for item in found[first : first + asked.size]]
    return {"items": items, "total": total, "page": asked.page, "size": asked.size}


__all__ = ["Asked", "Page", "Paging", "paged"]
