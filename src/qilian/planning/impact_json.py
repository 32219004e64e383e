"""An impact as JSON data, in the shape that ``qilian standards impact --json`` promises (schemas/impact.schema.json).

Fields are only ever added. Words come in both languages, so that a program need not ask for one.
"""

from collections.abc import Sequence

from qilian.laboratories.scopes import ScopeMatches, matches_json
from qilian.planning.impact import Citation, Impact
from qilian.text import Text

FORMAT = "qilian-impact/1"


def impact_to_data(impact: Impact) -> dict[str, object]:
    """Return the impact as plain data."""
    return {
        "format": FORMAT,
        "old": str(impact.old),
        "new": str(impact.new),
        "starts": impact.starts.isoformat() if impact.starts else None,
        "rules": [
            {
                "id": each.rule.id,
                "title": _text(each.rule.title),
                "market": each.rule.market,
                "confidence": each.rule.confidence,
                "citations": _citations(each.citations),
                "taken_over_by": each.heir.id if each.heir else None,
                "todo": _text(each.todo),
            }
            for each in impact.rules
        ],
        "tests": [
            {
                "id": each.item.id,
                "name": _text(each.item.name),
                "confidence": each.item.confidence,
                "citations": _citations(each.citations),
                "todo": _text(each.todo),
            }
            for each in impact.tests
        ],
        "lines": [
            {
                "laboratory": each.laboratory.id,
                "name": _text(each.laboratory.name),
                "row": each.line.row,
                "citations": _citations((each.citation,)),
                "todo": _text(each.todo),
            }
            for each in impact.lines
        ],
        "products": [
            {
                "id": each.product.id,
                "name": _text(each.product.name),
                "rules": list(each.rules),
                "undecided": list(each.undecided),
                "tests": list(each.tests),
                "todo": _text(each.todo),
            }
            for each in impact.products
        ],
        "ready_laboratories": [laboratory.id for laboratory in impact.ready],
        "notices": [_text(notice) for notice in impact.notices],
        "holders": _holders(impact.holders),
    }


def _holders(holders: ScopeMatches | None) -> dict[str, object] | None:
    """Return who of the imported scope tables holds the old edition, each with its lines."""
    if holders is None:
        return None
    found = matches_json(holders)
    return {key: found[key] for key in ("count", "complete", "laboratories")}


def _citations(citations: Sequence[Citation]) -> list[dict[str, object]]:
    return [
        {
            "reference": str(each.reference),
            "how": each.how.value,
            "adoptions": [
                {
                    "adopts": str(relation.object),
                    "by": str(relation.subject),
                    "degree": relation.degree.value if relation.degree else None,
                    "confidence": relation.confidence,
                }
                for relation in each.adoptions
            ],
            "successor": str(each.successor) if each.successor else None,
        }
        for each in citations
    ]


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
