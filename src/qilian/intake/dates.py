"""Finds dates in words: ``下个月``, ``年底前``, ``2027年3月``, ``next quarter``, ``within 3 weeks``.

Each is a period of days, reckoned from the day of the demand. "By", "before" and 前 make it a period that begins on
that day.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from qilian.intake.model import Period
from qilian.intake.quantities import number_of

Reader: TypeAlias = Callable[[re.Match[str], date], Period | None]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_CN_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_YEAR = r"(?:(?P<year>20\d\d)年|(?P<relative>今年|明年|后年))"
_WEEKDAYS = "一二三四五六日天"
_DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_HOLIDAYS = (
    (r"元旦节?|new year(?:'s day)?", (1, 1)),
    (r"五一|劳动节", (5, 1)),
    (r"十一|国庆节?|national day", (10, 1)),
    (r"圣诞节?|christmas", (12, 25)),
)
_SPRING_FESTIVALS = (
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31",
)  # fmt: skip
"""First days of the Chinese year; a year that is not here is read by a person.

Seen on 2026-11-25: lunardate 0.3.0 and holidays 0.109 compute the same days; a test computes the new moons of them.
"""
_TEN_DAYS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date in the plain text and what it means."""

    period: Period
    start: int
    end: int


def find_dates(plain: str, on: date) -> Iterator[DateWords]:
    """Yield the dates in the order of the text; the longest reading at each place."""
    taken = 0
    for start, end, period in sorted(_readings(plain, on), key=lambda each: (each[0], -each[1])):
        if start < taken:
            continue
        taken = end
        yield _as_deadline(plain, start, end, period, on)


def _readings(plain: str, on: date) -> Iterator[tuple[int, int, Period]]:
    for expression, reader in _READERS:
        for match in expression.finditer(plain):
            try:
                period = reader(match, on)
            except (ValueError, OverflowError):  # 31 February, the year 99999
                period = None
            if period is not None:
                yield match.start(), match.end(), period


_BEFORE = re.compile(
    r"(?:(?P<strict>\bbefore)|\bby|\buntil|\bno later than|\bdeadline:?|\bdue|不晚于|截止到?|赶在)(?: the)? ?\Z", re.I
)
_AFTER = re.compile(r" ?(?:(?P<strict>之前|以前|前)|内|以内|之内|截止)")


def _as_deadline(plain: str, start: int, end: int, period: Period, on: date) -> DateWords:
    """Widen a period that is a last day; "before" a month ends before it, 前 with a day includes that day."""
    before, after = _BEFORE.search(plain, 0, start), _AFTER.match(plain, end)
    if before is None and after is None:
        return DateWords(period, start, end)
    last = period.last
    whole = period.first != period.last and period.first > on
    if before is not None:
        start = before.start()
        if before["strict"]:
            last = period.first - timedelta(1) if period.first > on else period.last
    if after is not None:
        end = after.end()
        if after["strict"] and whole:
            last = period.first - timedelta(1)
    return DateWords(Period(min(on, last), last), start, end)


def _month_of(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _shifted(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _year(match: re.Match[str], on: date) -> int | None:
    names = match.groupdict()
    if names.get("year"):
        return int(str(names["year"]))
    relative = names.get("relative")
    return on.year + ("今年", "明年", "后年").index(relative) if relative else None


def _next_month_named(month: int, on: date) -> int:
    """Return the year in which a month without a year is meant: the next one."""
    return on.year if month >= on.month else on.year + 1


def _iso(match: re.Match[str], _on: date) -> Period:
    day = date(int(match[1]), int(match[2]), int(match[3]))
    return Period(day, day)


def _chinese_day(match: re.Match[str], on: date) -> Period:
    month, number = int(match["month"]), int(match["day"])
    day = date(_year(match, on) or on.year, month, number)
    if _year(match, on) is None and day < on:
        day = date(on.year + 1, month, number)
    return Period(day, day)


def _chinese_month(match: re.Match[str], on: date) -> Period:
    month = int(number_of(match["month"]))
    return _part(_month_of(_year(match, on) or _next_month_named(month, on), month), match["part"], on)


def _part(month: Period, part: str | None, on: date) -> Period:
    if not part:
        return month
    if part in ("底", "末"):
        return Period(min(on, month.last), month.last)
    first, last = _TEN_DAYS[part]
    return Period(month.first.replace(day=first), month.first.replace(day=min(last, month.last.day)))


def _relative_month(match: re.Match[str], on: date) -> Period:
    months = 0 if match["which"] in ("本", "这个", "当") else match["which"].count("下")
    day = _shifted(on.replace(day=1), months)
    month = _month_of(day.year, day.month)
    if not match["part"] and months == 0:
        return Period(on, month.last)
    return _part(month, match["part"], on)


def _english_month(match: re.Match[str], on: date) -> Period:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    year = int(match["year"]) if match["year"] else _next_month_named(month, on)
    whole = _month_of(year, month)
    edge = (match["edge"] or "").lower()
    if edge.startswith("end"):
        return Period(min(on, whole.last), whole.last)
    return whole


def _third_of_month(match: re.Match[str], on: date) -> Period:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    whole = _month_of(int(match["year"]) if match["year"] else _next_month_named(month, on), month)
    return _part(whole, {"early": "上旬", "mid": "中旬", "late": "下旬"}[match["third"].lower()], on)


def _english_day(match: re.Match[str], on: date) -> Period:
    month, number = _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"])
    day = date(int(match["year"]) if match["year"] else _next_month_named(month, on), month, number)
    return Period(day, day)


def _quarter(match: re.Match[str], on: date) -> Period:
    number = int(number_of(match["quarter"]))
    year = _year(match, on)
    if year is None:
        year = on.year if number * 3 >= on.month else on.year + 1
    return _quarter_of(year, number)


def _quarter_of(year: int, number: int) -> Period:
    return Period(date(year, number * 3 - 2, 1), _month_of(year, number * 3).last)


def _relative_quarter(match: re.Match[str], on: date) -> Period:
    here = (on.month + 2) // 3
    if match[0].lower()[0] in "本这t":
        return Period(on, _quarter_of(on.year, here).last)
    return _quarter_of(on.year + here // 4, here % 4 + 1)


def _week(match: re.Match[str], on: date) -> Period:
    monday = on - timedelta(on.weekday())
    if match["next"]:
        monday += timedelta(7 * max(1, match["next"].count("下")))
    name = (match["day"] or match["english"] or "").lower()
    if name:
        place = _DAY_NAMES.index(name) if name in _DAY_NAMES else min(_WEEKDAYS.index(name), 6)
        return Period(monday + timedelta(place), monday + timedelta(place))
    return Period(max(on, monday), monday + timedelta(6))


def _within(match: re.Match[str], on: date) -> Period:
    written = match["number"].lower()
    number = {"半": 0.5, "half a": 0.5, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}.get(written)
    number = number_of(written) if number is None else number
    unit = match["unit"].lower()
    if unit.startswith(("月", "month")):
        last = _shifted(on, round(number)) if number >= 1 else on + timedelta(15)
    elif unit.startswith(("年", "year")):
        last = _shifted(on, round(number * 12))
    else:
        last = on + timedelta(round(number * (7 if unit.startswith(("周", "星期", "week")) else 1)))
    return Period(on, last)


def _year_end(match: re.Match[str], on: date) -> Period:
    text = match[0].lower()
    year = on.year + (1 if text.startswith("明年") or "next" in text else 0)
    return Period(on, date(year, 12, 31))


def _part_of_year(match: re.Match[str], on: date) -> Period | None:
    year, part = _year(match, on), match["part"]
    if year is None:
        return None
    first, last = {"上半年": (1, 6), "下半年": (7, 12), "初": (1, 2), None: (1, 12), "": (1, 12)}[part]
    return Period(max(on, date(year, first, 1)), _month_of(year, last).last)


def _holiday(match: re.Match[str], on: date) -> Period | None:
    """Return the first day of a holiday as the deadline that it is used for; "after the holiday" is none."""
    if match["since"]:
        return None
    name = match["holiday"].lower()
    fixed = next((day for names, day in _HOLIDAYS if re.fullmatch(names, name)), None)
    year = _year(match, on)
    if fixed is None:
        found = [date.fromisoformat(each) for each in _SPRING_FESTIVALS]
        days = [each for each in found if (each.year == year if year else each >= on)]
    else:
        days = [date(each, *fixed) for each in ([year] if year else [on.year, on.year + 1])]
        days = [each for each in days if each >= on]
    return _until(days[0], on) if days else None


def _until(day: date, on: date) -> Period:
    """Return the days before a day, as far as there are any."""
    last = max(on, day - timedelta(1))
    return Period(on, last)


def _tomorrow(match: re.Match[str], on: date) -> Period:
    word = match[0].lower()
    day = on + timedelta({"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2}[word])
    return Period(day, day)


def _compiled(pattern: str, reader: Reader) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern, re.IGNORECASE), reader


_MONTH_PART = r"(?P<part>底|末|初|上旬|中旬|下旬)?"
_ENGLISH_YEAR = r"(?:,? (?P<year>20\d\d))?"
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    _compiled(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", _iso),
    _compiled(rf"{_YEAR}?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]", _chinese_day),
    _compiled(rf"{_YEAR}?(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?{_MONTH_PART}", _chinese_month),
    _compiled(rf"(?P<which>本|这个|当|下下个?|下个?)月{_MONTH_PART}", _relative_month),
    _compiled(r"(?P<which>this|next) month(?P<part>)", lambda match, on: _english_relative(match, on)),
    _compiled(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH}){_ENGLISH_YEAR}", _english_day),
    _compiled(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d){_ENGLISH_YEAR}", _english_day),
    _compiled(
        rf"\b(?:(?:in|by|before|until|during|from) )?(?P<edge>(?:the )?(?:end|beginning) of )"
        rf"(?P<month>{_MONTH}){_ENGLISH_YEAR}",
        _english_month,
    ),
    _compiled(rf"\b(?P<third>early|mid|late)[- ](?P<month>{_MONTH}){_ENGLISH_YEAR}", _third_of_month),
    _compiled(rf"\b(?P<edge>)(?P<month>{_MONTH})(?:,? (?P<year>20\d\d))", _english_month),
    _compiled(rf"(?<=\bin )(?P<edge>)(?P<month>{_MONTH})(?P<year>)", _english_month),
    _compiled(rf"(?<=\bby )(?P<edge>)(?P<month>{_MONTH})(?P<year>)", _english_month),
    _compiled(rf"(?<=\bbefore )(?P<edge>)(?P<month>{_MONTH})(?P<year>)", _english_month),
    _compiled(rf"{_YEAR}?第?(?P<quarter>[一二三四1-4])季度?", _quarter),
    _compiled(r"\bq(?P<quarter>[1-4])(?: ?(?P<year>20\d\d))?\b", _quarter),
    _compiled(rf"{_YEAR}\s?q(?P<quarter>[1-4])(?!\d)", _quarter),
    _compiled(r"\b(?P<year>20\d\d) ?q(?P<quarter>[1-4])\b", _quarter),
    _compiled(r"下个?季度?|本季度|这个季度|\bnext quarter|\bthis quarter", _relative_quarter),
    _compiled(r"(?P<next>下{1,3}个?)?(?:本|这)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?P<english>)", _week),
    _compiled(r"(?:(?P<next>下{1,3}个?)|本|这)(?:周|星期|礼拜)(?P<day>)(?P<english>)", _week),
    _compiled(r"\b(?:(?P<next>next)|this) (?:week|(?P<english>[a-z]+day))(?P<day>)\b", _week),
    _compiled(rf"(?P<number>{_CN_NUMBER}|半)\s?个?(?P<unit>天|日|周|星期|月|年)(?:之内|以内|内)", _within),
    _compiled(
        r"\b(?:within|in) (?:the next )?(?P<number>\d{1,3}|half a|a|one|two|three|four|six) "
        r"(?P<unit>days?|weeks?|months?|years?)\b",
        _within,
    ),
    _compiled(r"(?:今|明)?年(?:底|末)|(?:今)?年内|\b(?:the )?end of (?:the|this|next) year", _year_end),
    _compiled(rf"{_YEAR}(?P<part>上半年|下半年|初)?", _part_of_year),
    _compiled(
        rf"{_YEAR}?(?P<holiday>元旦节?|春节|过年|农历新年|五一|劳动节|十一(?=前|之前|以前)|国庆节?|圣诞节?)"
        r"(?:(?P<since>之?后|以后|过后|期间|回来)|之前|以前|前)?",
        _holiday,
    ),
    _compiled(
        r"\b(?:(?P<since>after)|before|by|until) (?:the )?(?P<holiday>chinese new year|spring festival|lunar new year|"
        r"new year|national day|christmas)(?P<year>)(?P<relative>)\b",
        _holiday,
    ),
    _compiled(r"今天|明天|后天|\btoday\b|\btomorrow\b", _tomorrow),
)


def _english_relative(match: re.Match[str], on: date) -> Period:
    day = _shifted(on.replace(day=1), 1 if match["which"].lower() == "next" else 0)
    month = _month_of(day.year, day.month)
    return Period(max(on, month.first), month.last)
