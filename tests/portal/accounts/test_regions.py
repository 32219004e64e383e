"""Divisions to choose from: province, city, district, by their names of today."""

from qilian.portal.accounts import regions


def test_provinces_cities_and_districts_come_in_order_of_their_codes():
    assert len(regions.provinces()) == 34
    assert [regions.name(code) for code in regions.cities("330000")][:3] == ["杭州市", "宁波市", "温州市"]
    assert "330108" in regions.districts("330100")
    assert all(regions.lies_in(code, "330200") for code in regions.districts("330200"))


def test_a_municipality_has_districts_and_no_cities():
    assert regions.cities("310000") == ()
    assert "310115" in regions.districts("310000")


def test_a_city_without_districts_has_none():
    assert regions.districts("441900") == ()


def test_divisions_of_the_past_are_not_to_choose_from():
    """崇文区 was merged in 2010."""
    assert "110103" not in regions.districts("110000")


def test_the_country_is_no_province():
    assert regions.cities(regions.COUNTRY) == ()
