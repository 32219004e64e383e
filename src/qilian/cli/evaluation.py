"""``qilian evaluation``: scores and ranks with intervals, frozen contests, courses, effects, policy tools."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import (
    NEGATIVE,
    JsonOption,
    Lang,
    LangOption,
    PackOption,
    console,
    print_json,
    read_date,
    write_whole,
)
from qilian.errors import QilianError

if TYPE_CHECKING:
    from qilian.evaluation import IndicatorSystem

app = typer.Typer(no_args_is_help=True, help="Indicator systems: scores, ranks, frozen contests, courses, effects.")

SystemOption = Annotated[
    str, typer.Option(help="Id of an indicator system of the pack, or a YAML file.", show_default=False)
]
MissingOption = Annotated[
    str | None, typer.Option(help="exclude, worst, bounds or refuse, in place of the system's own.")
]
DrawsOption = Annotated[int, typer.Option(help="How often weights and figures are drawn anew.")]
LevelOption = Annotated[float, typer.Option(help="The share of draws that an interval holds.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the draws.")]
FiguresArgument = Annotated[Path, typer.Argument(help="CSV file: id, name, a column an indicator.", show_default=False)]


@app.command()
def systems(pack: PackOption = "robots", lang: LangOption = Lang.zh) -> None:
    """List the indicator systems of a pack."""
    from qilian.content import load_systems

    for system in load_systems(pack).values():
        sample = ("（示例）", " (sample)")[lang is Lang.en] if system.sample else ""
        typer.echo(f"{system.id}  {system.title.say(lang.value)}: {len(system.indicators)}{sample}")


@app.command()
def score(
    figures: FiguresArgument,
    system: SystemOption,
    missing: MissingOption = None,
    draws: DrawsOption = 1000,
    level: LevelOption = 0.9,
    seed: SeedOption = 1,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Score and rank firms; beside each rank stands its interval, below it what was missing."""
    from qilian.evaluation import Drawing, read_figures, scores_to_data
    from qilian.evaluation import score as rank
    from qilian.evaluation.text_writer import score_lines

    chosen = _system(system, pack, missing)
    drawing = Drawing(draws, level, seed, chosen.weights_spread)
    found = rank(read_figures(figures, chosen), chosen, drawing)
    if as_json:
        print_json(scores_to_data(found))
    else:
        _print(score_lines(found, lang.value))


@app.command()
def freeze(
    figures: FiguresArgument,
    system: SystemOption,
    out: Annotated[Path, typer.Option(help="File to write.", show_default=False)],
    contest: Annotated[str, typer.Option("--id", help="Name of the contest.", show_default=False)],
    period: Annotated[str, typer.Option(help="2026, 2026-Q4 or 2026-12.", show_default=False)],
    on: Annotated[str, typer.Option(help="Date of the freeze, e.g. 2027-01-10.", show_default=False)],
    missing: MissingOption = None,
    draws: DrawsOption = 1000,
    level: LevelOption = 0.9,
    seed: SeedOption = 1,
    pack: PackOption = "robots",
) -> None:
    """Freeze a contest into one file that can be replayed to the same bytes."""
    from qilian.evaluation import Drawing, contest_hash, contest_text, read_figures
    from qilian.evaluation import freeze as frozen

    chosen = _system(system, pack, missing)
    table = read_figures(figures, chosen)
    made = frozen(contest, _period(period), read_date(on, "--on"), table, chosen, Drawing(draws, level, seed))
    write_whole(out, contest_text(made))
    typer.echo(f"{out}: sha256 {contest_hash(made)}")


@app.command("replay")
def replay_contest(
    contest: Annotated[Path, typer.Argument(help="Frozen contest.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Compute a frozen contest again from its file alone; code 1 unless the same bytes come out."""
    from qilian.evaluation import contest_hash, replay

    found = replay(contest)
    if as_json:
        print_json({"intact": found.intact, "same": found.same, "sha256": contest_hash(found.contest)})
    elif found.same:
        typer.echo(f"{contest.name}: the same bytes, sha256 {contest_hash(found.contest)}")
    else:
        why = "computes to other bytes" if found.intact else "was changed after it was frozen"
        typer.echo(f"{contest.name}: {why}, sha256 {contest_hash(found.contest)} now")
    if not found.same:
        raise typer.Exit(NEGATIVE)


@app.command()
def appeal(
    contest: Annotated[Path, typer.Argument(help="Frozen contest.", show_default=False)],
    appeals: Annotated[Path, typer.Argument(help="Decided appeals (YAML).", show_default=False)],
    out: Annotated[Path, typer.Option(help="File to write.", show_default=False)],
    on: Annotated[str, typer.Option(help="Date of the correction.", show_default=False)],
) -> None:
    """Write the contest that takes the place of a frozen one after appeals; both files are kept."""
    from qilian.documents import read_yaml
    from qilian.evaluation import contest_hash, contest_text, correct, read_appeals, read_contest

    frozen = read_contest(contest)
    made = correct(frozen, contest_hash(frozen), read_appeals(read_yaml(appeals)), read_date(on, "--on"))
    write_whole(out, contest_text(made))
    typer.echo(f"{out}: sha256 {contest_hash(made)}")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Frozen contest (.json) or CSV file.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="The later or corrected one, of the same kind.", show_default=False)],
    system: Annotated[str | None, typer.Option(help="Indicator system of two CSV files.")] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Say which inputs changed, who moved, and what moved each score: parts that add up exactly."""
    from qilian.evaluation import (
        Drawing,
        EvaluationError,
        Move,
        difference,
        difference_to_data,
        moves,
        moves_to_data,
        read_contest,
        read_figures,
    )
    from qilian.evaluation import score as rank
    from qilian.evaluation.text_writer import difference_lines, move_lines

    changed, why_not = None, ""
    moved: tuple[Move, ...]
    if before.suffix == after.suffix == ".json":
        old, new = read_contest(before), read_contest(after)
        changed = difference(old, new)
        try:
            moved = moves(old.scores, new.scores)
        except EvaluationError as error:  # what changed can be told even where the score has no parts
            moved, why_not = (), str(error)
    else:
        if system is None:
            raise QilianError("two tables without a system", where="--system", mend="name the indicator system")
        chosen = _system(system, pack, None)
        drawing = Drawing(weights_spread=chosen.weights_spread)
        first, second = (rank(read_figures(path, chosen), chosen, drawing) for path in (before, after))
        moved = moves(first, second)
    if as_json:
        data = difference_to_data(changed) if changed else {}
        print_json({**data, "moves": moves_to_data(moved), "no_moves_because": why_not or None})
        return
    if changed:
        _print(difference_lines(changed, lang.value))
    _print([why_not] if why_not else move_lines(moved, lang.value))


@app.command("course")
def show_course(
    figures: Annotated[Path, typer.Argument(help="CSV file: indicator,period,value.", show_default=False)],
    system: SystemOption,
    level: Annotated[str, typer.Option(help="province, city, district or firm: whose targets.", show_default=False)],
    period: Annotated[str, typer.Option(help="Period of the targets, e.g. 2026.", show_default=False)],
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Compare figures with the straight way from baseline to target; code 1 where one is behind."""
    from qilian.evaluation import State, course, course_to_data, read_history
    from qilian.evaluation.report_writer import course_lines

    chosen = _system(system, pack, None)
    history = read_history(figures, chosen)
    found = [
        course(indicator, target, history.get(indicator.id, {}))
        for indicator in chosen.indicators
        if (target := indicator.target(level, _period(period)))
    ]
    if not found:
        raise QilianError(f"no targets of level {level[:40]} for {period}", where=chosen.id, mend="name others")
    if as_json:
        print_json([course_to_data(each) for each in found])
    else:
        _print(course_lines(found, lang.value))
    if any(each.state is State.BEHIND for each in found):
        raise typer.Exit(NEGATIVE)


@app.command("effect")
def show_effect(
    panel: Annotated[Path, typer.Argument(help="CSV file: id,period,treated,value.", show_default=False)],
    start: Annotated[str, typer.Option("--from", help="First period with the programme.", show_default=False)],
    level: LevelOption = 0.9,
    seed: SeedOption = 1,
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Compare firms that took part with firms that did not, before and after; code 1 where it cannot be told."""
    from qilian.evaluation import Verdict, effect, effect_to_data, read_panel
    from qilian.evaluation.report_writer import effect_lines

    first = _period(start, "--from")
    found = effect(read_panel(panel), first, level=level, seed=seed)
    if as_json:
        print_json(effect_to_data(found))
    else:
        _print(effect_lines(found, lang.value))
    if found.verdict is Verdict.UNKNOWN:
        raise typer.Exit(NEGATIVE)


@app.command()
def tools(
    on: Annotated[str, typer.Option(help="Date to ask for, e.g. 2026-12-01.", show_default=False)],
    fact: Annotated[list[str] | None, typer.Option(help="What is known of the firm: fact=value; repeat.")] = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Say which policy tools fit a firm and why, and what else would have to be known; code 1 where none fits."""
    from qilian.content import load_tools
    from qilian.evaluation import offers_to_data, read_facts, tools_for
    from qilian.evaluation.report_writer import offer_lines

    box = load_tools(pack)
    found = tools_for(read_facts(fact or [], box), box, read_date(on, "--on"))
    if as_json:
        print_json(offers_to_data(found, box))
    else:
        _print(offer_lines(found, box, lang.value))
    if not any(each.fits or each.undecided for each in found.offers):
        raise typer.Exit(NEGATIVE)


def _system(name: str, pack: str, missing: str | None) -> "IndicatorSystem":
    from qilian.content import load_systems
    from qilian.documents import read_yaml
    from qilian.evaluation import Missing, read_system

    if name.endswith((".yaml", ".yml")):
        system = read_system(read_yaml(Path(name)))
    else:
        known = load_systems(pack)
        if name not in known:
            mend = f"one of {', '.join(known)}, or a YAML file"
            raise QilianError(f"{name[:60]}: no such indicator system", where="--system", mend=mend)
        system = known[name]
    if missing is None:
        return system
    if missing not in list(Missing):
        raise QilianError(f"{missing[:40]}: not a way with missing figures", where="--missing",
                          mend=f"one of {', '.join(Missing)}")  # fmt: skip
    return replace(system, missing=Missing(missing))


def _period(text: str, option: str = "--period") -> str:
    from qilian.evaluation import checked_period

    try:
        return checked_period(text)
    except ValueError as error:
        raise QilianError(str(error), where=option) from None


def _print(lines: list[str]) -> None:
    terminal = console()
    for line in lines:
        terminal.print(line, highlight=False, markup=False, soft_wrap=True)
