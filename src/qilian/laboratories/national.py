"""How many laboratories of the national scopes can do a test of a plan, whether they are on the network or not.

In come a test item, the references that are accepted for it, the product's values and a matcher over national scopes;
out go :class:`~qilian.laboratories.scopes.ScopeMatches`. What can be booked comes from the network alone; both sides
judge by the same hard limits (``holding.py``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from qilian.compliance import Requirement, TestItem
from qilian.laboratories.holding import Standing
from qilian.laboratories.scopes import Demand, Matcher, Need, ScopeMatches
from qilian.product import Vocabulary
from qilian.standards import StandardRef

COUNTED = 500
"""Holders of a test are counted up to here."""

_ASIDE = re.compile(r"[(（][^()（）]*[)）]")  # "Vibration (T.3)": lines often leave the bracket out

SHOWN = 5
"""So many of them are shown with the line that proves it."""


def match_nationally(
    item: TestItem,
    references: Iterable[StandardRef],
    values: Mapping[str, object],
    vocabulary: Vocabulary,
    scopes: Matcher,
    on: date,
    *,
    requires: Iterable[Requirement] | None = None,
) -> ScopeMatches | None:
    """Match one test to the national scopes.

    A line proves the test if it cites an accepted edition, names the test in Chinese or English, and holds the
    product's values. A laboratory whose accreditations are known has to hold one on the day; one of which none is known
    counts as unverified (docs/decisions/0008-unknown-accreditation.md).

    Parameters
    ----------
    references
        The standards accepted for the test; the item's own methods if empty. An undated one means its current edition.
    values
        What is known of the product, by parameter id, in the vocabulary's units.
    on
        The day on which editions and accreditations are judged.
    requires
        Limits that have to hold; the item's own if absent.

    Returns
    -------
    ScopeMatches or None
        None for a test without any standard: its name alone would not tell which laboratories do it.
    """
    accepted = tuple(references) or tuple(method.reference for method in item.methods)
    if not accepted:
        return None
    written = [name for name in (item.name.zh, item.name.en) if name]
    names = tuple(dict.fromkeys((*written, *(_ASIDE.sub(" ", name).strip() or name for name in written))))
    demand = Demand(
        text=" ".join(written),
        standards=tuple(reference.without_clause for reference in accepted),
        needs=tuple(_needs(item.requires if requires is None else requires, values, vocabulary)),
        standing=Standing.asked(on, takes_unverified=True) if scopes.store.knows_accreditations else Standing(),
        as_of=on,
        names=names,
    )
    return scopes.match(demand, SHOWN, counted=COUNTED)


def _needs(requires: Iterable[Requirement], values: Mapping[str, object], vocabulary: Vocabulary) -> Iterator[Need]:
    """Yield what is known of the product, in quantities that scope lines speak of."""
    for requirement in requires:
        value, parameter = values.get(requirement.parameter), vocabulary.find(requirement.parameter)
        if parameter is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        need = Need.of(requirement.limit, value, parameter.unit or "")
        if need is not None:
            yield need
