"""The answers about a chain as plain values for JSON; ``schemas/chain.schema.json`` has one definition for each.

A list that may be long is cut after ``top`` entries, all without; ``count`` says how many there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from qilian.chain.bench import Gain
from qilian.chain.capacity import Capacity
from qilian.chain.coverage import Coverage, Critical, Gap
from qilian.chain.model import Chain, ControlPoint, Node
from qilian.chain.tracing import Reached, Suspect
from qilian.laboratories import City, Laboratory
from qilian.text import Text

Data: TypeAlias = dict[str, object]


def node_data(chain: Chain, node: Node) -> Data:
    """Return all that the chain says of one node."""
    return {
        "node": node_brief(node),
        "source": node.source,
        "confidence": node.confidence,
        "from": [node_brief(chain.node(link.origin)) for link in chain.links if link.target == node.id],
        "into": [node_brief(chain.node(link.target)) for link in chain.links if link.origin == node.id],
        "makers": [
            {
                "name": _text(maker.name),
                "region": maker.region,
                "sample": maker.sample,
                "source": maker.source,
                "confidence": maker.confidence,
            }
            for maker in chain.makers_of(node.id)
        ],
        "points": [_point(point) for point in chain.points_of(node.id)],
        "notices": [_text(notice) for notice in chain.notices],
    }


def suspects_data(chain: Chain, node: Node, test: str | None, found: Sequence[Suspect], top: int | None = None) -> Data:
    """Return what lies upstream of a field problem."""
    return {
        "node": node_brief(node),
        "test": test,
        "count": len(found),
        "suspects": [
            {
                "node": node_brief(each.node),
                "priority": each.priority,
                "shown": [point.id for point in each.shown],
                **_way(each.share, each.distance, each.route, each.reason),
            }
            for each in found[:top]
        ],
        "notices": [_text(notice) for notice in chain.notices],
    }


def reached_data(chain: Chain, node: Node, found: Sequence[Reached], top: int | None = None) -> Data:
    """Return what a defective batch reaches."""
    return {
        "node": node_brief(node),
        "count": len(found),
        "reached": [
            {"node": node_brief(each.node), **_way(each.share, each.distance, each.route, each.reason)}
            for each in found[:top]
        ],
        "notices": [_text(notice) for notice in chain.notices],
    }


def critical_data(
    chain: Chain, capacity: Capacity, on: date, found: Sequence[Critical], top: int | None = None
) -> Data:
    """Return how much hangs on each node."""
    nodes = [
        {
            "node": node_brief(each.node),
            "share": each.share,
            "makers": each.makers,
            "invented": each.invented,
            "laboratories": each.laboratories,
            "reason": _text(each.reason),
        }
        for each in found[:top]
    ]
    return {**_asked(chain, capacity, on), "count": len(found), "nodes": nodes}


def gaps_data(chain: Chain, capacity: Capacity, on: date, found: Sequence[Gap], top: int | None = None) -> Data:
    """Return the control points that cannot be tested whole."""
    gaps = [
        {
            "point": _point(gap.point),
            "node": node_brief(gap.node),
            "missing": [test.id for test in gap.missing],
            "elsewhere": [other and {"laboratory": other[0].id, "km": other[1]} for other in gap.elsewhere],
            "reason": _text(gap.reason),
        }
        for gap in found[:top]
    ]
    return {**_asked(chain, capacity, on), "count": len(found), "gaps": gaps}


def coverage_data(chain: Chain, capacity: Capacity, on: date, found: Coverage) -> Data:
    """Return how well laboratories cover the chain."""
    return {
        **_asked(chain, capacity, on),
        "coverage": found.figure,
        "by_priority": [
            {"priority": priority, "points": points, "coverage": figure}
            for priority, points, figure in found.by_priority
        ],
        "nodes": [
            {
                "node": node_brief(each.node),
                "points": each.points,
                "whole": each.whole,
                "coverage": each.figure,
                "laboratories": _ids(each.laboratories),
            }
            for each in found.nodes
        ],
        "cities": [
            {
                "city": each.city.id,
                "name": _text(each.city.name),
                "region": each.city.region,
                "laboratories": each.laboratories,
                "coverage": each.figure,
            }
            for each in found.cities
        ],
    }


def bench_data(
    chain: Chain, capacity: Capacity, on: date, place: City, found: Sequence[Gain], top: int | None = None
) -> Data:
    """Return what one more bench at a place would improve."""
    kinds = [
        {
            "like": {"bench": each.model.id, "name": _text(each.model.name), "laboratory": each.owner.id},
            "adds": list(each.adds),
            "points": [point.id for point in each.better],
            "gain": each.gain,
            "urgent": each.urgent,
            "reason": _text(each.reason),
        }
        for each in found[:top]
    ]
    return {**_asked(chain, capacity, on), "place": place.id, "count": len(found), "kinds": kinds}


def _asked(chain: Chain, capacity: Capacity, on: date) -> Data:
    where, network = capacity.where, capacity.network
    return {
        "on": on.isoformat(),
        "where": {
            "place": where.place and where.place.id,
            "within_km": where.within_km,
            "tiers": where.tiers and list(where.tiers),
            "region": where.region or None,
        },
        "notices": [_text(notice) for notice in (*chain.notices, network.notice) if notice],
    }


def node_brief(node: Node) -> Data:
    """Return a node in short."""
    return {"id": node.id, "name": _text(node.name), "layer": node.layer, "system": node.system}


def _point(point: ControlPoint) -> Data:
    return {
        "id": point.id,
        "characteristic": _text(point.characteristic),
        "requirement": _text(point.requirement),
        "priority": point.priority,
        "failures": [
            {
                "mode": _text(failure.mode),
                "effect": _text(failure.effect),
                "severity": failure.severity,
                "occurrence": failure.occurrence,
                "detection": failure.detection,
                "priority": failure.priority,
            }
            for failure in point.failures
        ],
        "tests": list(point.tests),
        "references": [str(reference) for reference in point.references],
        "source": point.source,
        "confidence": point.confidence,
    }


def _way(share: float, distance: int, route: Iterable[Node], reason: Text) -> Data:
    return {"share": share, "distance": distance, "route": [node.id for node in route], "reason": _text(reason)}


def _text(text: Text) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en}


def _ids(laboratories: Iterable[Laboratory]) -> list[str]:
    return [laboratory.id for laboratory in laboratories]
