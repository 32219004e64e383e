"""Precision and recall of the reader of demands, on the written demands of tests/intake.

Of demands.yaml every third, from the first on, was used to develop the reader; the others are kept apart. All of
demands_messy.yaml (full-width digits, ranges, unit spellings) was used to develop it later. What is counted:
parameters with their values, test items and markets with their stance, standards, dates with both ends. The demands
were written by the people who wrote the reader, before it was tuned: real firms write more freely.
Run: ``python benchmarks/intake.py``; ``--development`` also lists the misses of what it was developed with.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from qilian.content import load_pack
from qilian.intake import Demand, Period, Stance, read_demand, read_lexicon
from qilian.planning import Pack
from qilian.product.quantity import read_quantity
from qilian.standards import StandardRef

FOLDER = Path(__file__).parent.parent / "tests" / "intake"
PARTS = ("development", "messy", "apart")
ON = date(2026, 11, 25)
KINDS = ("parameters", "tests", "standards", "markets", "dates")


@dataclass
class Score:
    """How many things were right, read though not meant, and meant though not read."""

    right: int = 0
    extra: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was read that is right."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        """The share of what is meant that was read."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def measure() -> dict[str, dict[str, Score]]:
    """Return the scores by part (one of PARTS) and kind."""
    pack = load_pack("robots")
    lexicon = read_lexicon(pack)
    scores = {part: {kind: Score() for kind in KINDS} for part in PARTS}
    for name, written in _written():
        part = scores[name]
        found = _found(read_demand(written["text"], pack, on=ON, lexicon=lexicon))
        for kind, meant in _meant(written, pack).items():
            score = part[kind]
            score.right += len(found[kind] & meant)
            score.extra += len(found[kind] - meant)
            score.missed += len(meant - found[kind])
            if found[kind] != meant:
                score.misses.append(f"{written['text']}\n    + {found[kind] - meant}\n    - {meant - found[kind]}")
    return scores


def _written() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each demand with the part that it is of."""
    for number, each in enumerate(yaml.safe_load((FOLDER / "demands.yaml").read_text(encoding="utf-8"))):
        yield "apart" if number % 3 else "development", each
    for each in yaml.safe_load((FOLDER / "demands_messy.yaml").read_text(encoding="utf-8")):
        yield "messy", each


def _found(demand: Demand) -> dict[str, set[object]]:
    signs = {Stance.WANTED: "", Stance.REFUSED: "-", Stance.HELD: "-"}
    return {
        "parameters": {(name, _plain(value)) for name, value in demand.values.items()},
        "tests": {signs[each.stance] + each.id for each in demand.of("test")},
        "standards": {each.id for each in demand.of("standard")},
        "markets": {signs[each.stance] + each.id for each in demand.of("market")},
        "dates": {(each.value.first, each.value.last) for each in demand.of("date") if isinstance(each.value, Period)},
    }


def _meant(written: dict[str, object], pack: Pack) -> dict[str, set[object]]:
    def listed(key: str) -> Iterable[object]:
        value = written.get(key, ())
        return value if isinstance(value, list) else ()

    parameters = written.get("parameters", {})
    assert isinstance(parameters, dict)
    values = set()
    for name, value in parameters.items():
        parameter = pack.vocabulary[name]
        if parameter.kind == "number":
            value = read_quantity(value, parameter.unit, "", name, "")
        values.add((name, _plain(frozenset(value) if isinstance(value, list) else value)))
    return {
        "parameters": values,
        "tests": set(listed("tests")),
        "standards": {str(StandardRef.parse(str(each))) for each in listed("standards")},
        "markets": set(listed("markets")),
        "dates": {tuple(each) for each in listed("dates") if isinstance(each, list)},
    }


def _plain(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--development", action="store_true", help="list the misses of what it was developed with")
    listing = arguments.parse_args().development
    scores = measure()
    print(f"{'part':<12} {'kind':<11} {'meant':>5} {'read':>5} {'right':>5} {'precision':>9} {'recall':>7}")
    for part, kinds in scores.items():
        for kind, score in kinds.items():
            meant, read = score.right + score.missed, score.right + score.extra
            print(
                f"{part:<12} {kind:<11} {meant:>5} {read:>5} {score.right:>5} {score.precision:>9.3f}"
                f" {score.recall:>7.3f}"
            )
    if listing:
        for kind, score in (*scores["development"].items(), *scores["messy"].items()):
            for miss in score.misses:
                print(f"\n{kind}: {miss}", file=sys.stdout)


if __name__ == "__main__":
    main()
