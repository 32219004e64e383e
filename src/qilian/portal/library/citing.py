"""Who cites a standard in the content pack: rules and tests, whatever edition they name."""

from dataclasses import dataclass

from qilian.compliance import Rule, TestItem
from qilian.planning import Pack
from qilian.standards import StandardRef


@dataclass(frozen=True, slots=True)
class Citing:
    """Rules and tests that name a document."""

    rules: tuple[Rule, ...]
    tests: tuple[TestItem, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.tests)


def citing(ref: StandardRef, pack: Pack) -> Citing:
    """Return what of a pack names any edition of the document that ``ref`` is of."""
    base = ref.base_key
    return Citing(
        tuple(rule for rule in pack.rules if any(each.base_key == base for each in rule.references)),
        tuple(item for item in pack.tests.values() if any(each.reference.base_key == base for each in item.methods)),
    )
