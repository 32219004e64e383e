"""The written form of our own report files, as pydantic models; imported only to read a file or print its schema."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from qilian.product.door import AnyText, Form, FullText, IsoDate, Word
from qilian.text import Text

_NOTHING = Text("", "")
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Cited = Annotated[str, Field(pattern=r"\S", max_length=400)]
Short = Annotated[str, Field(max_length=400)]


class QuantityForm(Form):
    value: Number
    unit: Short = ""


class UncertaintyForm(Form):
    value: Positive
    unit: Short = ""
    coverage_factor: Positive | None = None
    coverage_probability: Annotated[float, Field(gt=0, lt=1)] | None = None


class TestedForm(Form):
    from_: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = None


class ReportedTestForm(Form):
    __test__ = False

    id: Word
    name: FullText
    method: Cited | None = None
    clause: Short = ""
    test: Word | None = None
    outcome: Literal["pass", "fail", "value"] | None = None
    measured: QuantityForm | None = None
    uncertainty: UncertaintyForm | None = None
    requirement: Short = ""
    tested: IsoDate | None = None


class ScopeForm(Form):
    reference: Cited
    clause: Short = ""
    test: Word | None = None


class AccreditationForm(Form):
    scheme: Word
    number: Short = ""
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None
    scope: list[ScopeForm] = Field(default=[], max_length=5000)
    arrangements: list[Word] = Field(default=[], max_length=50)


class LaboratoryForm(Form):
    name: FullText
    id: Short = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    accreditations: list[AccreditationForm] = Field(default=[], max_length=50)


class ProductForm(Form):
    model: Short
    id: Short = ""
    maker: Short = ""
    family: Short = ""
    variants: list[Word] = Field(default=[], max_length=1000)


class SampleForm(Form):
    id: Short = ""
    serial: Short = ""
    received: IsoDate | None = None
    drawn_by: Short = ""


class SealForm(Form):
    kind: Literal["none", "stamp", "digest", "jose", "xmldsig"] = "none"
    by: Short = ""
    digest: Annotated[str, Field(pattern="^(sha-256:[0-9a-f]{64})?$")] = ""


class ReportForm(Form):
    """A report as Qilian writes it: ``qilian-report/1``."""

    format: Literal["qilian-report/1"]
    id: Word
    kind: Literal["test_report", "certificate", "calibration", "quality_document"] = "test_report"
    title: AnyText = _NOTHING
    issued: IsoDate | None = None
    tested: TestedForm = TestedForm()
    valid_until: IsoDate | None = None
    replaces: Short = ""
    laboratory: LaboratoryForm
    product: ProductForm
    sample: SampleForm = SampleForm()
    tests: list[ReportedTestForm] = Field(min_length=1, max_length=5000)
    seal: SealForm = SealForm()
    example: bool = False
    notice: AnyText = _NOTHING

    @model_validator(mode="after")
    def _ordered(self) -> "ReportForm":
        first, last = self.tested.from_, self.tested.until
        if first and last and last < first:
            raise ValueError(f"tested until {last}, before it began on {first}")
        if self.issued and last and self.issued < last:
            raise ValueError(f"issued on {self.issued}, before the tests ended on {last}")
        ids = [test.id for test in self.tests]
        if len(set(ids)) != len(ids):
            raise ValueError("two tests with one id")
        return self
