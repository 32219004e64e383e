"""What the text and the HTML report say alike: why a rule applies, since when, how good an itinerary is."""

from collections.abc import Sequence

from qilian.compliance import Obligation, dated
from qilian.planning.model import CompliancePlan, Itinerary
from qilian.planning.words import money, value_text, word
from qilian.text import Language


def reasons(plan: CompliancePlan, obligation: Obligation, language: Language) -> str:
    """Say which parameters and values decided, and which of them follow from a definition."""
    parts = []
    for reason in obligation.because:
        parameter = plan.pack.vocabulary[reason.parameter]
        part = f"{parameter.label.say(language)} = {value_text(parameter, reason.value, language)}"
        if reason.implied_by:
            part += f" ({word('implied', language)} {reason.implied_by})"
        parts.append(part)
    return "; ".join(parts)


def references(plan: CompliancePlan, obligation: Obligation) -> str:
    """Name the acts and standards of a rule in the editions of the plan's date."""
    return "; ".join(map(str, dated(obligation.rule.references, plan.catalogue, plan.on)))


def sources(obligation: Obligation, language: Language) -> str:
    """Name where a rule was read and when, or say that it has no source yet."""
    rule = obligation.rule
    if not rule.sources:
        return word("no_source", language)
    return f"{' '.join(rule.sources)} ({word('seen', language)} {rule.source_seen})"


def in_force(obligation: Obligation, language: Language) -> str:
    """Say from when until when a rule is in force; empty where it has no dates."""
    rule = obligation.rule
    parts = []
    if rule.in_force_from:
        parts.append(f"{word('from', language)} {rule.in_force_from}")
    if rule.in_force_until:
        parts.append(f"{word('until', language)} {rule.in_force_until}")
    return " ".join(parts)


def optimality(itinerary: Itinerary, language: Language) -> str:
    """Say whether the plan is proven, or how far it can be from the best."""
    if itinerary.proven:
        return word("proven", language)
    gap = (itinerary.value - itinerary.lower_bound) / itinerary.value if itinerary.value else 0.0
    return f"{word('open', language)} {gap:.1%}"


def bound(itinerary: Itinerary, language: Language) -> str:
    """Write the lower bound in the unit of the objective."""
    if itinerary.objective == "time":
        return f"{itinerary.lower_bound / 24:.1f} {word('days', language)}"
    unit = word("yuan" if itinerary.objective == "cost" else "kilometres", language)
    return f"{money(itinerary.lower_bound)} {unit}"


def side_by_side(plan: CompliancePlan) -> Sequence[Itinerary]:
    """The chosen itinerary and its alternatives, the chosen one first."""
    return [itinerary for itinerary in (plan.itinerary, *plan.alternatives) if itinerary]
