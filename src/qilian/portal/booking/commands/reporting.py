"""Issuing the report of a test: signed as a credential, and put at once among the evidence of the firm's product."""

from datetime import date
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.evidence import ARRANGEMENTS
from qilian.evidence.credentials import sign_report
from qilian.evidence.model import (
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Source,
)
from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import telling
from qilian.portal.booking.clock import local
from qilian.portal.booking.commands.carrying_out import as_it_is, unit_of
from qilian.portal.booking.commands.ending import finish_if_done
from qilian.portal.booking.commands.rights import refuse_other_laboratory_of
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import Appointment, IssuedReport
from qilian.portal.booking.signing import key_of
from qilian.portal.history.firing import fire
from qilian.portal.history.recording import writing
from qilian.portal.network.models import Laboratory, Line
from qilian.portal.site.uploads import Upload
from qilian.portal.workbench.models import Evidence
from qilian.portal.workbench.reading import digest, in_short
from qilian.standards import StandardRef
from qilian.text import Text

MAX_FILE_BYTES = 20 * 1024 * 1024
"""So large the file of a report may be."""


def issue(
    actor: Actor,
    appointment: Appointment,
    *,
    number: str,
    outcome: Literal["pass", "fail"],
    requirement: str = "",
    upload: Upload | None = None,
    version: int | None = None,
) -> IssuedReport:
    """Issue the report of a test that has ended.

    Parameters
    ----------
    number
        The laboratory's own number of the report.
    requirement
        What was required, in the report's words; may be empty.
    upload
        The report as a file; its digest goes into the credential.

    Raises
    ------
    BookingError
        If the laboratory has used the number already.
    MoveRefused
        If the test has not ended, or was reported.
    CredentialError
        If it cannot be signed.
    """
    refuse_other_laboratory_of(appointment, actor)
    laboratory = appointment.bench.laboratory
    report = _report(appointment, number, outcome, requirement, upload)
    credential = sign_report(report, key_of(laboratory), timezone.localtime()).texts[0]
    with writing():
        if IssuedReport.objects.filter(laboratory=laboratory, number=number).exists():
            raise BookingError(
                _("a report of this number was issued already"), where=number, mend=_("give another number")
            )
        here = as_it_is(appointment)
        content = credential.encode()
        data = {"number": number, "outcome": outcome, "sha256": digest(content)}
        fire(here, "report", actor, version=version, data=data)
        made = IssuedReport.objects.create(
            appointment=here,
            laboratory=laboratory,
            number=number,
            outcome=outcome,
            credential=credential,
            file_name=upload.name[:200] if upload else "",
            file=upload.content if upload else None,
            sha256=upload.digest if upload else "",
        )
        if here.path.product_id is not None:
            Evidence.objects.create(
                product_id=here.path.product_id,
                name=f"{number}.vc.jwt"[:200],
                content=content,
                size=len(content),
                sha256=digest(content),
                reports=in_short([report]),
                uploaded_by=actor.user,
            )
        finish_if_done(here.path)
        telling.owner_of(
            here,
            Text(
                f"报告 {number} 已出具，并已计入产品的已有报告。",
                f"report {number} was issued and stands among the reports that you hold.",
            ),
        )
    return made


def _report(
    appointment: Appointment, number: str, outcome: Literal["pass", "fail"], requirement: str, upload: Upload | None
) -> Report:
    path, laboratory = appointment.path, appointment.bench.laboratory
    line = Line.objects.filter(row=appointment.step["scope_row"]).first()
    method = _method(appointment, line)
    product = path.product
    today = timezone.localdate()
    return Report(
        id=number,
        kind=ReportKind.TEST_REPORT,
        title=Text(f"{appointment.name.zh} 检测报告", f"Test report: {appointment.name.en}"),
        laboratory=IssuingLaboratory(laboratory.title, laboratory.code, "CN", _claims(laboratory, line, method)),
        product=ProductIdentity(
            model=product.name_en or product.name if product else path.title.en,
            id=product.identifier if product else "",
            maker=(product.maker_en or product.maker) if product else "",
        ),
        tests=(
            ReportedTest(
                id="1",
                name=appointment.name,
                method=method,
                test=appointment.test,
                outcome=Outcome(outcome),
                requirement=requirement,
            ),
        ),
        issued=today,
        tested_from=min(local(appointment.start).date(), today),
        tested_until=min(local(appointment.end).date(), today),
        sample=Sample(id=unit_of(appointment).code),
        example=path.is_sample or laboratory.is_sample,
        notice=Text("演示数据，不是真实报告。", "Sample data, no real report.")
        if path.is_sample or laboratory.is_sample
        else Text("", ""),
        source=Source("vc+jwt", upload.name, upload.digest) if upload else Source(),
    )


def _method(appointment: Appointment, line: Line | None) -> StandardRef | None:
    """Return the method: the edition that the plan asked for, of the standard that the scope line names."""
    reference = StandardRef.parse_or_named(line.reference) if line else None
    plan = appointment.path.plan
    tests = plan.result["tests"] if plan else []
    asked: list[str] = next((each["references"] for each in tests if each["id"] == appointment.test), [])
    dated = [StandardRef.parse_or_named(each) for each in asked]
    same = next((each for each in dated if reference is not None and each.same_base(reference)), None)
    return same or reference or (dated[0] if dated else None)


def _claims(laboratory: Laboratory, line: Line | None, method: StandardRef | None) -> tuple[AccreditationClaim, ...]:
    """Return the accreditations; their scope holds the method where the laboratory's scope table says so."""
    scope = (ScopeClaim(method.undated),) if method and line and line.accredited else ()
    return tuple(
        AccreditationClaim(
            each["scheme"],
            each["number"],
            date.fromisoformat(each["valid_from"]),
            date.fromisoformat(each["valid_until"]),
            scope,
            ARRANGEMENTS.get(each["scheme"], ()) if scope else (),
        )
        for each in laboratory.accreditations
    )
