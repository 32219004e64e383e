"""A small world for the tests of credentials: a laboratory with two keys, a platform, a maker, and one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qilian.evidence.credentials import (
    Algorithm,
    Issued,
    Party,
    Purpose,
    Role,
    SigningKey,
    StatusLists,
    StatusRegister,
    Trust,
    Verification,
    create_key,
    issue_status_list,
    read_status_lists,
    sign_report,
    trusted,
    verify,
)
from qilian.evidence.model import (
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Quantity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Uncertainty,
)
from qilian.standards import StandardRef
from qilian.text import Text

LAB = "did:web:lab.example"
PLATFORM = "did:web:platform.example:qilian"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIST = "https://lab.example/status/1"

REPORT = Report(
    id="R-2026-0042",
    kind=ReportKind.TEST_REPORT,
    title=Text("工业机器人性能检测", "Performance of an industrial robot"),
    laboratory=IssuingLaboratory(
        Text("示例实验室", "Example laboratory"),
        LAB,
        "CN",
        (
            AccreditationClaim(
                "CNAS",
                "L0000",
                date(2024, 1, 1),
                date(2029, 12, 31),
                (ScopeClaim(StandardRef.parse("GB/T 12642"), "7.2"),),
                ("ILAC MRA",),
            ),
        ),
    ),
    product=ProductIdentity("X-1400", "09520123456788", "Example Robots", "X", ("X-1400L",)),
    tests=(
        ReportedTest(
            "1",
            Text("位姿重复性", "Pose repeatability"),
            StandardRef.parse("GB/T 12642-2013"),
            "7.2",
            "pose-repeatability",
            Outcome.PASS,
            Quantity(0.0, "mm"),
            Uncertainty(0.004, "mm", 2.0, 0.95),
            "<= 0.05 mm",
            date(2026, 10, 2),
        ),
        ReportedTest("2", Text("急停", "Emergency stop"), StandardRef.parse("ISO 10218-1:2025"), outcome=Outcome.FAIL),
    ),
    issued=date(2026, 10, 10),
    tested_from=date(2026, 10, 1),
    tested_until=date(2026, 10, 5),
    sample=Sample("S-1", "SN 0001", date(2026, 9, 30), "Example market office"),
    example=True,
    notice=Text("为示例编写", "Made for an example"),
)


@dataclass(frozen=True)
class World:
    """Keys, trust and the report, with the two steps that most tests take."""

    es256: SigningKey
    eddsa: SigningKey
    platform: SigningKey
    maker: SigningKey
    stranger: SigningKey
    trust: Trust
    register: StatusRegister
    report: Report = REPORT
    now: datetime = NOW

    def sign(
        self, report: Report = REPORT, key: SigningKey | None = None, valid_until: datetime | None = None
    ) -> Issued:
        """Sign a report that can be revoked, issued to the maker."""
        to = Party(self.maker.did, "Example Robots")
        return sign_report(report, key or self.es256, self.now, [self.register], issued_to=to, valid_until=valid_until)

    def lists(self, *registers: StatusRegister, now: datetime = NOW) -> StatusLists:
        """Publish and read the laboratory's status lists; by default one on which nothing is set."""
        texts = [issue_status_list(register, self.es256, now) for register in registers or (self.register,)]
        return read_status_lists(texts, self.trust, now)

    def verify(self, text: str, now: datetime = NOW, registers: Sequence[StatusRegister] = ()) -> Verification:
        """Verify at ``now`` against lists published then."""
        return verify(text, self.trust, self.lists(*registers, now=now), now)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Make the keys once; nothing in the world changes."""
    folder: Path = tmp_path_factory.mktemp("keys")
    start = NOW - timedelta(days=300)
    es256 = create_key(folder / "a", name="Example laboratory", did=LAB, label="2026", signs_from=start)
    eddsa = create_key(folder / "b", name="Example laboratory", did=LAB, label="ed", algorithm=Algorithm.EDDSA)
    platform = create_key(folder / "c", name="Example platform", did=PLATFORM)
    maker = create_key(folder / "d", name="Example Robots")
    stranger = create_key(folder / "e", name="Example laboratory", did=LAB, label="2026")
    trust = Trust.of(
        trusted(LAB, "Example laboratory", frozenset({Role.REPORT}), (es256.public, eddsa.public)),
        trusted(PLATFORM, "Example platform", frozenset({Role.DECISION}), (platform.public,)),
    )
    return World(es256, eddsa, platform, maker, stranger, trust, StatusRegister(LIST, Purpose.REVOCATION))
