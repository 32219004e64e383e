"""A small world for the tests of laboratories: two cities, two test items, a catalogue of four editions."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from qilian.compliance import Method, Requirement, TestItem, read_tests
from qilian.documents import read_yaml
from qilian.laboratories import (
    Accreditation,
    Bench,
    City,
    Geography,
    Laboratory,
    Limit,
    Network,
    OpeningHours,
    ScopeLine,
    TransferAssumption,
    read_network,
)
from qilian.laboratories.model import Tier
from qilian.product import Vocabulary, read_vocabulary
from qilian.standards import Catalogue, Degree, Edition, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text

ROBOTS = Path(__file__).parents[2] / "src" / "qilian" / "content" / "robots"

MakeLaboratory = Callable[..., Laboratory]
MakeNetwork = Callable[..., Network]


@pytest.fixture(scope="session")
def robots() -> Path:
    """The folder of the robot content pack."""
    return ROBOTS


@pytest.fixture(scope="session")
def vocabulary(robots: Path) -> Vocabulary:
    return read_vocabulary(read_yaml(robots / "parameters.yaml"))


@pytest.fixture(scope="session")
def items(robots: Path, vocabulary: Vocabulary) -> dict[str, TestItem]:
    return {item.id: item for item in read_tests(read_yaml(robots / "tests.yaml"), vocabulary)}


@pytest.fixture(scope="session")
def sample_network() -> Network:
    return read_network(ROBOTS / "network")


@pytest.fixture(scope="session")
def geography() -> Geography:
    transfer = TransferAssumption(1.3, 65, 2, 2, 120, 200, 2.4, Text("假设", "assumed"))
    cities = (
        City("hangzhou", Text("杭州", "Hangzhou"), "330100", 30.27, 120.15),
        City("ningbo", Text("宁波", "Ningbo"), "330200", 29.87, 121.55),
    )
    return Geography(cities, transfer)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """ISO 3691-4 in two editions, of which GB/T 10827.4-2023 adopts the older one; ISO 9283 with an identical GB/T."""

    def edition(ref: str, year: int, status: Status = Status.CURRENT) -> Edition:
        return Edition(StandardRef.parse(ref), Text("", ref), status, When(year, 1, 1))

    def relation(kind: RelationKind, subject: str, object_: str, degree: Degree | None = None) -> Relation:
        return Relation(kind, StandardRef.parse(subject), StandardRef.parse(object_), degree, "secondary")

    return Catalogue(
        [
            edition("ISO 3691-4:2020", 2020, Status.SUPERSEDED),
            edition("ISO 3691-4:2023", 2023),
            edition("GB/T 10827.4-2023", 2023),
            edition("ISO 9283:1998", 1998),
            edition("GB/T 12642-2013", 2013),
        ],
        [
            relation(RelationKind.REPLACES, "ISO 3691-4:2023", "ISO 3691-4:2020"),
            relation(RelationKind.ADOPTS, "GB/T 10827.4-2023", "ISO 3691-4:2020", Degree.IDENTICAL),
            relation(RelationKind.ADOPTS, "GB/T 12642-2013", "ISO 9283:1998", Degree.IDENTICAL),
        ],
        "made up for a test",
        date(2026, 11, 22),
    )


@pytest.fixture(scope="session")
def pose() -> TestItem:
    """A test that needs a payload and a temperature range."""
    return TestItem(
        id="T-POSE",
        name=Text("位姿", "Pose"),
        domain="performance",
        methods=(Method(StandardRef.parse("ISO 9283"), "7.2.1"),),
        specimen="machine",
        destructive=False,
        attended=True,
        requires=(
            Requirement("payload", "payload.rated"),
            Requirement("temperature", "environment.temperature_min"),
            Requirement("temperature", "environment.temperature_max"),
        ),
        source="made up for a test",
        source_seen=date(2026, 11, 22),
        confidence="unverified",
        note=Text("", ""),
    )


@pytest.fixture(scope="session")
def make_laboratory() -> MakeLaboratory:
    """Make a laboratory with one bench and one line; what is not given is what suits the test ``pose``."""

    def make(
        laboratory_id: str = "one",
        *,
        reference: str = "ISO 9283:1998",
        clause: str = "7.2.1",
        test: str | None = "T-POSE",
        limits: tuple[Limit, ...] = (),
        accredited: bool = True,
        valid: tuple[date, date] = (date(2024, 1, 1), date(2029, 12, 31)),
        region: str = "330108",
        city: str = "hangzhou",
        tier: Tier = "city",
    ) -> Laboratory:
        bench = Bench(f"{laboratory_id}-b1", laboratory_id, Text("台", "Bench"), OpeningHours.parse("Mon-Fri 8-17"))
        line = ScopeLine(
            row=f"{laboratory_id}-1",
            laboratory=laboratory_id,
            benches=(bench.id,),
            object=Text("机器人", "Robots"),
            parameter=Text("位姿", "Pose"),
            reference=StandardRef.parse(reference),
            clause=clause,
            test=test,
            limits=limits,
            hours=4,
            price=1000,
            accredited=accredited,
        )
        held = (Accreditation("CMA", "SAMPLE-1", *valid),)
        name = Text("示例", "Sample")
        return Laboratory(laboratory_id, name, tier, region, city, Text("", ""), held, (bench,), (line,))

    return make


@pytest.fixture(scope="session")
def make_network(geography: Geography) -> MakeNetwork:
    def make(*laboratories: Laboratory) -> Network:
        labels = {"payload": Text("负载", "payload"), "temperature": Text("温度", "temperature")}
        return Network(laboratories, geography, True, Text("虚构", "invented"), labels)

    return make
