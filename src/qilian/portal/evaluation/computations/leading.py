"""Computed from the help that chain leaders gave: what the supplier confirmed and what came of it."""

from datetime import timedelta

from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation
from qilian.portal.leading.judging import Verdict
from qilian.portal.leading.models import Help
from qilian.text import Text

_YEAR = timedelta(days=365)


@computation("chain.suppliers_helped")
def suppliers_helped(scope: Scope) -> Found:
    """Suppliers that help improved, as they confirmed it themselves, in the year up to the end of the period.

    A supplier counts once, however often it was helped.
    """
    rows = Help.objects.filter(
        bond__leader__in=scope.firms,
        state="confirmed",
        confirmed__gte=scope.ends - _YEAR,
        confirmed__lt=scope.ends,
    )
    found = list(rows.select_related("bond__supplier", "requirement").order_by("pk"))
    if not found:
        raise CannotTell(Text("一年内没有供应商确认的帮扶", "no supplier confirmed any help within the year"))
    improved: dict[int, list[str]] = {}
    suppliers = set()
    for row in found:
        if row.verdict is Verdict.IMPROVED:
            improved.setdefault(row.bond_id, []).append(row.title)
            suppliers.add(row.bond.supplier_id)
    return Found(
        float(len(suppliers)),
        tuple(Record("bond", bond, "; ".join(titles)) for bond, titles in improved.items()),
        Text(
            f"一年内经供应商确认的帮扶 {len(found)} 项，其中使 {len(suppliers)} 家供应商有改进",
            f"{len(found)} acts of help were confirmed within the year; they improved {len(suppliers)} suppliers",
        ),
    )
