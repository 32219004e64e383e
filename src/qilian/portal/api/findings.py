"""What is odd in the standards library, for the operator's programs: ``qilian standards doctor`` as a list."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow
from qilian.portal.api.limits import BUSY
from qilian.portal.api.organisations import OPERATOR
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Wanted, Words, words
from qilian.portal.library.doctor import KINDS, Finding, examine

router = Router(tags=["standards"], auth=LOGGED_IN)
Kind = Literal[
    "self-reference", "missing target", "cycle", "double identifier", "no number", "rejected", "unfinished import"
]


class FindingsAsked(Wanted):
    """Which findings are asked for."""

    kind: Kind | None = None


class FindingOut(Schema):
    """Something odd, which does no harm to answers."""

    kind: Kind
    words: Words = Field(description="What the kind means.")
    subject: str = Field(description="The document, the member of an import, or the source.")
    detail: str


@router.get(
    "/findings", response={200: Page[FindingOut], **ANSWERS}, summary="List what is odd in the library", throttle=BUSY
)
@allow(OPERATOR)
def findings(request: PortalRequest, wanted: Annotated[FindingsAsked, Query()], asked: Asked) -> dict[str, Any]:
    """List cycles, missing targets, self-references, rejected members and the like, by kind; takes seconds."""
    del request
    found = [each for each in examine() if wanted.kind in (None, each.kind)]
    return paged(found, asked, _finding)


def _finding(each: Finding) -> dict[str, Any]:
    return {"kind": each.kind, "words": words(KINDS[each.kind]), "subject": each.subject, "detail": each.detail}
