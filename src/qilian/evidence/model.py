"""What a report says: tests with method, edition and result, by whom, on which sample, when, and how it is sealed.

Importers make these frozen values from files; decisions and credentials read them. None of the fields judges: what a
report leaves out is None or empty, and means *not said*, never *no*. References keep the spelling of their edition.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qilian.standards import StandardRef
from qilian.text import Text

_NO_TEXT = Text("", "")


class ReportKind(StrEnum):
    """What sort of document a report is."""

    TEST_REPORT = "test_report"
    CERTIFICATE = "certificate"
    CALIBRATION = "calibration"
    QUALITY_DOCUMENT = "quality_document"


class Outcome(StrEnum):
    """What a report concludes on one test; ``VALUE`` is a measured value without a statement of conformity."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    VALUE = "value"


class SealState(StrEnum):
    """What is known of a seal.

    ``VALID`` and ``BROKEN`` come from a check (of a signature, or of the digest that the report itself carries);
    ``UNCHECKED`` is a seal that is there and was not checked; ``ABSENT`` says that the file carries none.
    """

    VALID = "valid"
    BROKEN = "broken"
    UNCHECKED = "unchecked"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value in the unit that the report writes (``mm``, ``\\metre``); empty where it has none."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """The expanded uncertainty of a measured value.

    Attributes
    ----------
    value, unit
        Half-width; the unit is that of the measured value unless it is written.
    coverage_factor
        ``k``, usually 2; None where the report does not say.
    coverage_probability
        ``0.95``; None where the report does not say.
    """

    value: float
    unit: str = ""
    coverage_factor: float | None = None
    coverage_probability: float | None = None


@dataclass(frozen=True, slots=True)
class ReportedTest:
    """One test of a report.

    Attributes
    ----------
    id
        Within the report: the row or clause number that the report gives it.
    method
        The standard as cited, with its edition where the report gives one; None where it names none.
    clause
        Of the method; empty where the report does not say.
    test
        Id of the test item of a content pack, where the report or its importer knows it.
    outcome
        None where the report does not say.
    requirement
        The limit in the report's words ("<= 0.05 mm").
    tested
        Last day of this test, where it differs from the report's.
    """

    id: str
    name: Text
    method: StandardRef | None = None
    clause: str = ""
    test: str | None = None
    outcome: Outcome | None = None
    measured: Quantity | None = None
    uncertainty: Uncertainty | None = None
    requirement: str = ""
    tested: date | None = None


@dataclass(frozen=True, slots=True)
class ScopeClaim:
    """A line of an accredited scope as the report attaches it; an undated reference holds for every edition."""

    reference: StandardRef
    clause: str = ""
    test: str | None = None


@dataclass(frozen=True, slots=True)
class AccreditationClaim:
    """An accreditation that the report names.

    Attributes
    ----------
    scheme, number
        ``CNAS`` and ``L0001``.
    valid_from, valid_until
        Both days included; None where the report does not say.
    scope
        Lines of the scope; empty where the report attaches none.
    arrangements
        Recognition that the report's mark claims: ``ILAC MRA``, ``IECEE CB``.
    """

    scheme: str
    number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    scope: tuple[ScopeClaim, ...] = ()
    arrangements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuingLaboratory:
    """Who did the tests and answers for the report.

    Attributes
    ----------
    id
        ``did:web:…``, a laboratory id of the network, or another stable identifier; empty where there is none.
    country
        ISO 3166-1 alpha-2, empty where it is not said.
    """

    name: Text
    id: str = ""
    country: str = ""
    accreditations: tuple[AccreditationClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductIdentity:
    """Which product is meant.

    Attributes
    ----------
    id
        GTIN, product passport id, or the id of a product file.
    model
        Type designation ("GCR14-1400").
    family
        The maker's name of the type family or series; empty where it is not said.
    variants
        Further models that the report says it covers.
    """

    model: str
    id: str = ""
    maker: str = ""
    family: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The specimen that was tested, with its marks as the report gives them."""

    id: str = ""
    serial: str = ""
    received: date | None = None
    drawn_by: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """How the report is closed against change.

    Attributes
    ----------
    kind
        ``none``, ``stamp`` (on paper), ``digest``, ``jose``, ``xmldsig``.
    by
        Who sealed it: a name, a DID or a certificate's subject.
    digest
        ``sha-256:…`` of the sealed content, where the seal carries one.
    remark
        Why the state is what it is, from whoever checked it.
    """

    kind: str = "none"
    state: SealState = SealState.ABSENT
    by: str = ""
    digest: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a report was read from.

    Attributes
    ----------
    format
        ``qilian-report/1``, ``qilian-csv/1``, ``untp-dcc``, ``idta-02065-1``, ``ptb-dcc``, ``vc+jwt``.
    file
        Its name without folders.
    sha256
        Of all its bytes, in lower-case hexadecimal.
    notes
        What the importer could not carry over, one short sentence each.
    """

    format: str = ""
    file: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A document that says what was found when a product was tested.

    Attributes
    ----------
    id
        The report's own number.
    tested_from, tested_until
        First and last day of the tests; None where the report does not say.
    example
        True for a report that was made up for an example; every output then says so.
    notice
        What a reader must know before relying on it.
    """

    id: str
    kind: ReportKind
    title: Text
    laboratory: IssuingLaboratory
    product: ProductIdentity
    tests: tuple[ReportedTest, ...]
    issued: date | None = None
    tested_from: date | None = None
    tested_until: date | None = None
    valid_until: date | None = None
    sample: Sample = Sample()
    seal: Seal = Seal()
    replaces: str = ""
    example: bool = False
    notice: Text = _NO_TEXT
    source: Source = field(default=Source(), compare=False)

    def tested_on(self, test: ReportedTest) -> date | None:
        """Return the last day on which ``test`` ran, or None where the report does not say."""
        return test.tested or self.tested_until or self.tested_from
