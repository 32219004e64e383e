"""Reports held for a product, for programs: what each decides, adding and taking away."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Field, File, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile

from qilian.evidence import decision_to_data
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.products import MAKERS, READERS
from qilian.portal.api.shapes import Id, Words, words
from qilian.portal.site.uploads import size_in_words
from qilian.portal.workbench import keeping, making, reading
from qilian.portal.workbench.models import Evidence
from qilian.portal.workbench.views.common import editable, readable

router = Router(tags=["evidence"], auth=LOGGED_IN)


class ReportOut(Schema):
    """A report of a file."""

    id: str
    laboratory: Words
    issued: str | None
    tests: int
    seal: str
    example: bool


class FileOut(Schema):
    """A file with reports, as it was uploaded."""

    number: int
    name: str
    size: int
    sha256: str
    uploaded: datetime
    reports: list[ReportOut]


class DecisionOut(Schema):
    """What the reports decide for a test that the product needs."""

    test: str
    name: Words
    decision: dict[str, Any] = Field(description="As ``tests[].decision`` of ``qilian plan --json``.")


class EvidenceOut(Schema):
    """The files, and what they decide."""

    files: list[FileOut]
    decisions: list[DecisionOut]
    notices: list[Words]


@router.get("/{number}/evidence", response={200: EvidenceOut, **ANSWERS}, summary="Read reports and their decisions")
@allow(READERS)
def evidence(request: PortalRequest, number: Id) -> dict[str, Any]:
    """List the files, and decide them for the tests that the product needs now."""
    product = readable(request, number)
    files = list(product.evidence.all())
    if not files:
        return {"files": [], "decisions": [], "notices": []}
    applied = making.decided(product, reading.reports_of(files))
    return {
        "files": [file_out(each) for each in files],
        "decisions": [
            {"test": each.demand.item.id, "name": words(each.demand.item.name), "decision": decision_to_data(each)}
            for each in applied.decisions
        ],
        "notices": [words(each) for each in applied.notices],
    }


@router.post("/{number}/evidence", response={201: FileOut, **ANSWERS}, summary="Add a report file")
@allow(MAKERS)
@once
def add_evidence(
    request: PortalRequest, number: Id, file: Annotated[UploadedFile, File()]
) -> tuple[int, dict[str, Any]]:
    """Read a report file (at most 10 MB) and keep it; the next plan uses it."""
    product = editable(request, number)
    return 201, file_out(keeping.add_evidence(product, request.actor, read_evidence(file), file.name or ""))


@router.delete("/{number}/evidence/{file}", response={204: None, **ANSWERS}, summary="Take a report file away")
@allow(MAKERS)
@once
def remove_evidence(request: PortalRequest, number: Id, file: Id) -> tuple[int, None]:
    """Take a file away; plans already made keep what it decided."""
    get_object_or_404(editable(request, number).evidence, pk=file).delete()
    return 204, None


def read_evidence(file: UploadedFile) -> bytes:
    """Return a report file's content, or answer 413."""
    if (file.size or 0) > reading.MAX_EVIDENCE_BYTES:
        raise HttpError(413, f"the file is larger than {size_in_words(reading.MAX_EVIDENCE_BYTES)}")
    return bytes(file.read())


def file_out(row: Evidence) -> dict[str, Any]:
    """Return a file as :class:`FileOut`."""
    names = ("name", "size", "sha256", "uploaded", "reports")
    return {"number": row.pk, **{name: getattr(row, name) for name in names}}
