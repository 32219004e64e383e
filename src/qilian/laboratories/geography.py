"""Where cities lie, and what it takes to move a sample between them.

In come cities with coordinates and the assumptions of a transfer (data of a content pack, said to be assumptions);
out go kilometres, whole hours and yuan between any two cities, closed under the triangle inequality, so that a detour
never beats the direct move.
"""

import difflib
import math
from dataclasses import dataclass
from functools import cached_property

from qilian.laboratories.errors import LaboratoryError, UnknownCityError
from qilian.text import Text

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class City:
    """A city where samples start from or are tested.

    Attributes
    ----------
    region
        Six-digit code of the administrative division (GB/T 2260), e.g. ``330100``.
    latitude, longitude
        Degrees north and east.
    """

    id: str
    name: Text
    region: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferAssumption:
    """How a sample unit moves: figures that somebody assumed, with the sentence that says so.

    Attributes
    ----------
    road_factor
        Road kilometres per great-circle kilometre, at least 1.
    speed_km_per_hour
        Door-to-door speed of a van.
    handling_hours
        Packing, loading and taking in, once a move.
    within_city_hours, within_city_price
        A move between two laboratories of one city, in hours and yuan.
    base_price, price_per_km
        Yuan for a move between cities, and yuan for each of its kilometres.
    notice
        Says that these are assumptions.
    """

    road_factor: float
    speed_km_per_hour: float
    handling_hours: int
    within_city_hours: int
    within_city_price: int
    base_price: int
    price_per_km: float
    notice: Text

    def __post_init__(self) -> None:
        if self.road_factor < 1 or self.speed_km_per_hour <= 0:
            raise LaboratoryError("a road factor under 1 or a speed of 0", where="the transfer assumption")
        if min(self.handling_hours, self.within_city_hours, self.within_city_price, self.base_price) < 0:
            raise LaboratoryError("negative hours or prices", where="the transfer assumption")


@dataclass(frozen=True)
class Geography:
    """Cities and the moves between them.

    Parameters
    ----------
    cities
        Each id once.
    transfer
        The assumptions behind hours, kilometres and prices.
    """

    cities: tuple[City, ...]
    transfer: TransferAssumption

    def __post_init__(self) -> None:
        ids = [city.id for city in self.cities]
        if len(set(ids)) != len(ids):
            doubled = next(city for city in ids if ids.count(city) > 1)
            raise LaboratoryError(f"city {doubled} is given twice", mend="keep one of the two")

    def find(self, name: str) -> City:
        """Return the city called ``name``: id, Chinese name with or without 市, English name or alias, in any case.

        Raises
        ------
        UnknownCityError
            If there is none; the error names the nearest known city.
        """
        key = _key(name)
        if key in self._by_name:
            return self._by_name[key]
        near = difflib.get_close_matches(key, self._by_name, n=1, cutoff=0.5)
        mend = f"did you mean {self._by_name[near[0]].name.zh} ({self._by_name[near[0]].id})?" if near else ""
        raise UnknownCityError(f"{name!r}: not a known city", mend=mend or f"write one of {self._examples()}")

    def km(self, a: City, b: City) -> int:
        """Return the road kilometres from city ``a`` to city ``b``: great circle times road factor, rounded."""
        return self._kilometres[self._index[a.id]][self._index[b.id]]

    def transfer_hours(self, a: City, b: City) -> int:
        """Return the whole hours that a sample needs from city ``a`` to city ``b``, door to door."""
        return self._hours[self._index[a.id]][self._index[b.id]]

    def transfer_price(self, a: City, b: City) -> int:
        """Return the yuan that the same move costs."""
        return self._prices[self._index[a.id]][self._index[b.id]]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {city.id: number for number, city in enumerate(self.cities)}

    @cached_property
    def _by_name(self) -> dict[str, City]:
        names: dict[str, City] = {}
        for city in self.cities:
            for name in (city.id, city.name.zh, city.name.en, *city.aliases):
                names.setdefault(_key(name), city)
        return names

    @cached_property
    def _kilometres(self) -> list[list[int]]:
        factor = self.transfer.road_factor
        return _closed([[round(great_circle_km(a, b) * factor) for b in self.cities] for a in self.cities])

    @cached_property
    def _hours(self) -> list[list[int]]:
        rule = self.transfer
        table = [
            [rule.handling_hours + math.ceil(km / rule.speed_km_per_hour) for km in row] for row in self._kilometres
        ]
        return _closed(_with_diagonal(table, rule.within_city_hours))

    @cached_property
    def _prices(self) -> list[list[int]]:
        rule = self.transfer
        table = [[rule.base_price + math.ceil(km * rule.price_per_km) for km in row] for row in self._kilometres]
        return _closed(_with_diagonal(table, rule.within_city_price))

    def _examples(self) -> str:
        return ", ".join(city.name.zh for city in self.cities[:5]) + " …"


def great_circle_km(a: City, b: City) -> float:
    """Return the kilometres between two cities on a sphere of 6,371 km radius (haversine formula)."""
    south, north = math.radians(a.latitude), math.radians(b.latitude)
    across = math.radians(b.longitude - a.longitude)
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def _with_diagonal(table: list[list[int]], value: int) -> list[list[int]]:
    return [[value if row == column else cell for column, cell in enumerate(cells)] for row, cells in enumerate(table)]


def _closed(table: list[list[int]]) -> list[list[int]]:
    """Shorten each move to its best detour (Floyd and Warshall): rounding alone can break the triangle inequality."""
    size = range(len(table))
    for middle in size:
        through = table[middle]
        for row in table:
            first = row[middle]
            for column in size:
                if first + through[column] < row[column]:
                    row[column] = first + through[column]
    return table


def _key(name: str) -> str:
    key = "".join(name.split()).casefold()
    return key[:-1] if key.endswith("市") and len(key) > 2 else key
