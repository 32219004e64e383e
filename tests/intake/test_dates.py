"""Dates in words, reckoned from Wednesday, 25 November 2026."""

import pytest

from qilian.intake import Period


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("下个月", "2026-12-01", "2026-12-31"),
        ("下下个月", "2027-01-01", "2027-01-31"),
        ("本月底", "2026-11-25", "2026-11-30"),
        ("年底前", "2026-11-25", "2026-12-31"),
        ("明年3月", "2027-03-01", "2027-03-31"),
        ("3月", "2027-03-01", "2027-03-31"),
        ("3月前", "2026-11-25", "2027-02-28"),
        ("2027年1月15日前", "2026-11-25", "2027-01-15"),
        ("12月中旬", "2026-12-11", "2026-12-20"),
        ("下周五", "2026-12-04", "2026-12-04"),
        ("两周内", "2026-11-25", "2026-12-09"),
        ("三个月内", "2026-11-25", "2027-02-25"),
        ("明年第二季度", "2027-04-01", "2027-06-30"),
        ("明年上半年", "2027-01-01", "2027-06-30"),
        ("明天", "2026-11-26", "2026-11-26"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("next quarter", "2027-01-01", "2027-03-31"),
        ("Q2 2027", "2027-04-01", "2027-06-30"),
        ("by the end of the year", "2026-11-25", "2026-12-31"),
        ("by end of March", "2026-11-25", "2027-03-31"),
        ("before 1 March 2027", "2026-11-25", "2027-02-28"),
        ("by 1 March 2027", "2026-11-25", "2027-03-01"),
        ("in June 2027", "2027-06-01", "2027-06-30"),
        ("March 15, 2027", "2027-03-15", "2027-03-15"),
        ("within 3 weeks", "2026-11-25", "2026-12-16"),
        ("2027-02-01", "2027-02-01", "2027-02-01"),
        ("next friday", "2026-12-04", "2026-12-04"),
        ("下下周", "2026-12-07", "2026-12-13"),
        ("2027年Q1前", "2026-11-25", "2026-12-31"),
        ("2027Q2", "2027-04-01", "2027-06-30"),
        ("mid-February", "2027-02-11", "2027-02-20"),
        ("元旦前", "2026-11-25", "2026-12-31"),
        ("春节前", "2026-11-25", "2027-02-05"),
        ("明年国庆前", "2026-11-25", "2027-09-30"),
        ("before the Chinese New Year", "2026-11-25", "2027-02-05"),
    ],
)
def test_a_date_in_words_is_a_period_of_days(read, words, first, last):
    """Both ends belong to it; a last day makes it begin on the day of the demand."""
    findings = read(f"EMC {words} ok").of("date")
    assert [isinstance(each.value, Period) for each in findings] == [True]
    assert (str(findings[0].value.first), str(findings[0].value.last)) == (first, last)


@pytest.mark.parametrize("words", ["2026-02-31", "13月32日", "marching", "it may vibrate", "1300mm", "Q9"])
def test_what_only_looks_like_a_date_is_none(read, words):
    """A day that does not exist, a verb, a length."""
    assert read(f"EMC {words}").of("date") == ()


@pytest.mark.parametrize("words", ["春节后送检", "after the Spring Festival", "国庆期间"])
def test_what_is_to_happen_after_a_holiday_is_no_deadline(read, words):
    assert read(f"协作机器人做EMC,{words}").of("date") == ()
