"""Administrative divisions of China by their six-digit codes (GB/T 2260): names, levels, what lies in what.

The Chinese names come with python-stdnum; ``divisions.csv`` has the English ones of the provinces and of all of
Zhejiang, and the divisions that are newer than its table.
"""

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Literal

from stdnum import numdb

from qilian.text import Text

Level = Literal["country", "province", "city", "district"]
COUNTRY = "000000"
MUNICIPALITIES = ("11", "12", "31", "50")
"""First digits of the cities that rank with provinces: Beijing, Tianjin, Shanghai, Chongqing."""
_CODE = re.compile(r"\d{6}", re.ASCII)
_YEARS = re.compile(r"\[(?P<first>\d{4})?-(?P<last>\d{4})?\](?P<name>[^\[]+)")


def level(code: str) -> Level:
    """Return which level a division is of: ``330000`` a province, ``330200`` a city, ``330203`` a district."""
    if code == COUNTRY:
        return "country"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "district"


def prefix(code: str) -> str:
    """Return the digits that all divisions in a division begin with."""
    return code[: {"country": 0, "province": 2, "city": 4, "district": 6}[level(code)]]


def lies_in(code: str, region: str) -> bool:
    """Return whether a division is a region or lies in it."""
    return code.startswith(prefix(region))


def around(code: str) -> tuple[str, ...]:
    """Return a division and all that it lies in, the widest first: what is meant for any of these is meant for it."""
    return tuple(dict.fromkeys((COUNTRY, f"{code[:2]}0000", f"{code[:4]}00", code)))


@cache
def name(code: str) -> str:
    """Return a division's name of today, ``""`` for a code that none has."""
    if code in _ours() and (newer := _ours()[code].zh):
        return newer
    if not _CODE.fullmatch(code):
        return ""
    found = {key: value for _, facts in numdb.get("cn/loc").info(code) for key, value in facts.items()}
    said = str(found.get("county", ""))
    dated = [match["name"] for match in _YEARS.finditer(said) if not match["last"]]
    return dated[-1] if dated else ("" if _YEARS.search(said) else said)


def full_name(code: str) -> str:
    """Return the names from the province down: ``浙江省 宁波市 海曙区``."""
    steps = [code[:2] + "0000", code[:4] + "00", code]
    return " ".join(dict.fromkeys(part for step in steps if (part := name(step)) and part != "市辖区"))


def title(code: str) -> Text:
    """Return a division's name in both languages; in Chinese letters where no English name is known."""
    said = name(code)
    return Text(said, (_ours()[code].en if code in _ours() else "") or said)


def full_title(code: str) -> Text:
    """Return the names from the province down in both languages: ``Haishu, Ningbo, Zhejiang`` in English."""
    zh = full_name(code)
    steps = [code, code[:4] + "00", code[:2] + "0000"]
    return Text(zh, ", ".join(dict.fromkeys(title(each).en for each in steps if name(each) not in ("", "市辖区"))))


@cache
def _ours() -> dict[str, Text]:
    """Return what ``divisions.csv`` says: names by code, the Chinese one only of those that python-stdnum lacks."""
    lines = (files("qilian.portal.accounts") / "divisions.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: Text(row["zh"], row["en"]) for row in csv.DictReader(lines)}


@cache
def _all() -> tuple[str, ...]:
    """Return the codes of all divisions that exist today, in order."""
    table = numdb.get("cn/loc")
    codes = (
        low + rest
        for _, low, _, _, children in table.prefixes
        for _, first, last, _, _ in children
        for rest in (f"{number:04d}" for number in range(int(first), int(last) + 1))
    )
    whole = {*codes, *_ours()} - {COUNTRY}
    return tuple(sorted(code for code in whole if name(code) not in ("", "市辖区", "县")))


@cache
def provinces() -> tuple[str, ...]:
    """Return the codes of the provinces and what ranks with them."""
    return tuple(code for code in _all() if level(code) == "province")


@cache
def cities(province: str) -> tuple[str, ...]:
    """Return the codes of a province's cities; none for a municipality, whose districts come right below it."""
    if level(province) != "province" or province[:2] in MUNICIPALITIES:
        return ()
    return tuple(code for code in _all() if level(code) == "city" and code != province and lies_in(code, province))


@cache
def districts(region: str) -> tuple[str, ...]:
    """Return the codes of the districts and counties of a city, or of a municipality."""
    return tuple(code for code in _all() if level(code) == "district" and lies_in(code, region))
