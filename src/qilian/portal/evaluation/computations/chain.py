"""Computed from the quality map: what laboratories in reach can test of it, and which of its points firms tested."""

from datetime import date, timedelta

from qilian.chain import Chain, Where, coverage
from qilian.laboratories import City
from qilian.portal.accounts import regions
from qilian.portal.booking.models import Appointment
from qilian.portal.chain import reading
from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation, share
from qilian.text import Text

REACH_KM = 200.0
RECENT = timedelta(days=365)
"""How old a test of a control point may be: our assumption, since the map sets no terms."""

_NO_CHAIN = Text("资源包没有质量图谱", "the content pack has no quality map")


@computation("chain.coverage")
def reachable_share(scope: Scope) -> Found:
    """Control points of which a laboratory within 200 km can do all tests, in percent; of several cities, the mean."""
    if not scope.is_now:
        raise CannotTell(Text("只能按当前状态计算，请选当前周期", "only known as of today: choose the present period"))
    known, on = _chain(), scope.last_day
    cities = _cities(scope.subject.region, on)
    if not cities:
        raise CannotTell(Text("图谱的地理数据没有该区划的城市", "the map's geography has no city of this division"))
    found = {city.region: _tested_near(known, city, on) for city in cities}
    points = len(known.points)
    counts = {region: sum(by_node.values()) for region, by_node in found.items()}
    said = Text(
        f"{on.isoformat()}：{points} 个控制点中，{REACH_KM:g} 公里内的实验室能做全部检测的占比",
        f"{on.isoformat()}: of {points} control points, those that laboratories within {REACH_KM:g} km can test whole",
    )
    if len(cities) == 1:
        (by_node,) = found.values()
        records = [
            Record("node", node.id, f"{by_node[node.id]}/{of}")
            for node in known.nodes
            if (of := len(known.points_of(node.id)))
        ]
        return Found(share(counts[cities[0].region], points), tuple(records), said)
    records = [Record("region", region, f"{count}/{points}") for region, count in sorted(counts.items())]
    words = Text(f"{said.zh}，{len(cities)} 个城市的平均", f"{said.en}; the mean of {len(cities)} cities")
    return Found(share(sum(counts.values()), points * len(cities)), tuple(records), words)


@computation("chain.points_tested")
def points_tested(scope: Scope) -> Found:
    """Control points of what a firm is known to make whose tests all were reported in the last year, in percent."""
    known = _chain()
    makes: dict[str, set[str]] = {}
    for maker in known.makers:
        for name in {maker.name.zh, maker.name.en}:
            makes.setdefault(name, set()).add(maker.node)
    firms = {firm.pk: makes[firm.name] for firm in scope.firms.filter(name__in=makes)}
    if not firms:
        raise CannotTell(
            Text("质量图谱的制造商中没有该对象的企业", "no firm of this subject is among the makers that the map knows")
        )
    reported: dict[int, set[str]] = {firm: set() for firm in firms}
    rows = Appointment.objects.filter(
        path__organisation__in=firms, report__issued__gte=scope.ends - RECENT, report__issued__lt=scope.ends
    )
    for firm, test in rows.order_by().values_list("path__organisation_id", "test"):
        reported[firm].add(test)
    done, asked, records = 0, 0, []
    for firm, nodes in sorted(firms.items()):
        points = [point for node in nodes for point in known.points_of(node) if point.tests]
        whole = sum(reported[firm].issuperset(point.tests) for point in points)
        done, asked = done + whole, asked + len(points)
        records.append(Record("firm", firm, f"{whole}/{len(points)}"))
    if not asked:
        raise CannotTell(Text("这些环节的控制点都没有可做的检测", "no control point of these parts has a test"))
    return Found(
        share(done, asked),
        tuple(records),
        Text(
            f"已知由其制造的环节有 {asked} 个可检控制点，{done} 个的检测在截至期末的 12 个月内全部有报告"
            "（图谱未定检测周期，按一年计）",
            f"Of {asked} control points with tests on the parts that it is known to make, {done} have all of them "
            "reported in the 12 months to the period's end (the map sets no terms; a year is assumed)",
        ),
    )


def _chain() -> Chain:
    known = reading.chain()
    if known is None:
        raise CannotTell(_NO_CHAIN)
    return known


def _cities(region: str, on: date) -> list[City]:
    """Return the cities in a division, or else the one that it lies in."""
    cities = reading.asked(on, Where()).network.geography.cities
    return [each for each in cities if regions.lies_in(each.region, region)] or [
        each for each in cities if regions.lies_in(region, each.region)
    ]


def _tested_near(known: Chain, city: City, on: date) -> dict[str, int]:
    """Return how many points of each node can be tested whole in reach of a city."""
    able = reading.asked(on, Where(place=city, within_km=REACH_KM))
    return {each.node.id: each.whole for each in coverage(known, able).nodes}
