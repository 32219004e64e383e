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


def test_every_division_of_zhejiang_and_every_province_has_an_english_name():
    """A reader of English pages finds no Chinese name where the platform is at home."""
    home = [code for city in regions.cities("330000") for code in (city, *regions.districts(city))]
    assert len(home) == 11 + 90
    for code in (regions.COUNTRY, *regions.provinces(), *home):
        assert regions.title(code).en.isascii(), code
    assert regions.full_title("330203").en == "Haishu, Ningbo, Zhejiang"
    assert regions.full_title("330203").zh == "浙江省 宁波市 海曙区"
    assert regions.title("110105").en == "朝阳区", "elsewhere the Chinese name stands in"


def test_the_districts_that_hangzhou_made_in_2021_are_to_choose_from():
    assert {"330113", "330114"} <= set(regions.districts("330100"))
    assert regions.full_name("330114") == "浙江省 杭州市 钱塘区"
