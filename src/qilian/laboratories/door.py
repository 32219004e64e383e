"""The written form of ``geography.yaml`` and ``laboratories.yaml``, as pydantic models; imported only to read them."""

from typing import Annotated

from pydantic import Field

from qilian.laboratories.geography import City, Geography, TransferAssumption
from qilian.laboratories.model import Accreditation, Laboratory, Tier
from qilian.product.door import AnyText, Form, FullText, IsoDate, Word
from qilian.text import Text

Region = Annotated[str, Field(pattern=r"^\d{6}$")]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]


class CityForm(Form):
    id: Word
    name: FullText
    region: Region
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    aliases: list[Word] = Field(default_factory=list)


class TransferForm(Form):
    notice: FullText
    road_factor: float = Field(ge=1, le=10)
    speed_km_per_hour: float = Field(gt=0, le=1000)
    handling_hours: Whole
    within_city_hours: Whole
    within_city_price: Whole
    base_price: Whole
    price_per_km: float = Field(ge=0, le=1000)


class GeographyForm(Form):
    transfer: TransferForm
    cities: list[CityForm]

    def made(self) -> Geography:
        cities = (
            City(form.id, form.name, form.region, form.latitude, form.longitude, tuple(form.aliases))
            for form in self.cities
        )
        return Geography(tuple(cities), TransferAssumption(**dict(self.transfer)))


class AccreditationForm(Form):
    scheme: Word
    number: Word
    valid_from: IsoDate
    valid_until: IsoDate


class LaboratoryForm(Form):
    id: Word
    name: FullText
    tier: Tier
    region: Region
    city: Word
    district: AnyText = Text("", "")
    accreditations: list[AccreditationForm] = Field(default_factory=list)

    def made(self) -> Laboratory:
        """Return the laboratory, still without benches and lines."""
        accreditations = (
            Accreditation(form.scheme, form.number, form.valid_from, form.valid_until) for form in self.accreditations
        )
        return Laboratory(
            self.id, self.name, self.tier, self.region, self.city, self.district, tuple(accreditations), (), ()
        )


class LimitForm(Form):
    label: FullText
    unit: str = ""


class NetworkForm(Form):
    sample: bool
    notice: AnyText = Text("", "")
    limits: dict[Word, LimitForm]
    laboratories: list[object]
