"""What the text and the HTML report say alike: why a rule applies, since when, how good an itinerary is."""

from collections.abc import Sequence
from dataclasses import dataclass

from qilian.compliance import Obligation, Truth
from qilian.planning.model import CompliancePlan, Itinerary
from qilian.planning.words import CONFIDENCE, label, money, value_text, word
from qilian.text import Language


def reasons(plan: CompliancePlan, obligation: Obligation, language: Language) -> str:
    """Say which parameters and values decided, which follow from a definition, and which are not verified."""
    parts = []
    for reason in obligation.because:
        parameter = plan.pack.vocabulary[reason.parameter]
        part = f"{parameter.label.say(language)} = {value_text(parameter, reason.value, language)}"
        if reason.implied_by:
            part += f" ({word('implied', language)} {reason.implied_by})"
        given = plan.product.given.get(reason.parameter)
        if given and given.confidence == "unverified":
            part += f" ({label(CONFIDENCE, 'unverified', language)})"
        parts.append(part)
    return "; ".join(parts)


def references(plan: CompliancePlan, obligation: Obligation, language: Language) -> str:
    """Name the acts and standards of a rule in the editions of the plan's date."""
    parts = []
    for cited in obligation.rule.references:
        edition = plan.catalogue.resolve(cited, plan.on)
        if edition:
            parts.append(str(edition.ref))
        else:
            known = plan.catalogue.show(cited, plan.on).edition is not None or cited.is_named
            parts.append(str(cited) if known else f"{cited} ({word('no_edition', language)})")
    return "; ".join(dict.fromkeys(parts))


def by_market(plan: CompliancePlan, outcome: Truth) -> dict[str, list[Obligation]]:
    """Group the obligations with one outcome by market, in the pack's order."""
    grouped: dict[str, list[Obligation]] = {market: [] for market in plan.pack.markets}
    for obligation in plan.assessment.obligations:
        if obligation.outcome is outcome:
            grouped.setdefault(obligation.rule.market, []).append(obligation)
    return {market: found for market, found in grouped.items() if found}


def counts(plan: CompliancePlan) -> dict[Truth, int]:
    """Count the obligations of each outcome."""
    return {truth: sum(each.outcome is truth for each in plan.assessment.obligations) for truth in Truth}


def candidates(plan: CompliancePlan, test: str, language: Language) -> str:
    """Say how many laboratories of the network can do a test, and how many nationwide hold it."""
    here = str(len(plan.matches[test].laboratories))
    found = plan.national.get(test) if plan.national else None
    if found is None:
        return here
    count = str(found.count) if found.complete else f"≥{found.count}"
    unverified = f" ({word('unverified_count', language, count=found.unverified)})" if found.unverified else ""
    return f"{here} · {word('national', language, count=count)}{unverified}"


def sources(obligation: Obligation, language: Language) -> str:
    """Name where a rule was read and when, or say that it has no source yet."""
    rule = obligation.rule
    if not rule.sources:
        return word("no_source", language)
    return f"{' '.join(rule.sources)} ({word('seen', language)} {rule.source_seen})"


def in_force(obligation: Obligation, language: Language) -> str:
    """Say from when until when a rule is in force, or that its start is not recorded."""
    rule = obligation.rule
    parts = []
    if rule.in_force_from:
        parts.append(f"{word('from', language)} {rule.in_force_from}")
    if rule.in_force_until:
        parts.append(f"{word('until', language)} {rule.in_force_until}")
    return " ".join(parts) if rule.in_force_from else " ".join([word("start_not_recorded", language), *parts])


def optimality(itinerary: Itinerary, language: Language) -> str:
    """Say whether the plan is proven, or how far it can be from the best."""
    if itinerary.proven:
        return word("proven", language)
    gap = (itinerary.value - itinerary.lower_bound) / itinerary.value if itinerary.value else 0.0
    return f"{word('open', language)} {gap:.1%}"


def bound(itinerary: Itinerary, language: Language) -> str:
    """Write the lower bound in the unit of the objective."""
    if itinerary.objective == "time":
        return f"{itinerary.lower_bound / 24:.1f} {word('day_unit', language)}"
    unit = word("yuan" if itinerary.objective == "cost" else "kilometres", language)
    return f"{money(itinerary.lower_bound)} {unit}"


def side_by_side(plan: CompliancePlan) -> Sequence[Itinerary]:
    """The chosen itinerary and its alternatives, the chosen one first."""
    return [itinerary for itinerary in (plan.itinerary, *plan.alternatives) if itinerary]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one itinerary needs less than another: days, yuan, kilometres; negative where it needs more."""

    days: float
    price: float
    kilometres: float


def difference(plan: CompliancePlan) -> Difference | None:
    """Return what the reports held save; None where none was accepted or nothing could be routed."""
    held = plan.evidence.without if plan.evidence else None
    if held is None:
        return None
    now = plan.itinerary
    days, price, kilometres = (now.days, now.price, now.kilometres) if now else (0.0, 0.0, 0.0)
    return Difference(held.days - days, held.price - price, held.kilometres - kilometres)


def evidence_saved(plan: CompliancePlan, language: Language) -> str:
    """Say how many tests the reports held answer, and what that saves."""
    if plan.evidence is None:
        return ""
    saved = difference(plan)
    return word(
        "evidence_saved",
        language,
        answered=len(plan.evidence.applied.answered),
        tests=len(plan.tests.demands),
        days=f"{saved.days:.1f}" if saved else "0",
        price=money(saved.price) if saved else "0",
        kilometres=money(saved.kilometres) if saved else "0",
    )


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One test, and what the evidence does for it in some markets: by which report, under which clauses."""

    test: str
    name: str
    markets: tuple[str, ...]
    outcome: str
    report: str
    clauses: str


def evidence_rows(plan: CompliancePlan, language: Language) -> list[EvidenceRow]:
    """Return a row for each test that evidence was looked at for; markets that decide alike share it."""
    rows: dict[tuple[str, str, str, str], EvidenceRow] = {}
    for decision in plan.evidence.applied.decisions if plan.evidence else ():
        item = decision.demand.item
        for programme in decision.programmes:
            best = programme.best
            if best is None:
                continue
            failing = [cited.clause.id for cited in best.clauses if cited.truth is not Truth.TRUE]
            clauses = ", ".join(failing) or word("clauses_met", language, count=len(best.clauses))
            key = (item.id, programme.outcome.value, best.report.id, clauses)
            before = rows[key].markets if key in rows else ()
            rows[key] = EvidenceRow(
                item.id,
                item.name.say(language),
                (*before, programme.market),
                programme.outcome.value,
                best.report.id,
                clauses,
            )
    return list(rows.values())
