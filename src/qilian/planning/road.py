"""The one road through the rooms: from a product, its markets and a date to a verified path through laboratories."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from qilian.compliance import MergedTests, assess, coming_changes, merge_tests, rank_questions
from qilian.evidence import Applied, Policy, Register, Report, apply_evidence, identity_of, market_table
from qilian.laboratories import City, Matches, Network, WorkingCalendar, match
from qilian.laboratories.national import match_nationally
from qilian.laboratories.scopes import Matcher, ScopeMatches
from qilian.planning.errors import PlanningError
from qilian.planning.journey import HORIZON_HOURS, ROUTING_OBJECTIVE, Journey, Progress, lay_out, travel
from qilian.planning.model import CompliancePlan, Held, Itinerary, Pack, Saving
from qilian.planning.recognition import notices as notices_of_recognition
from qilian.planning.recognition import recognised
from qilian.product import Product
from qilian.routing import Infeasible, NoPlanFound
from qilian.text import Text

OBJECTIVES = tuple(ROUTING_OBJECTIVE)
"""What an itinerary can be made for: ``time``, ``cost``, ``distance``."""


def make_plan(
    product: Product,
    pack: Pack,
    markets: Sequence[str],
    on: date,
    *,
    home: str | None = None,
    objective: str = "time",
    network: Network | None = None,
    scopes: Matcher | None = None,
    evidence: Sequence[Report] = (),
    sample_units: int = 2,
    limit_seconds: float = 0.6,
    seed: int = 0,
    report: Progress | None = None,
) -> CompliancePlan:
    """Walk the road once.

    A product sold in ``markets`` on a date incurs obligations; obligations call for tests; the tests are matched to
    laboratories; a route takes the samples through them.

    Parameters
    ----------
    product, pack
        What is made, and what is known of its chain.
    on
        The date that rules and editions are judged by; the samples are ready on the same day.
    home
        The city where the sample units are; without one, the city with the most laboratories.
    objective
        What the first itinerary is made for; the other two become the alternatives.
    scopes
        National scopes, to say of each test how many laboratories hold it beyond the network.
    evidence
        Reports already held; a test that every market accepts a report for falls away.
    sample_units
        Whole units of the product.
    limit_seconds
        Wall time of the search for each of the three itineraries.
    report
        Called with the objective and each better plan or bound that its search finds.

    Raises
    ------
    QilianError
        For an unknown market, city or objective.
    """
    if objective not in OBJECTIVES:
        raise PlanningError(f"{objective}: not an objective", mend=f"one of {', '.join(OBJECTIVES)}")
    network = network or pack.network
    catalogue = pack.catalogue
    values = product.values
    city, notices = _home(home, network)

    assessment = assess(values, pack.rules, pack.implications, pack.vocabulary, markets, on)
    tests = merge_tests(assessment, pack.tests, catalogue, on)
    matches, unrecognised = _match_all(tests, assessment.values, pack, network, markets, on)
    start = datetime.combine(on, time())
    itineraries: dict[str, Itinerary] = {}
    applied = _apply(evidence, tests, pack, product, network, markets, on)
    remaining = applied.remaining if applied else tests.demands
    unplaced = remaining
    without: Itinerary | None = None
    journey: Journey | None = None
    if city:
        journey = lay_out(remaining, matches, pack.orders, network.geography, city, start, sample_units)
        try:
            itineraries, unplaced = travel(journey, limit_seconds, seed, report), journey.unplaced
            if applied and applied.answered:
                whole = lay_out(tests.demands, matches, pack.orders, network.geography, city, start, sample_units)
                without = travel(whole, limit_seconds, seed, report).get(objective)
        except (Infeasible, NoPlanFound) as failure:
            notices.append(Text(f"没有排出行程：{failure}", f"No itinerary was found: {failure}"))

    return CompliancePlan(
        product=product,
        pack=pack,
        on=on,
        markets=tuple(markets),
        catalogue=catalogue,
        network=network,
        home=city,
        assessment=assessment,
        questions=rank_questions(assessment),
        coming_changes=coming_changes(assessment, catalogue, on),
        tests=tests,
        matches=matches,
        unplaced=unplaced,
        evidence=Held(applied, market_table(applied, markets), without) if applied else None,
        saving=_saving(tests, matches),
        itinerary=itineraries.get(objective),
        alternatives=tuple(found for each, found in itineraries.items() if each != objective),
        notices=(
            *notices,
            *(applied.notices if applied else ()),
            *unrecognised,
            *_past(on, pack),
            *_assumptions(network, start, bool(itineraries)),
            *(_about_scopes(scopes) if scopes else ()),
        ),
        journey=journey,
        national=_match_nationally(tests, assessment.values, pack, scopes, on) if scopes else None,
    )


def _home(home: str | None, network: Network) -> tuple[City | None, list[Text]]:
    if home is not None:
        return network.geography.find(home), []
    cities = [laboratory.city for laboratory in network.laboratories]
    if not cities:
        return None, [Text("实验室网络为空，无法排程。", "The network has no laboratory, so there is no itinerary.")]
    busiest = network.geography.find(max(sorted(set(cities)), key=cities.count))
    return busiest, [
        Text(
            f"未给出样品所在城市（--home），按实验室最多的城市{busiest.name.zh}计算。",
            f"No home city was given (--home); {busiest.name.en} was taken, the city with the most laboratories.",
        )
    ]


def _apply(
    evidence: Sequence[Report],
    tests: MergedTests,
    pack: Pack,
    product: Product,
    network: Network,
    markets: Sequence[str],
    on: date,
) -> Applied | None:
    if not evidence:
        return None
    return apply_evidence(
        evidence,
        tests.demands,
        pack.policies,
        on,
        catalogue=pack.catalogue,
        product=identity_of(product),
        rules={rule.id: rule for rule in pack.rules},
        markets=markets,
        register=Register.of(network),
    )


def _match_all(
    tests: MergedTests,
    values: Mapping[str, object],
    pack: Pack,
    network: Network,
    markets: Sequence[str],
    on: date,
) -> tuple[dict[str, Matches], list[Text]]:
    """Match each test to the laboratories whose report counts where it is asked for; say where there is none."""
    rules = {rule.id: rule for rule in pack.rules}
    found: dict[str, Matches] = {}
    without: dict[str, Sequence[Policy]] = {}
    for demand in tests.demands:
        able = match(
            demand.item, demand.references, values, network, on, catalogue=pack.catalogue, requires=demand.requires
        )
        counted = recognised(demand, able, pack.policies, rules, markets, on)
        found[demand.item.id], without[demand.item.id] = counted.matches, counted.without
    return found, notices_of_recognition(without, {each.item.id: each.item.name for each in tests.demands})


def _match_nationally(
    tests: MergedTests, values: Mapping[str, object], pack: Pack, scopes: Matcher, on: date
) -> dict[str, ScopeMatches]:
    found = {
        demand.item.id: match_nationally(
            demand.item, demand.references, values, pack.vocabulary, scopes, on, requires=demand.requires
        )
        for demand in tests.demands
    }
    return {test: matches for test, matches in found.items() if matches}


def _about_scopes(scopes: Matcher) -> list[Text]:
    lines, laboratories = scopes.store.line_count, scopes.store.laboratory_count
    notices = [
        Text(
            f"全国家数按已导入的能力范围表（{laboratories:,} 家实验室，{lines:,} 行）判定；"
            "行程只使用本网络可预约的台位。",
            f"Nationwide counts are judged by the imported scope tables ({laboratories:,} laboratories, {lines:,} "
            "lines); the itinerary uses only what the network can book.",
        )
    ]
    if not scopes.store.knows_accreditations:
        notices.append(
            Text(
                "能力范围表未给出认可有效期，全国家数未核对认可是否有效。",
                "The scope tables give no accreditation dates, so nationwide counts are not checked for them.",
            )
        )
    return notices


def _saving(tests: MergedTests, matches: Mapping[str, Matches]) -> Saving:
    """Every time that a test is not done again would have cost at least its cheapest and quickest laboratory again."""
    hours = 0
    price = 0.0
    for demand in tests.demands:
        lines = [capable.line for capable in matches[demand.item.id].capable]
        again = demand.asked - 1
        if lines and again:
            hours += again * min(line.hours for line in lines)
            price += again * min(line.price for line in lines)
    return Saving(tests.asked, len(tests.demands), hours, price)


def _past(on: date, pack: Pack) -> list[Text]:
    """Rules without a recorded start hold for any earlier date: a reader of a plan for the past must know."""
    if on >= pack.compiled:
        return []
    return [
        Text(
            f"判定日期早于内容包的编制日期（{pack.compiled}）；未收录起始日期的规则在当时可能尚未实施。",
            f"The date lies before the pack was compiled ({pack.compiled}); "
            "rules without a recorded start may not have been in force yet.",
        )
    ]


def _assumptions(network: Network, start: datetime, routed: bool) -> list[Text]:
    notices = [network.notice] if network.notice else []
    if routed:
        if network.geography.transfer.notice:
            notices.append(network.geography.transfer.notice)
        calendar_notice = WorkingCalendar.notice(start, HORIZON_HOURS)
        if calendar_notice:
            notices.append(calendar_notice)
    return notices
