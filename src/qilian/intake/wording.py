"""A finding in one line for people: what was read, and the words that it came from."""

from qilian.intake.model import Demand, Finding, Period, Stance
from qilian.planning import Pack
from qilian.planning.words import value_text
from qilian.text import Language, Text

_KINDS = {
    "parameter": Text("参数", "parameter"),
    "test": Text("检测", "test"),
    "standard": Text("标准", "standard"),
    "market": Text("市场", "market"),
    "date": Text("日期", "date"),
}
STANCES = {
    Stance.WANTED: Text("", ""),
    Stance.REFUSED: Text("不要", "not wanted"),
    Stance.HELD: Text("已做过", "done already"),
}
_UNSURE = Text("请核对", "please check")


def said(finding: Finding, pack: Pack, language: Language) -> str:
    """Return what was read: ``Rated payload: 10 kg``, ``EMC``, ``2026-12-01 – 2026-12-31``."""
    name = finding.name.say(language)
    if finding.kind == "parameter":
        value = value_text(pack.vocabulary[finding.id], finding.value, language)
        return f"{name}: {value}"
    if isinstance(finding.value, Period):
        return f"{finding.value.first} – {finding.value.last}"
    return name


def finding_words(demand: Demand, finding: Finding, pack: Pack, language: Language) -> str:
    """Return one line: kind, what was read, stance, the words that it came from."""
    notes = [STANCES[finding.stance].say(language), "" if finding.sure else _UNSURE.say(language)]
    noted = ", ".join(note for note in notes if note)
    line = f"{_KINDS[finding.kind].say(language)}  {said(finding, pack, language)}"
    return f"{line}{f' ({noted})' if noted else ''}  ← {demand.words(finding)}"
