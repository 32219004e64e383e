"""A compliance plan as JSON data, in the shape that ``qilian plan --json`` promises (schemas/plan.schema.json).

Fields are only ever added. Words come in both languages, so that a program need not ask for one.
"""

import json
from datetime import date

from qilian.compliance import Obligation, dated
from qilian.evidence import decision_to_data, table_to_data
from qilian.laboratories.scopes import holders_json
from qilian.planning.model import CompliancePlan, Itinerary, Step
from qilian.planning.phrases import difference
from qilian.planning.what_if import WhatIf
from qilian.planning.words import SPECIMENS
from qilian.routing.why_not import WhyNot
from qilian.text import Text

FORMAT = "qilian-plan/1"


def write_json(plan: CompliancePlan) -> str:
    """Return the plan as JSON text, two spaces indented, Chinese unescaped."""
    return json.dumps(plan_to_data(plan), ensure_ascii=False, indent=2)


def plan_to_data(plan: CompliancePlan) -> dict[str, object]:
    """Return the plan as plain data."""
    return {
        "format": FORMAT,
        "product": _product(plan),
        "on": plan.on.isoformat(),
        "markets": list(plan.markets),
        "home": plan.home.id if plan.home else None,
        "pack": {"id": plan.pack.id, "version": plan.pack.version, "compiled": plan.pack.compiled.isoformat()},
        "catalogue": {"source": plan.catalogue.source, "date": plan.catalogue.dated.isoformat()},
        "network": {"sample": plan.network.sample, "notice": _text(plan.network.notice)},
        "obligations": [_obligation(plan, each) for each in plan.assessment.obligations],
        "conflicts": [_text(conflict) for conflict in plan.assessment.conflicts],
        "questions": [
            {
                "parameter": question.parameter,
                "text": _text(plan.pack.vocabulary[question.parameter].question),
                "decides": list(question.decides),
            }
            for question in plan.questions
        ],
        "coming_changes": [
            {
                "date": change.date.isoformat(),
                "what": _text(change.what),
                "references": [str(reference) for reference in change.references],
                "rule": change.rule,
                "certain": change.certain,
            }
            for change in plan.coming_changes
        ],
        "tests": _tests(plan),
        "evidence": _evidence(plan),
        "possible_tests": [
            {"id": demand.item.id, "name": _text(demand.item.name), "serves": list(demand.serves)}
            for demand in plan.tests.possible
        ],
        "unplaced": [demand.item.id for demand in plan.unplaced],
        "merge": {
            "asked": plan.saving.asked,
            "kept": plan.saving.kept,
            "saved_tests": plan.saving.asked - plan.saving.kept,
            "saved_hours_at_least": plan.saving.hours,
            "saved_price_at_least": plan.saving.price,
        },
        "itinerary": _itinerary(plan.itinerary) if plan.itinerary else None,
        "alternatives": [_itinerary(each) for each in plan.alternatives],
        "notices": [_text(notice) for notice in plan.notices],
    }


def what_if_to_data(found: WhatIf) -> dict[str, object]:
    """Return the answer to a what-if as plain data; ``itinerary`` is null where there is none."""
    return {
        "asked": [_text(each) for each in found.asked],
        "itinerary": _itinerary(found.itinerary) if found.itinerary else None,
        "difference": {
            "days": round(found.days, 3),
            "price": found.price,
            "kilometres": round(found.kilometres, 1),
        }
        if found.itinerary
        else None,
        "moved": list(found.moved),
        "reason": _text(found.reason),
        "impossible": found.impossible,
    }


def why_not_to_data(found: WhyNot) -> dict[str, object]:
    """Return why a laboratory is not on the journey as plain data."""
    return {
        "laboratory": found.laboratory,
        "verdict": found.verdict,
        "tests": [test for _, test in found.tests],
        "cause": found.facts.cause if found.facts else None,
        "words": _text(found.words),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(str(each) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _product(plan: CompliancePlan) -> dict[str, object]:
    product = plan.product
    return {
        "id": product.id,
        "name": _text(product.name),
        "maker": _text(product.maker),
        "parameters": {
            key: {"value": _plain(given.value), "source": given.source, "confidence": given.confidence}
            for key, given in product.given.items()
        },
        "implied": {
            key: {"value": _plain(implied.value), "by": implied.implication.id}
            for key, implied in plan.assessment.implied.items()
        },
    }


def _obligation(plan: CompliancePlan, obligation: Obligation) -> dict[str, object]:
    rule = obligation.rule
    return {
        "rule": rule.id,
        "title": _text(rule.title),
        "market": rule.market,
        "outcome": obligation.outcome.value,
        "because": [
            {"parameter": reason.parameter, "value": _plain(reason.value), "implied_by": reason.implied_by}
            for reason in obligation.because
        ],
        "missing": list(obligation.missing),
        "kind": rule.kind.value,
        "route": _text(rule.route),
        "references": [str(reference) for reference in dated(rule.references, plan.catalogue, plan.on)],
        "tests": list(rule.tests),
        "documents": [_text(document) for document in rule.documents],
        "source": list(rule.sources),
        "source_seen": rule.source_seen.isoformat(),
        "confidence": rule.confidence,
        "in_force": {
            "from": rule.in_force_from.isoformat() if rule.in_force_from else None,
            "to": rule.in_force_until.isoformat() if rule.in_force_until else None,
        },
        "note": _text(rule.note),
    }


def _tests(plan: CompliancePlan) -> list[dict[str, object]]:
    return [
        {
            "id": demand.item.id,
            "name": _text(demand.item.name),
            "domain": demand.item.domain,
            "specimen": demand.item.specimen,
            "references": [str(reference) for reference in demand.references],
            "serves": list(demand.serves),
            "merged_from": list(demand.merged_from),
            "confidence": demand.item.confidence,
            "decision": _decision(plan, demand.item.id),
            "laboratories": [
                {
                    "id": capable.laboratory.id,
                    "row": capable.line.row,
                    "unchecked": [limit.name for limit in capable.unchecked],
                }
                for capable in plan.matches[demand.item.id].capable
            ],
            "near_misses": [
                {"id": miss.laboratory.id, "row": miss.line.row, "limit": miss.limit, "by": _text(miss.by)}
                for miss in plan.matches[demand.item.id].near_misses
            ],
            "national": _national(plan, demand.item.id),
        }
        for demand in plan.tests.demands
    ]


def _national(plan: CompliancePlan, test: str) -> object:
    """Who holds the scope nationally; null without national scopes, or for a test without any standard."""
    found = plan.national.get(test) if plan.national else None
    return holders_json(found) if found else None


def _decision(plan: CompliancePlan, test: str) -> object:
    decision = plan.evidence.applied.of(test) if plan.evidence else None
    return decision_to_data(decision) if decision else None


def _evidence(plan: CompliancePlan) -> dict[str, object] | None:
    """What the reports held save, by the itinerary with and without them, and which markets accept which."""
    if plan.evidence is None:
        return None
    saved = difference(plan)
    return {
        "answered": [demand.item.id for demand in plan.evidence.applied.answered],
        "saved_days": round(saved.days, 3) if saved else 0.0,
        "saved_price": saved.price if saved else 0,
        "saved_kilometres": round(saved.kilometres, 1) if saved else 0.0,
        "markets": table_to_data(plan.evidence.table),
    }


def _itinerary(itinerary: Itinerary) -> dict[str, object]:
    return {
        "objective": itinerary.objective,
        "value": itinerary.value,
        "lower_bound": itinerary.lower_bound,
        "proven": itinerary.proven,
        "seconds": itinerary.seconds,
        "start": itinerary.start.isoformat(),
        "end": itinerary.end.isoformat(),
        "days": round(itinerary.days, 3),
        "price": itinerary.price,
        "test_price": itinerary.test_price,
        "transfer_price": itinerary.transfer_price,
        "kilometres": round(itinerary.kilometres, 1),
        "laboratories": itinerary.laboratories,
        "steps": [_step(step) for step in itinerary.steps],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "lot": step.lot,
        "lot_name": _text(SPECIMENS.get(step.lot, Text(step.lot, step.lot))),
        "unit": step.unit,
        "test": step.demand.item.id,
        "laboratory": step.laboratory.id,
        "laboratory_name": _text(step.laboratory.name),
        "tier": step.laboratory.tier,
        "city": step.city.id,
        "city_name": _text(step.city.name),
        "bench": step.bench.id,
        "scope_row": step.line.row,
        "unchecked": list(step.unchecked),
        "start": step.start.isoformat(),
        "end": step.end.isoformat(),
        "price": step.price,
        "transfer": {
            "from": step.move.origin.id,
            "to": step.move.destination.id,
            "hours": step.move.hours,
            "kilometres": round(step.move.kilometres, 1),
            "price": step.move.price,
        },
    }
