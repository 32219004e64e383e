"""Cities are found by any of their names, and no detour beats a direct move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories import City, Geography, LaboratoryError, Network, TransferAssumption, UnknownCityError
from qilian.laboratories.geography import great_circle_km
from qilian.text import Text

cities = st.lists(st.tuples(st.floats(18, 53), st.floats(74, 134)), min_size=1, max_size=7)
assumptions = st.builds(
    TransferAssumption,
    st.floats(1, 2),
    st.floats(20, 120),
    st.integers(0, 6),
    st.integers(0, 4),
    st.integers(0, 300),
    st.integers(0, 500),
    st.floats(0, 10),
    st.just(Text("假设", "assumed")),
)


@given(cities, assumptions)
def test_no_detour_beats_the_direct_move(places: list[tuple[float, float]], transfer: TransferAssumption) -> None:
    """Kilometres, hours and prices keep the triangle inequality for any cities and any assumptions, after rounding."""
    geography = Geography(
        tuple(City(f"c{n}", Text(f"城{n}", f"City {n}"), "330100", *place) for n, place in enumerate(places)), transfer
    )
    for measure in (geography.km, geography.transfer_hours, geography.transfer_price):
        for a in geography.cities:
            for b in geography.cities:
                assert measure(a, b) >= 0
                for c in geography.cities:
                    assert measure(a, c) <= measure(a, b) + measure(b, c)


def test_distances_of_the_sample_are_those_of_the_map(sample_network: Network) -> None:
    """Hangzhou to Ningbo is about 142 km as the crow flies, to Beijing about 1,120 km; within a city 2 hours."""
    geography = sample_network.geography
    hangzhou, ningbo, beijing = (geography.find(name) for name in ("杭州", "宁波", "北京"))
    assert great_circle_km(hangzhou, ningbo) == pytest.approx(142, abs=4)
    assert great_circle_km(hangzhou, beijing) == pytest.approx(1125, abs=20)
    assert geography.km(hangzhou, hangzhou) == 0
    assert geography.transfer_hours(hangzhou, hangzhou) == 2
    assert geography.transfer_hours(hangzhou, ningbo) > 2


def test_every_city_is_found_by_each_of_its_names(sample_network: Network) -> None:
    """Id, Chinese name with and without 市, English name, in any case and with stray blanks."""
    for city in sample_network.geography.cities:
        names = (city.id, city.id.upper(), city.name.zh, city.name.zh + "市", city.name.en, f" {city.name.en.lower()} ")
        assert {sample_network.geography.find(name).id for name in names} == {city.id}


@pytest.mark.parametrize(("name", "nearest"), [("Hangzou", "hangzhou"), ("寧波", "宁波"), ("宁坡市", "ningbo")])
def test_an_unknown_city_names_the_nearest(sample_network: Network, name: str, nearest: str) -> None:
    """The error is one line that names what was written and the nearest city that is known."""
    with pytest.raises(UnknownCityError) as caught:
        sample_network.geography.find(name)
    assert name in str(caught.value)
    assert nearest in str(caught.value)


def test_a_city_given_twice_is_refused(geography: Geography) -> None:
    """Two cities with one id would make moves ambiguous."""
    with pytest.raises(LaboratoryError, match="hangzhou"):
        Geography((*geography.cities, geography.cities[0]), geography.transfer)
