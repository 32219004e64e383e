"""The shape of ``qilian-routing/1`` and ``qilian-routing-plan/1`` files, field by field, for the one door in ``files``.

Fields that a later version adds are passed over. The JSON Schemas in ``schemas`` are made from these models.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Hour: TypeAlias = Annotated[int, Field(ge=0, le=10_000_000)]
Yuan: TypeAlias = Annotated[int, Field(ge=0, le=10**12)]
Kilometre: TypeAlias = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Interval: TypeAlias = tuple[Hour, Hour]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class OptionFile(_Part):
    """One way to do a test."""

    bench: Name
    hours: Hour
    price: Yuan


class TestFile(_Part):
    """A test with its options."""

    id: Name
    attended: bool
    destructive: bool
    options: list[OptionFile]


class ProductFile(_Part):
    """A product with its sample units and tests."""

    id: Name
    home: Name
    sample_units: Annotated[int, Field(ge=1, le=1000)]
    tests: list[TestFile]
    precedence: list[tuple[Name, Name]] = []


class BenchFile(_Part):
    """A bench with its opening hours and bookings, ``[start, end)`` each."""

    id: Name
    lab: Name
    city: Name
    staffed: list[Interval]
    busy: list[Interval] = []


class ProblemFile(_Part):
    """A routing problem in whole hours from Monday 00:00."""

    format: Literal["qilian-routing/1"]
    time_unit: Literal["hour"] = "hour"
    horizon: Hour
    cities: list[Name]
    transfer_hours: list[list[Hour]]
    transfer_km: list[list[Kilometre]]
    transfer_price: list[list[Yuan]]
    benches: list[BenchFile]
    products: list[ProductFile]


class AssignmentFile(_Part):
    """One test at its place and hours."""

    product: Name
    test: Name
    bench: Name
    unit: int
    start: int
    end: int


class PlanFile(_Part):
    """A plan with its value and lower bound in the objective's unit: hours, yuan or km."""

    format: Literal["qilian-routing-plan/1"]
    objective: Literal["time", "makespan", "price", "distance"]
    value: Annotated[int | float, Field(allow_inf_nan=False)]
    lower_bound: Annotated[int | float, Field(allow_inf_nan=False)]
    proven: bool
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    assignments: list[AssignmentFile]
