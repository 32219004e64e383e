"""JSON Schemas of a pack's files and of product files, made from the very forms that the readers use.

A CSV file is described as the list of its rows, without their empty cells.
For editors that complete and check while one types, and for programs that write content.
"""

from qilian.content.errors import ContentError

KINDS = (
    "pack",
    "parameters",
    "implications",
    "rules",
    "tests",
    "order",
    "acceptance",
    "words",
    "indicators",
    "tools",
    "product",
    "chain",
    "chain-nodes",
    "chain-links",
    "chain-makers",
    "chain-points",
)


def schema(kind: str) -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of one kind of file.

    Raises
    ------
    ContentError
        For a kind that is not in :data:`KINDS`.
    """
    from pydantic import TypeAdapter

    from qilian.chain.door import ChainForm, LinkForm, MakerForm, NodeForm, PointForm
    from qilian.compliance.door import ImplicationForm, OrderForm, RuleForm, TestForm
    from qilian.content.door import PackForm
    from qilian.evaluation.systems_door import SystemForm
    from qilian.evaluation.tools_door import ToolForm, ToolsForm
    from qilian.evidence.policy_door import AcceptanceForm
    from qilian.intake.door import WordsForm
    from qilian.product.door import ParameterForm, ProductForm

    adapters = {
        "pack": TypeAdapter[object](PackForm),
        "parameters": TypeAdapter[object](list[ParameterForm]),
        "implications": TypeAdapter[object](list[ImplicationForm]),
        "rules": TypeAdapter[object](list[RuleForm]),
        "tests": TypeAdapter[object](list[TestForm]),
        "order": TypeAdapter[object](list[OrderForm]),
        "acceptance": TypeAdapter[object](AcceptanceForm),
        "words": TypeAdapter[object](WordsForm),
        "indicators": TypeAdapter[object](SystemForm),
        "tools": TypeAdapter[object](ToolsForm),
        "product": TypeAdapter[object](ProductForm),
        "chain": TypeAdapter[object](ChainForm),
        "chain-nodes": TypeAdapter[object](list[NodeForm]),
        "chain-links": TypeAdapter[object](list[LinkForm]),
        "chain-makers": TypeAdapter[object](list[MakerForm]),
        "chain-points": TypeAdapter[object](list[PointForm]),
    }
    if kind not in adapters:
        raise ContentError(f"{kind}: no such kind of file", mend=f"one of {', '.join(KINDS)}")
    made = adapters[kind].json_schema(by_alias=True)
    for form in (RuleForm, ImplicationForm, ToolForm):
        if form.__name__ in made.get("$defs", {}):
            made["$defs"][form.__name__]["properties"]["when"] = {"$ref": "#/$defs/condition"}
            made["$defs"]["condition"] = _condition()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Qilian {kind}", **made}


def _condition() -> dict[str, object]:
    """Return the schema of a condition: all, any, not, or a comparison with one operator."""
    from qilian.compliance.conditions import OPERATORS

    again = {"$ref": "#/$defs/condition"}
    many = {"type": "array", "items": again, "minItems": 1}
    comparison = {
        "type": "object",
        "required": ["parameter"],
        "properties": {"parameter": {"type": "string"}, **{operator: {} for operator in OPERATORS}},
        "additionalProperties": False,
        "minProperties": 2,
        "maxProperties": 2,
    }
    nests: list[dict[str, object]] = [
        {"type": "object", "required": [word], "properties": {word: inner}, "additionalProperties": False}
        for word, inner in (("all", many), ("any", many), ("not", again))
    ]
    return {"oneOf": [*nests, comparison]}
