"""Of the laboratories that can do a test, those whose report every programme of the plan's markets takes.

In come the test, what the network can do for it and the acceptance policies; out go the same matches, in which a
laboratory whose accreditation a programme does not recognise has become a near miss. Where no laboratory satisfies all
programmes those stay that satisfy most, and the programmes that are left without one are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qilian.compliance import Rule, TestDemand
from qilian.evidence import Policy, asks_for_recognition, policies_for, recognised_as
from qilian.laboratories import Capable, Laboratory, Matches, NearMiss
from qilian.text import Text

LIMIT = "recognition"
"""What a near miss of this kind names as its limit."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The laboratories whose reports count.

    Attributes
    ----------
    matches
        Without the others.
    without
        Programmes that recognise none of the laboratories that are left.
    """

    matches: Matches
    without: tuple[Policy, ...]


def recognised(
    demand: TestDemand,
    matches: Matches,
    policies: Sequence[Policy],
    rules: Mapping[str, Rule],
    markets: Sequence[str],
    on: date,
) -> Recognised:
    """Keep the laboratories that most of the programmes recognise which have to accept the report.

    Parameters
    ----------
    rules
        By id: they say for which market the test is asked.
    on
        The day on which an accreditation has to be valid.
    """
    asked = tuple(
        policy
        for policy in policies_for(demand.serves, rules, policies, markets).values()
        if policy is not None and asks_for_recognition(policy)
    )
    if not asked or not matches.capable:
        return Recognised(matches, ())
    takers = {each.id: _takers(each, asked, on) for each in matches.laboratories}
    most = max(map(len, takers.values()))
    kept = tuple(each for each in matches.capable if len(takers[each.laboratory.id]) == most)
    fallen = {each.laboratory.id: each for each in matches.capable if len(takers[each.laboratory.id]) < most}
    misses = tuple(_miss(each, asked, takers[each.laboratory.id], on) for each in fallen.values())
    served = {policy.id for each in kept for policy in takers[each.laboratory.id]}
    without = tuple({each.id: each for each in asked if each.id not in served}.values())
    return Recognised(replace(matches, capable=kept, near_misses=(*matches.near_misses, *misses)), without)


def notices(without: Mapping[str, Sequence[Policy]], names: Mapping[str, Text]) -> list[Text]:
    """Say for each programme for which tests no laboratory of the network is recognised.

    Parameters
    ----------
    without
        By test id, as :class:`Recognised` gives it.
    names
        Names of the tests by id.
    """
    by_programme: dict[str, tuple[Policy, list[str]]] = {}
    for test, policies in without.items():
        for policy in policies:
            by_programme.setdefault(policy.id, (policy, []))[1].append(test)
    found = []
    for policy, tests in by_programme.values():
        asked = ", ".join(policy.recognised)
        first = names[tests[0]]
        zh = f"{first.zh}等 {len(tests)} 项检测" if len(tests) > 1 else first.zh
        en = f"{first.en} and {len(tests) - 1} other tests" if len(tests) > 1 else first.en
        found.append(
            Text(
                f"{policy.programme.zh}认可 {asked} 的实验室，本网络中没有能做{zh}的："
                "其报告可能不被采信或只被部分采信。",
                f"{policy.programme.en} recognises laboratories with {asked}; this network has none for {en}: their "
                "reports may not be accepted there, or only in part.",
            )
        )
    return found


def _takers(laboratory: Laboratory, asked: Sequence[Policy], on: date) -> tuple[Policy, ...]:
    """Return the programmes that recognise the laboratory, each once."""
    held = [each.scheme for each in laboratory.accreditations if each.covers(on, on)]
    return tuple({each.id: each for each in asked if recognised_as(held, each)}.values())


def _miss(capable: Capable, asked: Sequence[Policy], takers: Sequence[Policy], on: date) -> NearMiss:
    takes = {each.id for each in takers}
    refusing = {each.id: each for each in asked if each.id not in takes}.values()
    needed = ", ".join(dict.fromkeys(name for each in refusing for name in each.recognised))
    held = ", ".join(each.scheme for each in capable.laboratory.accreditations if each.covers(on, on))
    return NearMiss(
        capable.laboratory,
        capable.line,
        LIMIT,
        needed,
        held,
        Text(
            f"持 {held}，报告不被{'、'.join(each.programme.zh for each in refusing)}完全采信（认可 {needed}）",
            f"holds {held}, whose reports are not fully accepted by "
            f"{'; '.join(each.programme.en for each in refusing)} (which recognises {needed})",
        ),
    )
