"""Tells people what an import changed about the standards and committees that they follow, and what it means."""

from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode

from qilian.planning import Pack
from qilian.portal.accounts.models import User
from qilian.portal.library.citing import citing
from qilian.portal.library.comparing import Move, moves
from qilian.portal.library.rows import base_of
from qilian.portal.notices.following import follow, followers
from qilian.portal.notices.models import Follow, Kind
from qilian.portal.notices.telling import tell
from qilian.standards import StandardRef
from qilian.text import Text


def follow_key(ref: StandardRef) -> str:
    """Return the key that followers of a document are kept by: without edition."""
    return base_of(ref)


def follow_standard(user: User, ref: StandardRef) -> Follow:
    """Let a person follow a document, whatever edition."""
    return follow(user, Kind.STANDARD, follow_key(ref), label=str(ref.undated), url=_address(ref.undated))


def tell_followers(after_import: int, until_import: int | None, pack: Pack) -> int:
    """Tell everybody whom the imports in between concern; return how many were told something.

    Parameters
    ----------
    after_import, until_import
        As of :func:`~qilian.portal.library.comparing.moves`.
    pack
        The content whose rules and tests may cite what changed.
    """
    by_base: dict[str, list[Move]] = defaultdict(list)
    for move in moves(after_import, until_import):
        by_base[base_of(move.reference)].append(move)
    told: set[User] = set()
    for base, found in by_base.items():
        told |= _tell(followers(Kind.STANDARD, [base]), found, pack)
    return len(told)


def _tell(people: Iterable[User], found: list[Move], pack: Pack) -> set[User]:
    people = set(people)
    if people:
        newest = max(found, key=lambda move: (move.reference.year or 0, move.reference.is_dated))
        tell(people, news(newest.reference, found, pack), _address(newest.reference))
    return people


def news(ref: StandardRef, found: list[Move], pack: Pack) -> Text:
    """Return what changed about a document and what it means, in both languages.

    Parameters
    ----------
    ref
        The edition to name first.
    found
        What changed about the document.
    """
    what_zh = ";".join(dict.fromkeys(f"{move.reference} {move.what.zh}" for move in found))
    what_en = "; ".join(dict.fromkeys(f"{move.reference} {move.what.en}" for move in found))
    cited = citing(ref, pack)
    if not cited:
        meaning = Text("内容包中没有引用它的规则或检测。", "No rule or test of the content pack cites it.")
    else:
        meaning = Text(
            f"内容包中有 {len(cited.rules)} 条规则、{len(cited.tests)} 项检测引用它："
            "请重新生成相关产品的方案，并核对已有报告的标准版本。",
            f"{len(cited.rules)} rules and {len(cited.tests)} tests of the content pack cite it: "
            "make the plans of your products anew, and check the edition that your reports name.",
        )
    return Text(
        f"您关注的标准有变化：{what_zh}\n{meaning.zh}", f"A standard that you follow changed: {what_en}\n{meaning.en}"
    )


def _address(ref: StandardRef) -> str:
    return f"{reverse('library:standard')}?{urlencode({'reference': str(ref)})}"
