"""A compliance plan as one self-contained HTML file: no script, nothing from elsewhere, pictures as inline SVG."""

from importlib.resources import files

from qilian.compliance import Truth
from qilian.planning import words
from qilian.planning.drawing import draw_gantt, draw_map, shades
from qilian.planning.model import CompliancePlan
from qilian.planning.phrases import (
    bound,
    by_market,
    candidates,
    counts,
    evidence_rows,
    evidence_saved,
    in_force,
    optimality,
    reasons,
    references,
    side_by_side,
)
from qilian.text import Language, Text


def write_html(plan: CompliancePlan, language: Language) -> str:
    """Return the report as HTML text; every value from outside is escaped."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(
        (files("qilian.planning") / "templates" / "report.html.j2").read_text(encoding="utf-8")
    )
    itinerary = plan.itinerary
    cities = [plan.network.geography.find(laboratory.city) for laboratory in plan.network.laboratories]
    return template.render(
        plan=plan,
        language=language,
        say=lambda text: text.say(language),
        word=lambda key, **values: words.word(key, language, **values),
        kind=lambda key: words.label(words.KINDS, key, language),
        confidence=lambda key: words.label(words.CONFIDENCE, key, language),
        specimen=lambda key: words.label(words.SPECIMENS, key, language),
        labels=lambda names: words.listed((plan.pack.vocabulary[name].label.say(language) for name in names), language),
        money=words.money,
        moment=words.moment,
        reasons=lambda obligation: reasons(plan, obligation, language),
        references=lambda obligation: references(plan, obligation, language),
        in_force=lambda obligation: in_force(obligation, language),
        candidates=lambda test: candidates(plan, test, language),
        national=plan.national or {},
        optimality=lambda each: optimality(each, language),
        bound=lambda each: bound(each, language),
        side_by_side=side_by_side(plan),
        applying=by_market(plan, Truth.TRUE),
        undecided=by_market(plan, Truth.UNDECIDED),
        counts={truth.value: count for truth, count in counts(plan).items()},
        evidence_saved=evidence_saved(plan, language),
        evidence_rows=evidence_rows(plan, language),
        acceptance=lambda key: words.label(words.ACCEPTANCE, key, language),
        gantt=draw_gantt(itinerary, language) if itinerary else None,
        chart=draw_map(itinerary, plan.home, cities, language) if itinerary and plan.home else None,
        shades=shades(itinerary) if itinerary else {},
        title=Text(f"{plan.product.name.zh} · 质链", f"{plan.product.name.en} · Qilian"),
    )
