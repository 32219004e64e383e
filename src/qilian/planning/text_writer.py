"""A compliance plan as text for a terminal, by rich: what binds it, what is coming, the tests, who and when."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text as Rich

from qilian.compliance import Obligation, Truth
from qilian.planning.model import CompliancePlan, Itinerary, Step
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
    sources,
)
from qilian.planning.what_if import WhatIf
from qilian.planning.words import ACCEPTANCE, CONFIDENCE, KINDS, SPECIMENS, label, listed, money, word
from qilian.routing.what_if import Figures
from qilian.routing.why_not_words import differences
from qilian.text import Language

QUESTIONS_SHOWN = 10
"""The terminal shows the most deciding questions; JSON and HTML have all."""

_CONFIDENCE_STYLE = {"verified": "green", "secondary": "yellow", "unverified": "bold red"}


def write_text(plan: CompliancePlan, console: Console, language: Language) -> None:
    """Print the plan on ``console``."""
    for part in _parts(plan, language):
        console.print(part)


def write_what_if(found: WhatIf, console: Console, language: Language) -> None:
    """Print the answer to a what-if: the difference, and the new itinerary or why there is none."""
    asked = "; ".join(each.say(language) for each in found.asked)
    console.print(_section("?", word("what_if", language), escape(asked)))
    if found.itinerary is None:
        console.print(found.reason.say(language), markup=False, highlight=False)
        return
    costs = differences(Figures(round(found.days * 24, 3), found.price, found.kilometres))
    line = word("what_if_answer", language, difference=costs.say(language), moved=len(found.moved))
    console.print(f"{line} ({optimality(found.itinerary, language)})", markup=False, highlight=False)
    for part in _itinerary(found.itinerary, language):
        console.print(part)


def _parts(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    yield _head(plan, language)
    yield _section("1", word("binding", language), _summary(plan, language))
    yield from _binding(plan, language)
    yield from _undecided(plan, language)
    yield from _questions(plan, language)
    yield _section("2", word("coming", language))
    yield _coming(plan, language)
    yield _section("3", word("tests", language))
    yield from _tests(plan, language)
    if plan.evidence:
        yield _section("", word("evidence", language))
        yield from _evidence(plan, language)
    yield _section("4", word("itinerary", language))
    if plan.itinerary:
        yield _comparison(plan, language)
        yield from _itinerary(plan.itinerary, language)
    yield _section("", word("notices", language))
    notices = Table.grid(padding=(0, 1))
    notices.add_column()
    notices.add_column(overflow="fold")
    for notice in plan.notices:
        notices.add_row("•", escape(notice.say(language)))
    yield Padding(notices, (0, 0, 0, 2))


def _section(number: str, title: str, remark: str = "") -> RenderableType:
    heading = f"[bold]{number} {title}[/bold]".replace("[bold] ", "[bold]")
    return Group("", Line(heading + (f"  {remark}" if remark else ""), align="left", style="dim"))


def _head(plan: CompliancePlan, language: Language) -> RenderableType:
    names = " · ".join(plan.pack.markets[market].say(language) for market in plan.markets)
    rows = [
        (word("product", language), f"{plan.product.name.say(language)} ({plan.product.id})"),
        (word("maker", language), plan.product.maker.say(language)),
        (word("markets", language), names),
        (word("on", language), plan.on.isoformat()),
        (word("home", language), plan.home.name.say(language) if plan.home else "–"),
        (word("catalogue", language), f"{plan.catalogue.source} ({plan.catalogue.dated.isoformat()})"),
        (
            word("pack", language),
            f"{plan.pack.title.say(language)} {plan.pack.version} ({plan.pack.compiled.isoformat()})",
        ),
    ]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, escape(value))
    return Group(Rich(word("title", language), style="bold cyan"), table)


def _summary(plan: CompliancePlan, language: Language) -> str:
    found = counts(plan)
    return word(
        "summary",
        language,
        applies=found[Truth.TRUE],
        undecided=found[Truth.UNDECIDED],
        **{"not": found[Truth.FALSE]},
    )


def _binding(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    for conflict in plan.assessment.conflicts:
        yield f"[bold red]{word('conflict', language)}: {escape(conflict.say(language))}[/]"
    for market, obligations in by_market(plan, Truth.TRUE).items():
        yield f"\n[bold underline]{plan.pack.markets[market].say(language)}[/]"
        for obligation in obligations:
            yield _obligation_head(obligation, language)
            yield Padding(_obligation_body(plan, obligation, language), (0, 0, 0, 4))


def _obligation_head(obligation: Obligation, language: Language) -> str:
    rule = obligation.rule
    style = _CONFIDENCE_STYLE.get(rule.confidence, "red")
    return (
        f"  [bold]{escape(rule.title.say(language))}[/] [dim]{rule.id}[/] · {label(KINDS, rule.kind, language)}"
        f" · [{style}]{label(CONFIDENCE, rule.confidence, language)}[/]"
    )


def _obligation_body(plan: CompliancePlan, obligation: Obligation, language: Language) -> RenderableType:
    rule = obligation.rule
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = [
        ("why", reasons(plan, obligation, language)),
        ("route", rule.route.say(language)),
        ("references", references(plan, obligation, language)),
        ("documents", "; ".join(document.say(language) for document in rule.documents)),
        ("in_force", in_force(obligation, language)),
        ("note", rule.note.say(language)),
        ("source", sources(obligation, language)),
    ]
    for key, value in rows:
        if value:
            table.add_row(word(key, language), escape(value))
    return table


def _undecided(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    grouped = by_market(plan, Truth.UNDECIDED)
    if not grouped:
        return
    yield f"\n[bold]{word('undecided', language)}[/]"
    for market, obligations in grouped.items():
        yield f"[underline]{plan.pack.markets[market].say(language)}[/]"
        for obligation in obligations:
            labels = [plan.pack.vocabulary[each].label.say(language) for each in obligation.missing]
            yield _obligation_head(obligation, language)
            yield Padding(f"[dim]{word('needs', language)}[/] {escape(listed(labels, language))}", (0, 0, 0, 4))


def _questions(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    if not plan.questions:
        return
    yield f"\n[bold]{word('questions', language)}[/]"
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    table.add_column(style="dim")
    for number, question in enumerate(plan.questions[:QUESTIONS_SHOWN], 1):
        parameter = plan.pack.vocabulary[question.parameter]
        decided = f"{word('decides', language)} {word('count_rules', language, count=len(question.decides))}"
        table.add_row(f"{number}.", f"{escape(parameter.question.say(language))} [dim]{parameter.id}[/]", decided)
    yield Padding(table, (0, 0, 0, 2))
    if len(plan.questions) > QUESTIONS_SHOWN:
        yield Padding(f"[dim]… +{len(plan.questions) - QUESTIONS_SHOWN}[/]", (0, 0, 0, 2))


def _coming(plan: CompliancePlan, language: Language) -> RenderableType:
    if not plan.coming_changes:
        return Padding(word("none", language), (0, 0, 0, 2))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for change in plan.coming_changes:
        cited = "; ".join(str(reference) for reference in change.references)
        rule = f" [dim]{change.rule}[/]" if change.rule else ""
        rule += "" if change.certain else f" [yellow]({word('uncertain', language)})[/]"
        table.add_row(change.date.isoformat(), f"{escape(change.what.say(language))}{rule}\n[dim]{escape(cited)}[/]")
    return Padding(table, (0, 0, 0, 2))


def _tests(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for key in ("test", "method", "serves", "candidates"):
        table.add_column(word(key, language), overflow="fold")
    for demand in plan.tests.demands:
        table.add_row(
            f"{escape(demand.item.name.say(language))} [dim]{demand.item.id}[/]",
            escape("; ".join(str(reference) for reference in demand.references)),
            ", ".join(demand.serves),
            candidates(plan, demand.item.id, language),
        )
    yield table
    saving = plan.saving
    yield Padding(
        word(
            "saved",
            language,
            asked=saving.asked,
            kept=saving.kept,
            saved=saving.asked - saving.kept,
            price=money(saving.price),
            hours=saving.hours,
        ),
        (1, 0, 0, 2),
    )
    if plan.tests.possible:
        yield Padding(f"[dim]{word('possible', language, count=len(plan.tests.possible))}[/]", (0, 0, 0, 2))
    for demand in plan.unplaced:
        misses = "; ".join(
            f"{miss.laboratory.name.say(language)}: {miss.by.say(language)}"
            for miss in plan.matches[demand.item.id].near_misses[:3]
        )
        name = f"{demand.item.name.say(language)} {demand.item.id}"
        yield Padding(f"[bold red]{word('unplaced', language)}: {escape(name)}[/] {escape(misses)}", (0, 0, 0, 2))


def _evidence(plan: CompliancePlan, language: Language) -> Iterator[RenderableType]:
    yield Padding(evidence_saved(plan, language), (0, 0, 0, 2))
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for key in ("test", "market", "decision", "report", "clauses"):
        table.add_column(word(key, language), overflow="fold")
    for row in evidence_rows(plan, language):
        outcome = label(ACCEPTANCE, row.outcome, language)
        table.add_row(
            f"{escape(row.name)} [dim]{row.test}[/]", ", ".join(row.markets), outcome, escape(row.report), row.clauses
        )
    yield table
    best = plan.evidence.table.best_extra_test if plan.evidence else None
    if best:
        markets = listed(best.opens or best.advances, language)
        yield Padding(
            f"{word('best_extra', language)}: {escape(best.demand.item.name.say(language))} → {markets}", (0, 0, 0, 2)
        )


def _comparison(plan: CompliancePlan, language: Language) -> RenderableType:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column(word("objective", language))
    for key in ("days", "price", "kilometres", "laboratories", "bound"):
        table.add_column(word(key, language), justify="right")
    table.add_column(word("proof", language))
    for itinerary in side_by_side(plan):
        table.add_row(
            ("▶ " if itinerary is plan.itinerary else "  ") + word(itinerary.objective, language),
            f"{itinerary.days:.1f}",
            money(itinerary.price),
            money(itinerary.kilometres),
            str(itinerary.laboratories),
            bound(itinerary, language),
            optimality(itinerary, language),
        )
    return table


def _itinerary(itinerary: Itinerary, language: Language) -> Iterator[RenderableType]:
    for lot, unit in itinerary.units:
        yield f"\n[bold]{label(SPECIMENS, lot, language)} {unit + 1}[/]"
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, overflow="fold")
        table.add_column(justify="right", no_wrap=True)
        for step in itinerary.steps:
            if (step.lot, step.unit) == (lot, unit):
                table.add_row(*_step(step, language))
        yield Padding(table, (0, 0, 0, 2))


def _step(step: Step, language: Language) -> tuple[str, str, str]:
    move = step.move
    if move.origin == move.destination:
        transfer = f"{word('handling', language)} {move.hours} {word('hours', language)}"
    else:
        origin = move.origin.name.say(language)
        transfer = f"← {origin} {move.kilometres:.0f} km, {move.hours} {word('hours', language)}"
    place = f"{step.laboratory.name.say(language)} · {step.city.name.say(language)} · {step.bench.id} · {transfer}"
    if step.unchecked:
        place += f" · {word('unchecked', language)}: {', '.join(step.unchecked)}"
    end = step.end.strftime("%H:%M" if step.end.date() == step.start.date() else "%m-%d %H:%M")
    return (
        f"{step.start:%m-%d %H:%M} – {end}",
        f"{escape(step.demand.item.name.say(language))} [dim]{step.demand.item.id}\n{escape(place)}[/]",
        f"{money(step.price)} {word('yuan', language)}",
    )
