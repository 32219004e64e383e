"""How long the assessment of one product takes and how it grows with the rules; fails on wrong answers, never on time.

The rules are those of the robot pack, and copies of them with ids and conditions of their own. The peer evaluates the
same conditions as JsonLogic (https://jsonlogic.com) and does less: two values, no reasons, no dates, no implications.
It is ``json-logic-qubit`` where that is installed, and always the plain interpreter below, which works alike.
"""

import json
import os
import platform
import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import qilian
from qilian.compliance import (
    Assessment,
    Rule,
    Truth,
    assess,
    known_markets,
    rank_questions,
    read_implications,
    read_rules,
)
from qilian.compliance.conditions import All, AnyOf, Comparison, Condition, Not
from qilian.documents import read_yaml
from qilian.product import ParameterValue, Vocabulary, read_vocabulary

try:
    from json_logic import jsonLogic
except ImportError:
    jsonLogic = None  # noqa: N816 (the package's own name)

PACK = Path(qilian.__file__).parent / "content" / "robots"
SIZES = (95, 1_000, 10_000)
ON = date(2026, 12, 1)
PRODUCT: dict[str, ParameterValue] = {
    "product.kind": "humanoid",
    "machine.mass": 35.0,
    "motion.max_speed": 2.0,
    "battery.voltage": 48.0,
    "battery.energy": 432.0,
}
REPEATS = 15


def main() -> None:
    """Print the table."""
    vocabulary = read_vocabulary(read_yaml(PACK / "parameters.yaml"))
    implications = read_implications(read_yaml(PACK / "implications.yaml"), vocabulary)
    pack_rules = read_pack_rules(vocabulary)
    loading = _median(partial(read_pack_rules, vocabulary), 5)

    def assessment_of(rules: Sequence[Rule]) -> Assessment:
        return assess(PRODUCT, rules, implications, vocabulary, known_markets(rules), ON)

    print(f"{platform.machine()}, {os.cpu_count()} cores, {_processor()}; Python {platform.python_version()}")
    print(f"json-logic-qubit {_peer_version()}; one process, one core, median of {REPEATS}")
    print(f"product: {len(PRODUCT)} values; pack: {len(pack_rules)} rules, {len(implications)} implications")
    print(f"reading the pack's rules (YAML, pydantic, references): {loading * 1e3:.0f} ms\n")
    print(f"{'rules':>7} {'assess':>10} {'per rule':>9} {'questions':>10} {'interpreter':>12} {'ratio':>6}", end="")
    print(f" {'json-logic':>11} {'ratio':>6} {'peak':>9}")
    for size in sorted({*SIZES, len(pack_rules)}):
        rules = copies(pack_rules, size)
        known = assessment_of(rules)
        logic = [json.loads(json.dumps(as_json_logic(rule.when))) for rule in rules]
        values: dict[str, object] = {
            name: sorted(value) if isinstance(value, frozenset) else value for name, value in known.values.items()
        }
        nested = _nested(values)  # the package reads product.kind as kind of product
        _check(known, _evaluate_all(interpret, logic, values))
        ours = _median(partial(assessment_of, rules))
        questions = _median(partial(rank_questions, known), 3)
        plain = _median(partial(_evaluate_all, interpret, logic, values))
        row = f"{size:>7} {ours * 1e3:>7.2f} ms {ours / size * 1e6:>6.1f} µs {questions * 1e3:>7.1f} ms"
        row += f" {plain * 1e3:>9.2f} ms {ours / plain:>6.2f}"
        if jsonLogic is None:
            row += f" {'-':>11} {'-':>6}"
        else:
            _check(known, _evaluate_all(jsonLogic, logic, nested))
            peer = _median(partial(_evaluate_all, jsonLogic, logic, nested), 3)
            row += f" {peer * 1e3:>8.2f} ms {ours / peer:>6.2f}"
        print(f"{row} {_peak(partial(assessment_of, rules)) / 1024:>6.0f} KB")
    print("\nratio: assessment / peer, below 1 is faster than the peer; peak: of one assessment, by tracemalloc")
    print(f"largest resident size of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def read_pack_rules(vocabulary: Vocabulary) -> list[Rule]:
    """Read all rules of the pack."""
    files = sorted((PACK / "rules").glob("*.yaml"))
    return [rule for path in files for rule in read_rules(read_yaml(path), vocabulary)]


def copies(rules: Sequence[Rule], size: int) -> list[Rule]:
    """Return ``size`` rules, evenly from the whole pack, with new ids and new conditions."""
    chosen = [rules[index * len(rules) // size if size < len(rules) else index % len(rules)] for index in range(size)]
    return [replace(rule, id=f"{rule.id}~{index}", when=_fresh(rule.when)) for index, rule in enumerate(chosen)]


def as_json_logic(condition: Condition) -> object:
    """Write a condition as JsonLogic."""
    match condition:
        case All(children):
            return {"and": [as_json_logic(child) for child in children]}
        case AnyOf(children):
            return {"or": [as_json_logic(child) for child in children]}
        case Not(child):
            return {"!": [as_json_logic(child)]}
    value = {"var": condition.parameter}
    operand = _plain(condition.operand)
    members = operand if isinstance(operand, list) else []
    match condition.operator:
        case "in":
            return {"in": [value, operand]}
        case "not_in":
            return {"!": [{"in": [value, operand]}]}
        case "between":
            lowest, highest = members
            return {"and": [{">=": [value, lowest]}, {"<=": [value, highest]}]}
        case "contains":
            return {"in": [operand, value]}
        case "contains_any":
            return {"or": [{"in": [member, value]} for member in members]}
        case "lacks":
            return {"!": [{"or": [{"in": [member, value]} for member in members]}]}
        case "known":
            return {"!=": [value, None]}
    sign = {"is": "==", "is_not": "!=", "below": "<", "at_most": "<=", "above": ">", "at_least": ">="}
    return {sign[condition.operator]: [value, operand]}


def interpret(logic: object, data: dict[str, object]) -> object:
    """Evaluate JsonLogic by walking its dictionaries, as its reference implementation does."""
    if not isinstance(logic, dict):
        return logic
    operator, operands = next(iter(logic.items()))
    if operator == "var":
        return data.get(operands)
    if operator == "and":
        return all(interpret(operand, data) for operand in operands)
    if operator == "or":
        return any(interpret(operand, data) for operand in operands)
    values = [interpret(operand, data) for operand in operands]
    return _OPERATIONS[operator](*values)


_OPERATIONS: dict[str, Callable[..., bool]] = {
    "!": lambda a: not a,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a is not None and a < b,
    "<=": lambda a, b: a is not None and a <= b,
    ">": lambda a, b: a is not None and a > b,
    ">=": lambda a, b: a is not None and a >= b,
    "in": lambda a, b: b is not None and a in b,
}


def _check(known: Assessment, found: list[object]) -> None:
    """Where three-valued logic decides, two-valued logic must agree, whatever it makes of the unknown."""
    decided = 0
    for obligation, truth in zip(known.obligations, found, strict=True):
        if obligation.in_force and obligation.outcome is not Truth.UNDECIDED:
            decided += 1
            if bool(truth) != (obligation.outcome is Truth.TRUE):
                sys.exit(f"{obligation.rule.id}: the peer disagrees")
    assert decided, "nothing was compared"


def _nested(values: dict[str, object]) -> dict[str, object]:
    nested: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        group, _, rest = name.partition(".")
        nested.setdefault(group, {})[rest] = value
    return dict(nested)


def _fresh(condition: Condition) -> Condition:
    """Return an equal condition that shares no object with the pack's."""
    match condition:
        case All(children):
            return All(tuple(_fresh(child) for child in children))
        case AnyOf(children):
            return AnyOf(tuple(_fresh(child) for child in children))
        case Not(child):
            return Not(_fresh(child))
    return Comparison(condition.parameter, condition.operator, condition.operand)


def _plain(operand: object) -> object:
    if isinstance(operand, tuple):
        return [_plain(each) for each in operand]
    if isinstance(operand, frozenset):
        return sorted(operand)
    return operand.isoformat() if isinstance(operand, date) else operand


def _evaluate_all(
    evaluate: Callable[[object, dict[str, object]], object], logic: list[object], values: dict[str, object]
) -> list[object]:
    return [evaluate(each, values) for each in logic]


def _median(job: Callable[[], object], repeats: int = REPEATS) -> float:
    job()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _peak(job: Callable[[], object]) -> int:
    tracemalloc.start()
    job()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _peer_version() -> str:
    return "not installed" if jsonLogic is None else version("json-logic-qubit")


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    except OSError:
        return platform.processor() or "unknown"


if __name__ == "__main__":
    main()
