"""The grammar of references: from the spellings that people write to :class:`StandardRef`.

In comes a text; its first letters choose a family (international, European, Chinese, ...), whose regular expression
reads publisher, number and year; one expression reads what may follow in every family. Out goes the reference and where
it ended, so that the same reading serves a text that is one reference and references in running text.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from qilian.standards.errors import NotAReference
from qilian.standards.reference import Amendment, StandardRef

Groups: TypeAlias = dict[str, str | None]
Reading: TypeAlias = tuple[StandardRef, int] | None
Family: TypeAlias = Callable[[str, int, bool], Reading]

MAX_LENGTH = 300
"""Longest text that is tried as one reference; no canonical spelling comes near it."""

_YEAR = r"(?:19|20)\d\d"
_SPACED_YEAR = rf"| \(?(?P<year2>{_YEAR})(?![\d.])\)?"


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Compile on first use: one run meets few families, and compiling all of them would slow every start."""
    return re.compile(pattern, re.IGNORECASE)


def parse_reference(text: str) -> StandardRef:
    """Read one reference that fills the whole text.

    Raises
    ------
    NotAReference
        If the text is not a reference by grammar.
    """
    if len(text) <= MAX_LENGTH:
        plain = _clean(text)
        reading = _read(plain, 0, True)
        if reading is not None and reading[1] == len(plain):
            return reading[0]
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    raise NotAReference(
        f"{shown!r}: not the reference of a standard or an act",
        mend='write publisher, number and year, e.g. "GB/T 12642-2013", "ISO 10218-1:2025", "2006/42/EC"',
    )


def find_references(text: str) -> list[StandardRef]:
    """Find the references in running text, in their order, each once.

    Parameters
    ----------
    text
        Chinese or English prose, a scope line, a list.
    """
    return list(dict.fromkeys(ref for ref, _, _ in locate_references(_clean(text))))


def locate_references(plain: str) -> list[tuple[StandardRef, int, int]]:
    """Find the references and their places ``[start, end)`` in a text whose forms, dashes and blanks are plain."""
    starts = _expression(_starts())
    found: list[tuple[StandardRef, int, int]] = []
    position = 0
    while (start := starts.search(plain, position)) is not None:
        reading = _read(plain, start.start(), False)
        position = start.start() + 1
        if reading is not None:
            found.append((reading[0], start.start(), reading[1]))
            position = max(reading[1], position)
    return found


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－─"), "-") | dict.fromkeys(map(ord, "∕⁄／"), "/")
_LEAD = re.compile(r"\(?([A-Za-zÖ]*)")


def _clean(text: str) -> str:
    """Make full-width forms, dashes and blanks plain."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return " ".join(text.split())


def _read(text: str, start: int, strict: bool) -> Reading:
    lead = _LEAD.match(text, start)
    family = _FAMILIES.get(lead.group(1).upper(), _law) if lead is not None else _law
    return family(text, start, strict)


# -- what may follow the number and year in every family ---------------------------------------------------------------

_AMENDMENT = (
    r"(?: ?([/+]) ?(?:(PWI|NP|AWI|WD|CD|PRF) ?)?"
    r"(FDAmd|DAmd|PDAM|FDAM|DAM|FDCOR|DCOR|Amendment|Amdt?|Corrigendum|Corr?|Add|Suppl|Ext|ISH|FRAG|XG|AC|A)"
    rf"\.? ?(\d*(?:\.\d+)?)(?: ?[:-] ?({_YEAR}))?)"
)
_AMENDMENTS = re.sub(r"\((?!\?)", "(?:", _AMENDMENT) + "*"
_AMENDMENT_KINDS = {
    "amendment": "Amd", "amd": "Amd", "amdt": "Amd", "corrigendum": "Cor", "corr": "Cor", "cor": "Cor", "add": "Add",
    "suppl": "Suppl", "ext": "Ext", "damd": "DAM", "fdamd": "FDAM",
}  # fmt: skip
_CLAUSE = (
    r"(?:[ ,;]*\(?(?:(?:sub-?)?clauses?|cl\.|§§?|第) ?(?P<clause>\d{1,2}(?:\.\d+)*(?:\([0-9a-z]+\))*)(?: ?[条章节])?\)?"
    r"|[ ,;]*(?P<division>Annex|Appendix|附录|附件|Table|表|Figure|图|Articles?|Art\.|Chapter|Section|Subpart|Part)"
    r" ?(?P<of>[IVX]+\b|[A-Z]\b|\d+)(?P<under>(?:[. ]?\d+)?(?:\.\d+)*(?:\([0-9a-z]+\))*)"
    r"|[ ,;]+(?P<dotted>(?:\d+|[A-Z])(?:\.\d+)+(?:\([0-9a-z]+\))*(?![\d/:-]))"
    r"|[ ,;]+(?P<plain>\d{1,2}(?![\d./:-])))?"
)
_TAIL = (
    rf"(?P<amended>{_AMENDMENTS})(?: (?P<variant>CSV|SER|DB|(?:EXV|RLV|CMV)(?:-(?:RLV|CMV))?)\b)?"
    rf"(?P<more>{_AMENDMENTS})"
    r"(?:[ ,;]*\(?Ed(?:ition|n)?\.? ?(?P<edition>\d+(?:\.\d+)*)\)?)?(?: ?\([EFRCD](?:[/,][EFRS])*\))?"
    r"(?:/(?P<dual>(?:ISO|IEC|CISPR|EN)[ /]?[A-Z]* ?\d[^/ ]*))?" + _CLAUSE
)
_DIVISIONS = {"附录": "Annex", "附件": "Annex", "表": "Table", "图": "Figure", "art.": "Article", "articles": "Article"}
_YEAR_PART = re.compile(rf"(?:\A|-)({_YEAR})\Z")


def _finish(
    text: str, found: re.Match[str], strict: bool, publisher: str, *, kind: str = "", stage: str = "",
    adopted: StandardRef | None = None, groups: Groups | None = None,
) -> Reading:  # fmt: skip
    """Build the reference from the groups that the families share, and from what follows them."""
    group = groups or found.groupdict()
    number, year = str(group["number"]), group["year"] or group["year2"]
    part, month, iteration = group["part"], group.get("month"), group.get("iteration")
    part = part[1:].upper() if part else ""
    if part and not year and not iteration and (late := _YEAR_PART.search(part)):
        year, part = late.group(1), part[: late.start()]  # ISO 9001-2015 is written for ISO 9001:2015
    end = found.end()
    edition, clause, variant = group.get("edition0"), "", ""
    amendments: tuple[Amendment, ...] = ()
    if end < len(text):
        tail = _expression(_TAIL).match(text, end)
        if tail is not None and tail.end() > end:
            edition, variant = tail["edition"] or edition, tail["variant"] or ""
            blob = tail["amended"] + tail["more"]
            amendments = _amendments(blob, publisher) if blob else ()
            clause, end = _clause(tail, strict)
            if tail["dual"]:
                inner = _read(tail["dual"], 0, True)
                if inner is None or inner[1] != len(tail["dual"]):  # "/ISO 13938-2)": the reference ends before it
                    clause, end = "", tail.start("dual") - 1
                elif inner[0].number == number:
                    return None  # would read back as an adoption by prefix
                else:
                    adopted = inner[0]
    ref = StandardRef(
        publisher,
        number if " " in number else number.upper(),
        part,
        kind,
        stage,
        iteration[1:] if iteration else "",
        int(year) if year else None,
        int(month) if month else None,
        f"Ed.{edition.removesuffix('.0')}" if edition else "",
        "",
        amendments,
        variant.upper(),
        clause,
        adopted,
    )
    return ref, end


def _clause(found: re.Match[str], strict: bool) -> tuple[str, int]:
    """Return the clause and where it ends; in running text a bare number is none ("ISO 12100 3 times")."""
    if found["division"]:
        word = _DIVISIONS.get(found["division"].lower(), found["division"].capitalize())
        return f"{word} {found['of'].upper()}{found['under']}", found.end()
    if found["plain"] and not strict:
        return "", found.start("plain") - 1
    return found["clause"] or found["dotted"] or found["plain"] or "", found.end()


def _with_clause(text: str, end: int, strict: bool, ref: StandardRef) -> Reading:
    """Add the clause, the only thing that follows in the small families."""
    if end < len(text):
        found = _expression(_CLAUSE).match(text, end)
        if found is not None:
            clause, end = _clause(found, strict)
            ref = ref.at(clause) if clause else ref
    return ref, end


def _amendments(blob: str, publisher: str) -> tuple[Amendment, ...]:
    amendments = []
    for sign, stage, kind, number, year in _expression(_AMENDMENT).findall(blob):
        name = _AMENDMENT_KINDS.get(kind.lower(), kind.upper())
        if name == "A" and publisher.startswith(("ISO", "IEC", "CISPR")):
            name = "Amd"  # IEC 62133-2:2017+A1
        amendments.append(Amendment(name, number, int(year) if year else None, sign == "+", stage.upper()))
    return tuple(amendments)


# -- international and European: ISO, IEC, CISPR, EN and what wraps them -----------------------------------------------

_WORLD = (
    r"(?P<world>(?:ISO|IEC|CISPR|IWA)(?:[/-](?:ISO|IEC|CISPR|IEEE|ASTM|SAE|CIE|ASME|HL7|OECD|UNDP|IWA)(?![A-Z]))*)"
    r"(?:[/ -]{0,2}(?P<stage>PWI|NP|NWIP|AWI|WD|CDV|CD|FCD|FDIS|DIS|PRF|D(?=TR|TS|PAS|Guide)))?"
    r"(?:[/ -]?(?P<kind>TS|TR|PAS|SRD|ISP|Guide|DATA|TTA|CA|WT|R(?= ?\d)))?"
)
_WORLD_NUMBER = (
    r"[ -]?(?P<number>\d+[A-Z]?)(?P<part>(?:-[0-9A-Z]+)*(?:(?<=-\d)/\d(?!\d))?)(?P<iteration>\.\d+)?"
    r"(?:[ ,]*Ed\.? ?(?P<edition0>\d+(?:\.\d+)*)(?= ?:))?"
    rf"(?: ?: ?(?P<year>{_YEAR})(?:-(?P<month>0[1-9]|1[0-2])(?!\d))?{_SPACED_YEAR})?"
)
_INTERNATIONAL = _WORLD + _WORLD_NUMBER
_WRAPPERS = "BS|DIN|NF|UNE|UNI|NEN|SS|PN|CSN|SN|ÖNORM|IS|SIST|KS(?: [A-Z])?"
_EUROPEAN = (
    rf"(?:(?P<wrapper>{_WRAPPERS})[ -]?)?"
    r"(?:(?:(?P<draft>F?pr) ?)?(?P<en>EN|CLC|CEN)(?![A-Z])(?:[/ -](?P<enkind>TS|TR|CLC/T[SR]))?)?"
    rf"[ /-]?(?:{_WORLD})?{_WORLD_NUMBER}"
)
_ETSI = (
    r"(?:ETSI[ /]?(?P<kind>EN|TS|TR|ES|EG|GS|GR|SR)|EN(?= ?3\d\d ?\d{3}(?!\d))) ?"
    r"(?P<hundreds>\d{3}) ?(?P<units>\d{3})(?!\d)(?P<part>(?:-\d+)*)(?:[ ,]*\(?V ?(?P<version>\d+\.\d+\.\d+)\)?)?"
    rf"(?: ?[(:](?P<year>{_YEAR})(?:-(?P<month>0[1-9]|1[0-2]))?\)?)?"
)


_INDIAN = (  # capitals only: "is 5" is English
    r"(?P<publisher>(?-i:IS)) ?[ :-]? ?(?P<kind>(?:TS|TR)(?= \d))? ?(?P<number>\d+)"
    r"(?P<part>(?:-\d+)*)(?: ?\(? ?Part[ -]?(?P<division>\d+)(?: ?/ ?(?P<section>Sec(?:tion)?\.?[ -]?\d+))? ?\)?)?"
    rf"(?: ?[:-] ?(?P<year>{_YEAR})(?![\d.]){_SPACED_YEAR})?"
)


def _indian(text: str, start: int, strict: bool) -> Reading:
    """Bureau of Indian Standards: ``IS 302-2-8:1994``, ``IS 302 (Part 2/Sec 8) : 1994``, ``IS/IEC 62368-1:2018``."""
    reading = _european(text, start, strict)  # IS EN 60335-1
    found = None if reading else _expression(_INDIAN).match(text, start)
    if found is None:
        return reading
    group = found.groupdict()
    if group["division"]:
        section = re.sub(r"\D", "", group["section"] or "")
        group["part"] = f"{group['part']}-{group['division']}" + (f"-{section}" if section else "")
    return _finish(text, found, strict, found["publisher"].upper(), kind=(group["kind"] or "").upper(), groups=group)


def _international(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_INTERNATIONAL).match(text, start)
    if found is None:
        return None
    stage = (found["stage"] or "").upper()
    return _finish(text, found, strict, _world(found), kind=_kind(found["kind"]), stage=stage)


def _european(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_EUROPEAN).match(text, start)
    if found is None:
        return _etsi(text, start, strict)
    wrapper, en, world = found["wrapper"], found["en"], found["world"]
    if en and not wrapper and not world and (reading := _etsi(text, start, strict)) is not None:
        return reading  # EN 301 489-1 is of ETSI
    if not en and not (wrapper and (world or wrapper.upper() in ("BS", "DIN"))):
        return None
    stage = {"PR": "pr", "FPR": "Fpr"}.get((found["draft"] or "").upper(), "")
    kind = (found["enkind"] or "").upper()
    number, part = found["number"].upper(), found["part"][1:].upper()
    if not found["year"]:
        part = _YEAR_PART.sub("", f"-{part}")[1:]
    inner = None
    if world:
        inner = StandardRef(_world(found), number, part, _kind(found["kind"]), (found["stage"] or "").upper())
    if en and wrapper:
        inner = StandardRef(en.upper(), number, part, kind, stage, adopted=inner)
        stage = kind = ""
    return _finish(text, found, strict, (wrapper or en).upper(), kind=kind, stage=stage, adopted=inner)


def _world(found: re.Match[str]) -> str:
    return found["world"].upper().replace("-", "/")


def _kind(text: str | None) -> str:
    return "" if not text else "Guide" if text.upper() == "GUIDE" else text.upper()


def _etsi(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_ETSI).match(text, start)
    if found is None:
        return None
    ref = StandardRef(
        "ETSI",
        f"{found['hundreds']} {found['units']}",
        found["part"][1:],
        (found["kind"] or "EN").upper(),
        year=int(found["year"]) if found["year"] else None,
        month=int(found["month"]) if found["month"] else None,
        version=f"V{found['version']}" if found["version"] else "",
    )
    return _with_clause(text, found.end(), strict, ref)


# -- Chinese: national, industry, local, group, enterprise, metrology --------------------------------------------------

_INDUSTRIES = (
    "AQ BB CB CH CJ CY DA DL DY DZ EJ FZ GA GC GH GM GY HB HG HJ HS HY JB JC JG JR JT JY LB LD LS LY MH MT MZ NB NY "
    "QB QC QJ QX RB SB SC SF SH SJ SL SN SW SY TB TD TY WB WH WJ WM WS WW XB YB YC YD YS YY YZ ZY"
)
_CHINESE = (
    r"(?:(?P<group>[TQ]) ?/ ?(?P<body>\d*[A-Z]+)[ -]?(?P<letters>[A-Z]*)(?= ?\d)"
    r"|(?P<local>DB ?\d{2,4})(?: ?/? ?(?P<localt>[TZ]))?"
    r"|(?P<code>GB[JZ](?=[ /\d])|GJB|JJF|JJG|TSG|(?!DB)[A-Z]{2})"
    r"(?: ?[/-] ?(?P<t>ZQ|[A-Z])(?= ?\d)|(?<!TSG) ?(?P<tight>T)(?= ?\d))?"
    r"(?: ?\((?P<province>[一-鿿]{1,4})\))?)"
    r" ?(?P<number>[A-Z]?\d+)(?P<part>(?:\.\d+[A-Z]?)*(?:-\d{1,3}(?=-(?:19|20)\d\d))?)"
    rf"(?: ?[-:] ?(?P<year>{_YEAR})(?:-(?P<month>0[1-9]|1[0-2])(?!\d))?{_SPACED_YEAR}|-(?P<short>[5-9]\d)(?!\d))?"
)


def _chinese(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_CHINESE).match(text, start)
    if found is None:
        return None
    group = found.groupdict()
    if group["short"]:
        group["year"] = f"19{group['short']}"  # two digits were written until 1995
    if group["group"]:
        publisher = f"{group['group']}/{group['body']}"
        group["number"] = f"{group['letters']}{group['number']}"
    else:
        letter = group["localt"] or group["t"] or group["tight"]
        publisher = (group["local"] or group["code"]).replace(" ", "") + (f"/{letter}" if letter else "")
    publisher = publisher.upper()
    if group["province"]:
        publisher += f"({group['province']})"
    return _finish(text, found, strict, publisher, groups=group)


# -- American, Japanese and others -------------------------------------------------------------------------------------

_AMERICAN = (
    r"(?P<publisher>ANSI(?:/[A-Z0-9]+)*|(?:CAN/)?CSA|CAN/ULC?|ULC?(?:/[A-Z]+)*|NFPA|RIA|ASTM|SAE|NEMA|ASME|ISTA|AS/NZS|AS"
    r"|VDI|SEMI|IEEE(?:/[A-Z]+)*)(?![A-Z])[ -]?(?:(?P<kind>TR|TS|Std)\.? )?(?P<stage>P(?=\d))?"
    r"(?P<number>(?:(?!(?:TS|TR|STD) |P ?\d)[A-Z]{1,3} ?)?\d+[A-Z]?(?:\.\d+[A-Z]?)*(?: No\.? ?\d+(?:\.\d+)*)?)"
    r"(?P<part>(?:-\d+(?:\.\d+)*)*)"
    rf"(?: ?: ?(?P<year>{_YEAR}){_SPACED_YEAR}|:(?P<short>\d\d)(?!\d))?"
)
_JAPANESE = (
    r"(?P<publisher>JIS|KS)(?: (?P<kind>TS|TR))? ?(?P<letter>[A-Z]) ?(?P<number>\d+)(?P<part>(?:-\d+)*)"
    rf"(?: ?: ?(?P<year>{_YEAR}){_SPACED_YEAR})?"
)
_CODED = (
    rf"(?P<publisher>CNAS|CNCA)-(?P<number>[A-Z]+\d+)(?P<part>(?:-[A-Z]?\d+)*)(?: ?: ?(?P<year>{_YEAR}){_SPACED_YEAR})?"
)
_MILITARY = r"MIL-(?P<kind>STD|HDBK|PRF|DTL|SPEC)-(?P<number>\d+)(?P<edition>[A-Z]?)(?![A-Z0-9])"
_SHORT_YEAR = re.compile(r"-(\d\d)\Z")


def _american(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_AMERICAN).match(text, start)
    if found is None:
        return None
    group = found.groupdict()
    publisher = found["publisher"].upper()
    if publisher in ("CSA", "CAN/CSA", "ASTM") and " " not in found["number"] and not found["year"]:
        short = _SHORT_YEAR.search(found["part"])
        if short:  # CSA Z434-14, ASTM F3218-19
            group["short"], group["part"] = short.group(1), found["part"][:-3]
    if group["short"]:
        group["year"] = ("19" if group["short"] >= "50" else "20") + group["short"]
    kind = (found["kind"] or "").upper().replace("STD", "")
    group["number"] = re.sub(" NO[.]? ?", " No. ", found["number"].upper())  # CSA C22.2 No. 61010-1
    return _finish(text, found, strict, publisher, kind=kind, stage=(found["stage"] or "").upper(), groups=group)


def _japanese(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_JAPANESE).match(text, start)
    if found is None:
        return _european(text, start, strict)  # KS C IEC 61000-4-2
    group = found.groupdict()
    group["number"] = f"{found['letter'].upper()} {found['number']}"
    kind = (found["kind"] or "").upper()
    return _finish(text, found, strict, found["publisher"].upper(), kind=kind, groups=group)


def _coded(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_CODED).match(text, start)
    return _finish(text, found, strict, found["publisher"].upper()) if found else None


def _military(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_MILITARY).match(text, start)
    if found is None:
        return None
    ref = StandardRef("MIL", found["number"], kind=found["kind"].upper(), edition=found["edition"].upper())
    return _with_clause(text, found.end(), strict, ref)


# -- law: the EU and the Code of Federal Regulations -------------------------------------------------------------------

_ACT = (
    r"(?:(?:Commission |Council )?(?P<kind>(?:(?:Implementing|Delegated) )?(?:Regulation|Decision|Directive)) ?)?"
    r"(?:\((?P<union>EU|EC|EEC)(?:, ?Euratom)?\) ?(?:No\.? ?)?(?P<number>\d{1,4}/\d{1,4})(?!\d)"
    r"|(?:No\.? ?)?(?P<number2>\d{1,4}/\d{1,4})/(?P<union2>EU|EC|EEC)(?![A-Z]))"
)
_FEDERAL = r"(?P<title>\d{1,2}) ?C\.?F\.?R\.? ?(?:(?P<whole>Part) ?(?P<part>\d+)|§{0,2} ?(?P<section>\d+(?:\.\d+)*))"


def _law(text: str, start: int, strict: bool) -> Reading:
    found = _expression(_FEDERAL).match(text, start)
    if found is not None:
        part = found["part"] or found["section"]
        ref = StandardRef("CFR", found["title"], part, "Part" if found["whole"] else "")
        return _with_clause(text, found.end(), strict, ref)
    found = _expression(_ACT).match(text, start)
    if found is None:
        return None
    kind = (found["kind"] or "").title()
    if found["number2"] and not kind:
        kind = "Directive"
    union = (found["union"] or found["union2"]).upper()
    ref = StandardRef(union, found["number"] or found["number2"], kind=kind)
    return _with_clause(text, found.end(), strict, ref)


# -- the families by their first letters -------------------------------------------------------------------------------


def _families() -> dict[str, Family]:
    chinese = f"GB GBT GBZ GBJ GJB JJF JJG TSG DB T Q {_INDUSTRIES} {_INDUSTRIES.replace(' ', 'T ')}T"
    words: tuple[tuple[str, Family], ...] = (
        (chinese, _chinese),
        ("ISO IEC CISPR IWA ISOTS ISOTR IECTS IECTR", _international),
        ("EN PREN FPREN PR FPR CLC CEN BS DIN NF UNE UNI NEN SS PN CSN SN ÖNORM SIST BSEN DINEN", _european),
        ("IS", _indian),
        ("ETSI", _etsi),
        ("ANSI CSA CAN UL ULC NFPA RIA ASTM SAE NEMA ASME ISTA AS VDI SEMI IEEE", _american),
        ("JIS KS", _japanese),
        ("CNAS CNCA", _coded),
        ("MIL", _military),
        ("REGULATION IMPLEMENTING DELEGATED DECISION DIRECTIVE COMMISSION COUNCIL", _law),
    )
    families: dict[str, Family] = {}
    for names, family in words:
        families.update(dict.fromkeys(names.split(), family))
    return families


_FAMILIES = _families()


def _starts() -> str:
    """Where a reference can start in running text."""
    leads = "|".join(sorted(_FAMILIES, key=len, reverse=True))
    return rf"(?<![A-Za-z0-9/])(?:(?:{leads})(?![a-z])|\(E[UC]\) ?(?:No\.? ?)?\d|\d{{2,4}}/\d+/E|\d{{1,2}} ?CFR)"
