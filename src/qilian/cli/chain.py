"""``qilian chain``: what goes into what, what a problem comes from or reaches, and what laboratories can test of it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from qilian.cli.common import JsonOption, Lang, LangOption, PackOption, console, print_json, read_date
from qilian.errors import QilianError
from qilian.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qilian.chain import Capacity, Chain
    from qilian.planning import Pack

app = typer.Typer(no_args_is_help=True, help="The quality map: what goes into what, and where quality is controlled.")

NodeArgument = Annotated[str, typer.Argument(help="A node: its id, or its name in Chinese or English.")]
TopOption = Annotated[
    int | None, typer.Option(min=1, max=1_000_000, help="How many to show; 30 without, all of them as JSON.")
]
SHOWN = 30
OnOption = Annotated[str | None, typer.Option(help="Day on which accreditation has to be valid; today without.")]
WithinOption = Annotated[float | None, typer.Option(min=0, help="Only laboratories within so many road kilometres.")]
OfOption = Annotated[str, typer.Option(help="… of this city.")]
TierOption = Annotated[list[str] | None, typer.Option(help="Only province, city or district; repeatable.")]
RegionOption = Annotated[str, typer.Option(help="Only in this division: a code of GB/T 2260 or its beginning.")]


@app.command()
def show(
    node: NodeArgument, pack: PackOption = "robots", lang: LangOption = Lang.zh, as_json: JsonOption = False
) -> None:
    """Show a node: what goes into it, what it goes into, who makes it, and its control points."""
    from qilian.chain import LAYER_WORDS, PRIORITY_WORDS
    from qilian.chain.json_writer import node_data

    chain = _chain(_pack(pack))
    found = chain.find(node)
    if as_json:
        print_json(node_data(chain, found))
        return
    say: Language = lang.value
    system = chain.systems[found.system].say(say)
    lines = [
        f"{found.name.say(say)} ({found.id}) · {LAYER_WORDS[found.layer].say(say)} · {system} · {found.confidence}"
    ]
    origins = [chain.node(link.origin).name.say(say) for link in chain.links if link.target == found.id]
    targets = [chain.node(link.target).name.say(say) for link in chain.links if link.origin == found.id]
    for label, names in ((Text("由", "from"), origins), (Text("用于", "into"), targets)):
        lines += [f"{label.say(say)}: {' · '.join(names)}"] if names else []
    for maker in chain.makers_of(found.id):
        lines.append(f"{Text('制造商', 'maker').say(say)}: {maker.name.say(say)} {maker.region} ({maker.source})")
    for point in chain.points_of(found.id):
        words = PRIORITY_WORDS[point.priority].say(say)
        lines.append(f"[{words}] {point.id} {point.characteristic.say(say)}: {point.requirement.say(say)}")
        for failure in point.failures:
            ratings = f"S{failure.severity} O{failure.occurrence} D{failure.detection}"
            lines.append(f"    {failure.mode.say(say)} → {failure.effect.say(say)} · {ratings}")
        lines.append(f"    {' '.join(point.tests) or '-'} · {'; '.join(map(str, point.references)) or '-'}")
    _print([*lines, *(each.say(say) for each in chain.notices)])


@app.command()
def upstream(
    node: NodeArgument,
    test: Annotated[str | None, typer.Option(help="Id of the test that showed the problem.")] = None,
    top: TopOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List what may have caused a problem seen at a node, the most suspect first."""
    from qilian.chain import suspects
    from qilian.chain.json_writer import suspects_data

    chain = _chain(_pack(pack))
    start = chain.find(node)
    found = suspects(chain, start.id, test)
    if as_json:
        print_json(suspects_data(chain, start, test, found, top))
        return
    say: Language = lang.value
    mark = {True: "* ", False: ""}
    lines = [
        f"{mark[bool(each.shown)]}{each.node.name.say(say)}: {each.reason.say(say)}" for each in found[: top or SHOWN]
    ]
    _print([*lines, *_more(len(found), top, say), *(each.say(say) for each in chain.notices)])


@app.command()
def downstream(
    node: NodeArgument,
    top: TopOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List what a defective batch of a node reaches, nearest first."""
    from qilian.chain import reached
    from qilian.chain.json_writer import reached_data

    chain = _chain(_pack(pack))
    start = chain.find(node)
    found = reached(chain, start.id)
    if as_json:
        print_json(reached_data(chain, start, found, top))
        return
    say: Language = lang.value
    lines = [f"{each.distance} {each.node.name.say(say)}: {each.reason.say(say)}" for each in found[: top or SHOWN]]
    _print([*lines, *_more(len(found), top, say), *(each.say(say) for each in chain.notices)])


@app.command()
def critical(
    top: TopOption = None,
    on: OnOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List the nodes that most of the chain passes through, with their makers and laboratories."""
    from qilian.chain import criticality
    from qilian.chain.json_writer import critical_data

    knowledge, chain, capacity, day = _asked(pack, on)
    found = criticality(chain, capacity)
    if as_json:
        print_json(critical_data(chain, capacity, day, found, top))
        return
    say: Language = lang.value
    lines = [f"{each.node.name.say(say)}: {each.reason.say(say)}" for each in found[: top or SHOWN]]
    _print([*lines, *_more(len(found), top, say), *_notices(knowledge, chain, say)])


@app.command()
def gaps(
    within: WithinOption = None,
    of: OfOption = "",
    tier: TierOption = None,
    region: RegionOption = "",
    top: TopOption = None,
    on: OnOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List the control points that no laboratory near a city, or of a tier, can test whole."""
    from qilian.chain import PRIORITY_WORDS
    from qilian.chain import gaps as find_gaps
    from qilian.chain.json_writer import gaps_data

    knowledge, chain, capacity, day = _asked(pack, on, within, of, tier, region)
    found = find_gaps(chain, capacity)
    if as_json:
        print_json(gaps_data(chain, capacity, day, found, top))
        return
    say: Language = lang.value
    lines = [
        f"[{PRIORITY_WORDS[gap.point.priority].say(say)}] {gap.node.name.say(say)} · "
        f"{gap.point.characteristic.say(say)}: {gap.reason.say(say)}"
        for gap in found[: top or SHOWN]
    ]
    total = Text(
        f"{len(chain.points)} 个控制点中 {len(found)} 个", f"{len(found)} of {len(chain.points)} control points"
    )
    _print([*lines, *_more(len(found), top, say), total.say(say), *_notices(knowledge, chain, say)])


@app.command()
def coverage(
    within: WithinOption = None,
    of: OfOption = "",
    tier: TierOption = None,
    region: RegionOption = "",
    on: OnOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """Show how well laboratories cover the chain: by action priority, city and node."""
    from qilian.chain import PRIORITY_WORDS
    from qilian.chain import coverage as cover
    from qilian.chain.json_writer import coverage_data

    knowledge, chain, capacity, day = _asked(pack, on, within, of, tier, region)
    found = cover(chain, capacity)
    if as_json:
        print_json(coverage_data(chain, capacity, day, found))
        return
    say: Language = lang.value
    words = Text("控制点覆盖率", "coverage of control points").say(say)
    lines = [f"{words} {found.figure:.1%} ({capacity.where.words.say(say).strip()}, {day})"]
    for priority, points, figure in found.by_priority:
        name = Text("优先级", "priority").say(say)
        lines.append(f"  {name} {PRIORITY_WORDS[priority].say(say)}: {_share(figure)} / {points}")
    lines += [f"  {city.city.name.say(say)}: {city.figure:.1%} / {city.laboratories}" for city in found.cities]
    short = [each for each in found.nodes if each.figure is not None and each.figure < 1]
    lines += [
        f"  {each.node.name.say(say)} ({each.node.id}): {_share(each.figure)}, {each.whole}/{each.points}"
        for each in sorted(short, key=lambda each: each.figure or 0.0)
    ]
    _print([*lines, *_notices(knowledge, chain, say)])


@app.command()
def bench(
    city: Annotated[str, typer.Argument(help="Where the new bench would stand.")],
    within: Annotated[float, typer.Option(min=0, help="Kilometres that those who need it would travel.")] = 100,
    top: TopOption = None,
    on: OnOption = None,
    pack: PackOption = "robots",
    lang: LangOption = Lang.zh,
    as_json: JsonOption = False,
) -> None:
    """List the kinds of test bench that would improve the coverage around a city most."""
    from qilian.chain import best_bench
    from qilian.chain.json_writer import bench_data

    knowledge, chain, capacity, day = _asked(pack, on, within, city)
    place = knowledge.network.geography.find(city)
    found = best_bench(chain, capacity, place)
    if as_json:
        print_json(bench_data(chain, capacity, day, place, found, top))
        return
    say: Language = lang.value
    lines = [each.reason.say(say) for each in found[: top or SHOWN]]
    nothing = [] if found else [Text("没有哪一类台位能再提高", "no kind of bench would improve it").say(say)]
    _print([*lines, *_more(len(found), top, say), *nothing, *_notices(knowledge, chain, say)])


def _pack(name: str) -> "Pack":
    from qilian.content import load_pack

    return load_pack(name)


def _chain(knowledge: "Pack") -> "Chain":
    from qilian.content import load_chain

    chain = load_chain(knowledge)
    if chain is None:
        raise QilianError(f"{knowledge.id}: a pack without a chain", mend="name one that has a folder chain/")
    return chain


def _asked(
    pack: str,
    on: str | None,
    within: float | None = None,
    of: str = "",
    tier: list[str] | None = None,
    region: str = "",
) -> "tuple[Pack, Chain, Capacity, date]":
    """Return the pack, its chain, and the laboratories that count on the day."""
    from qilian.chain import Where
    from qilian.chain import capacity as find_capacity
    from qilian.laboratories import TIERS

    day = read_date(on, "--on") if on else date.today()  # noqa: DTZ011 - a user's own calendar day
    if (within is None) is not (not of):
        raise QilianError("--within and --of go together", mend="write e.g. --within 100 --of 丽水")
    unknown = [each for each in tier or () if each not in TIERS]
    if unknown:
        raise QilianError(f"{unknown[0]}: not a tier", where="--tier", mend=f"write one of {', '.join(TIERS)}")
    knowledge = _pack(pack)
    chain = _chain(knowledge)
    place = knowledge.network.geography.find(of) if of else None
    tiers = tuple(each for each in TIERS if each in tier) if tier else None
    where = Where(place, within, tiers, region)
    found = find_capacity(chain, knowledge.tests, knowledge.network, day, catalogue=knowledge.catalogue, where=where)
    return knowledge, chain, found, day


def _notices(knowledge: "Pack", chain: "Chain", say: Language) -> list[str]:
    return [each.say(say) for each in (*chain.notices, knowledge.network.notice) if each]


def _more(count: int, top: int | None, say: Language) -> list[str]:
    more = count - (top or SHOWN)
    return [Text(f"… 另有 {more} 项（--top）", f"… {more} more (--top)").say(say)] if more > 0 else []


def _share(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.1%}"


def _print(lines: "Iterable[str]") -> None:
    terminal = console()
    for line in lines:
        terminal.print(line, highlight=False, markup=False, soft_wrap=True)
