"""The door for files: ``qilian-routing/1`` problems and ``qilian-routing-plan/1`` plans, as JSON or gzipped JSON.

Files are read up to a bounded size, also when they unpack; each fault is one line with the file and the field.
Pydantic is used, and imported, only here and only when a file is read.
"""

import gzip
import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar, Union

from qilian.documents import DocumentError, read_bytes
from qilian.routing.errors import InvalidProblem, UnreadableFile
from qilian.routing.plan import Assignment, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from qilian.routing.file_models import PlanFile, ProblemFile

    Model = TypeVar("Model", bound=BaseModel)

Json: TypeAlias = Union[str, int, float, bool, list["Json"], dict[str, "Json"], None]  # noqa: UP007 - names itself

PROBLEM_FORMAT = "qilian-routing/1"
PLAN_FORMAT = "qilian-routing-plan/1"
MAX_FILE_BYTES = 40_000_000
MAX_JSON_BYTES = 200_000_000


def read_problem(path: Path) -> Problem:
    """Read a problem.

    Raises
    ------
    UnreadableFile
        If the file is missing, too large, no JSON, of another format, or a field is wrong or missing.
    InvalidProblem
        If its data contradict each other.
    """
    from qilian.routing.file_models import ProblemFile

    try:
        return _problem(_read(path, ProblemFile))
    except InvalidProblem as error:
        where = f"{path.name} {error.where}".strip()
        raise InvalidProblem(error.what, where=where, mend=error.mend) from None


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises
    ------
    UnreadableFile
        If the file is missing, too large, no JSON, of another format, or a field is wrong or missing.
    """
    from qilian.routing.file_models import PlanFile

    return _plan(_read(path, PlanFile))


def write_problem(problem: Problem, path: Path) -> None:
    """Write a problem; a path that ends in ``.gz`` is compressed."""
    _write(problem_to_data(problem), path)


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan; a path that ends in ``.gz`` is compressed."""
    _write(plan_to_data(plan), path)


def problem_to_data(problem: Problem) -> dict[str, Json]:
    """Return a problem as plain values in the format ``qilian-routing/1``."""
    return {
        "format": PROBLEM_FORMAT,
        "time_unit": "hour",
        "horizon": problem.horizon,
        "cities": list(problem.cities),
        "transfer_hours": [list(row) for row in problem.transfer_hours],
        "transfer_km": [list(row) for row in problem.transfer_km],
        "transfer_price": [list(row) for row in problem.transfer_price],
        "benches": [
            {
                "id": bench.id,
                "lab": bench.lab,
                "city": bench.city,
                "staffed": [list(interval) for interval in bench.staffed],
                "busy": [list(interval) for interval in bench.busy],
            }
            for bench in problem.benches
        ],
        "products": [
            {
                "id": product.id,
                "home": product.home,
                "sample_units": product.sample_units,
                "tests": [
                    {
                        "id": test.id,
                        "attended": test.attended,
                        "destructive": test.destructive,
                        "options": [
                            {"bench": option.bench, "hours": option.hours, "price": option.price}
                            for option in test.options
                        ],
                    }
                    for test in product.tests
                ],
                "precedence": [list(pair) for pair in product.precedence],
            }
            for product in problem.products
        ],
    }


def plan_to_data(plan: Plan) -> dict[str, Json]:
    """Return a plan as plain values in the format ``qilian-routing-plan/1``."""
    return {
        "format": PLAN_FORMAT,
        "objective": plan.objective,
        "value": plan.value,
        "lower_bound": plan.lower_bound,
        "proven": plan.proven,
        "seconds": plan.seconds,
        "assignments": [
            {
                "product": item.product,
                "test": item.test,
                "bench": item.bench,
                "unit": item.unit,
                "start": item.start,
                "end": item.end,
            }
            for item in plan.assignments
        ],
    }


@cache
def schemas() -> Mapping[str, dict[str, Json]]:
    """Return the JSON Schemas of the formats by the name of their file in ``schemas``."""
    from qilian.routing.answer_models import ReplanFile, WhatIfFile
    from qilian.routing.file_models import PlanFile, ProblemFile
    from qilian.routing.front_models import FrontFile, RankingFile

    return {
        "routing-problem-1.schema.json": ProblemFile.model_json_schema(),
        "routing-plan-1.schema.json": PlanFile.model_json_schema(),
        "routing-what-if-1.schema.json": WhatIfFile.model_json_schema(),
        "routing-replan-1.schema.json": ReplanFile.model_json_schema(),
        "routing-front-1.schema.json": FrontFile.model_json_schema(),
        "routing-ranking-1.schema.json": RankingFile.model_json_schema(),
    }


def _read(path: Path, model: "type[Model]") -> "Model":
    from pydantic import ValidationError

    try:
        data = read_bytes(path, MAX_FILE_BYTES)
    except DocumentError as error:
        raise UnreadableFile(error.what, where=error.where, mend=error.mend) from None
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, path)
    if not data.strip():
        raise UnreadableFile("empty", where=path.name, mend="write the fields that it should hold")
    try:
        return model.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise _one_line(error, path) from None


def _unpacked(data: bytes, path: Path) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        result = unpacker.decompress(data, MAX_JSON_BYTES)
    except zlib.error:
        raise UnreadableFile("damaged gzip data", where=path.name, mend="pack the file again") from None
    if unpacker.unconsumed_tail:
        raise UnreadableFile(f"unpacks to more than {MAX_JSON_BYTES // 1_000_000} MB", where=path.name)
    if not unpacker.eof:
        raise UnreadableFile("damaged gzip data: it ends too early", where=path.name, mend="pack the file again")
    return result


def _one_line(error: "ValidationError", path: Path) -> UnreadableFile:
    faults = error.errors(include_url=False, include_context=False)
    first = faults[0]
    trail = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).removeprefix(".")
    more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
    if first["type"] == "json_invalid":
        return UnreadableFile(f"not JSON: {first['msg'].removeprefix('Invalid JSON: ')}", where=path.name)
    found = "" if first["type"] == "missing" else f", found {repr(first['input'])[:40]}"
    where = f"{path.name} field {trail}" if trail else path.name
    return UnreadableFile(f"{first['msg']}{found}{more}", where=where, mend="see the format's JSON Schema")


def _problem(file: "ProblemFile") -> Problem:
    return Problem(
        horizon=file.horizon,
        cities=tuple(file.cities),
        transfer_hours=tuple(map(tuple, file.transfer_hours)),
        transfer_km=tuple(map(tuple, file.transfer_km)),
        transfer_price=tuple(map(tuple, file.transfer_price)),
        benches=tuple(
            Bench(bench.id, bench.lab, bench.city, tuple(bench.staffed), tuple(bench.busy)) for bench in file.benches
        ),
        products=tuple(
            Product(
                product.id,
                product.home,
                product.sample_units,
                tuple(
                    Test(
                        test.id,
                        test.attended,
                        test.destructive,
                        tuple(Option(option.bench, option.hours, option.price) for option in test.options),
                    )
                    for test in product.tests
                ),
                tuple(product.precedence),
            )
            for product in file.products
        ),
    )


def _plan(file: "PlanFile") -> Plan:
    return Plan(
        objective=file.objective,
        value=file.value,
        lower_bound=file.lower_bound,
        proven=file.proven,
        seconds=file.seconds,
        assignments=tuple(
            Assignment(item.product, item.test, item.bench, item.unit, item.start, item.end)
            for item in file.assignments
        ),
    )


def _write(data: dict[str, Json], path: Path) -> None:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
    packed = text.encode()
    if path.suffix == ".gz":
        packed = gzip.compress(packed, mtime=0)
    path.write_bytes(packed)
