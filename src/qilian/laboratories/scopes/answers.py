"""Writes an answer as JSON; its published schema is ``schemas/matches.schema.json`` and only ever grows.

In come :class:`ScopeMatches`; out goes plain data for ``json.dumps``.
"""

import json
from functools import cache
from importlib.resources import files

from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.register import ScopeLaboratory
from qilian.laboratories.scopes.retrieval import MatchedLaboratory, ProvingLine, ScopeMatches


def matches_json(matches: ScopeMatches) -> dict[str, object]:
    """Return ``query``, ``count``, ``complete``, ``laboratories`` and ``near_misses``."""
    demand = matches.demand
    return {
        "query": {
            "text": demand.text,
            "standards": [str(each) for each in demand.standards],
            "limits": [
                {"name": need.name, "quantity": need.quantity.name, "low": need.low, "high": need.high}
                | {"unit": need.quantity.unit}
                for need in demand.needs
            ],
            "on": str(demand.standing.on) if demand.standing.on else None,
            "until": str(demand.standing.until) if demand.standing.until else None,
            "region": demand.standing.region or None,
            "tiers": list(demand.standing.tiers) if demand.standing.tiers is not None else None,
        },
        "count": matches.count,
        "complete": matches.complete,
        "laboratories": [_matched(found) for found in matches.laboratories],
        "near_misses": [
            {
                **_laboratory(failed.laboratory),
                "line": _line(failed.line),
                "limit": short.limit,
                "needed": short.needed,
                "offered": short.offered,
                "by": {"zh": short.by.zh, "en": short.by.en},
            }
            for failed in matches.near_misses
            for short in failed.shortfalls
        ],
    }


def holders_json(matches: ScopeMatches) -> dict[str, object]:
    """Return the answer without its demand: ``count``, ``complete``, ``laboratories`` and ``near_misses``.

    ``accreditation_checked`` says whether the laboratories' accreditation was asked for, ``unverified`` of how many it
    is not known; the same for each laboratory: ``valid``, ``unknown``, or null where it was not asked for.
    """
    answer, checked = matches_json(matches), matches.demand.standing.on is not None
    del answer["query"]
    found = [
        {**_matched(each), "accreditation": _STANDS[bool(each.laboratory.accreditations)] if checked else None}
        for each in matches.laboratories
    ]
    return {**answer, "laboratories": found, "accreditation_checked": checked, "unverified": matches.unverified}


_STANDS = {True: "valid", False: "unknown"}


@cache
def matches_schema() -> dict[str, object]:
    """Return the JSON Schema of :func:`matches_json`."""
    schema: dict[str, object] = json.loads(
        (files("qilian.laboratories.scopes") / "schemas/matches.schema.json").read_text(encoding="utf-8")
    )
    return schema


def _matched(found: MatchedLaboratory) -> dict[str, object]:
    return {
        **_laboratory(found.laboratory),
        "score": round(found.score, 4),
        "lines": [_line(line) for line in found.lines],
    }


def _laboratory(laboratory: ScopeLaboratory) -> dict[str, object]:
    return {
        "id": laboratory.id,
        "name": laboratory.name,
        "region": laboratory.region or None,
        "tier": laboratory.tier or None,
    }


def _line(line: ProvingLine) -> dict[str, object]:
    return {
        "object": line.object,
        "parameter": line.parameter,
        "standard": line.standard,
        "row": line.row,
        "limits": [_limit(limit) for limit in line.limits],
        "unchecked": [
            {"text": fault.text, "why": fault.reason.en, "why_zh": fault.reason.zh} for fault in line.unchecked
        ],
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {"name": limit.name, "low": limit.low, "high": limit.high, "unit": limit.unit}
