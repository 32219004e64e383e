"""Acceptance policies as content: per market and programme, clauses with ids, conditions, sources and confidence.

In comes ``acceptance.yaml`` of a content pack; out go frozen policies. A clause is a condition on the facts of
:mod:`qilian.evidence.facts`; a threshold that nobody published is marked as an assumption, and every decision says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from qilian.compliance import Condition, Rule, read_condition
from qilian.documents import Document, Trail, shaped
from qilian.evidence.errors import EvidenceError
from qilian.evidence.facts import FACTS, Transition
from qilian.product import Confidence
from qilian.standards import StandardRef
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.evidence.policy_door import AcceptanceForm, ClauseForm, PolicyForm

EVERY_MARKET = "ALL"


class Effect(StrEnum):
    """What follows where a clause does not hold."""

    REJECT = "reject"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of acceptance.

    Attributes
    ----------
    otherwise
        What follows where the condition does not hold.
    missing
        What has to be added, where the effect is ``partial``.
    assumption
        True for a threshold of ours that no source gives.
    """

    id: str
    title: Text
    when: Condition
    otherwise: Effect
    missing: Text
    sources: tuple[str, ...]
    confidence: Confidence
    assumption: bool
    note: Text


@dataclass(frozen=True, slots=True)
class Recognition:
    """A scheme or arrangement that a policy recognises: ``CNAS``, ``ILAC MRA``."""

    id: str
    name: str
    title: Text
    sources: tuple[str, ...]
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Policy:
    """What one programme of one market accepts.

    Attributes
    ----------
    rules
        Ids of the rules of compliance that it serves; empty where it serves all rules of its market.
    recognised
        By the name of the scheme or arrangement.
    """

    id: str
    market: str
    programme: Text
    rules: tuple[str, ...]
    clauses: tuple[Clause, ...]
    recognised: Mapping[str, Recognition] = field(hash=False)
    transitions: tuple[Transition, ...] = ()
    sources: tuple[str, ...] = ()
    source_seen: date | None = None
    confidence: Confidence = "unverified"
    note: Text = Text("", "")  # noqa: RUF009 - a frozen value

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with that id.

        Raises
        ------
        EvidenceError
            If the policy has none.
        """
        for each in self.clauses:
            if each.id == clause_id:
                return each
        raise EvidenceError(f"{self.id} has no clause {clause_id}")


def read_policies(document: Document) -> tuple[Policy, ...]:
    """Read the acceptance policies of a pack.

    Raises
    ------
    QilianError
        For the first entry that is not well formed, or names what does not exist, with file and line.
    """
    from qilian.evidence.policy_door import AcceptanceForm

    form = shaped(document, document.value, AcceptanceForm)
    clauses = {each.id: _clause(each, document, index) for index, each in enumerate(form.clauses)}
    recognitions = {
        each.id: Recognition(each.id, each.name, each.title, tuple(each.sources), each.confidence, each.note)
        for each in form.recognitions
    }
    _refuse_doubles(document, form)
    transitions = tuple(
        Transition(StandardRef.parse(each.edition), each.until, each.source, each.confidence, each.note)
        for each in form.transitions
    )
    return tuple(
        _policy(each, document, index, clauses, recognitions, transitions) for index, each in enumerate(form.policies)
    )


def policies_for(
    rule_ids: Iterable[str], rules: Mapping[str, Rule], policies: Sequence[Policy], markets: Sequence[str]
) -> dict[str, Policy | None]:
    """Return who has to accept the evidence for a test: by market, the policy of each rule that asks for it.

    A rule of every market binds in each of ``markets``. The policy that names the rule comes first, then the market's
    own, then that of the market it is part of, then the one for every market; None where there is none at all.

    Returns
    -------
    dict[str, Policy | None]
        By ``MARKET`` or, where a policy names rules, ``MARKET/POLICY``.
    """
    found: dict[str, Policy | None] = {}
    for rule_id in rule_ids:
        market = rules[rule_id].market
        for each in markets if market == EVERY_MARKET else (_asked_market(market, markets),):
            policy = _policy_of(rule_id, each, policies)
            found[f"{each}/{policy.id}" if policy and policy.rules else each] = policy
    return found


def _asked_market(market: str, markets: Sequence[str]) -> str:
    """Return the market of a rule as it was asked for: a rule of CN binds where CN-ZJ was asked for."""
    if market in markets:
        return market
    return next((each for each in markets if each.startswith(f"{market}-") or market.startswith(f"{each}-")), market)


def _policy_of(rule: str, market: str, policies: Sequence[Policy]) -> Policy | None:
    parts = market.split("-")
    names = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)] + [EVERY_MARKET]
    for name in names:
        of_market = [policy for policy in policies if policy.market == name]
        for policy in of_market:
            if rule in policy.rules:
                return policy
        for policy in of_market:
            if not policy.rules:
                return policy
    return None


def _clause(form: "ClauseForm", document: Document, index: int) -> Clause:
    def where(trail: Trail) -> str:
        return document.where(("clauses", index, "when", *trail))

    return Clause(
        id=form.id,
        title=form.title,
        when=read_condition(form.when, FACTS, where),
        otherwise=Effect(form.otherwise),
        missing=form.missing,
        sources=tuple(form.sources),
        confidence=form.confidence,
        assumption=form.assumption,
        note=form.note,
    )


def _policy(
    form: "PolicyForm",
    document: Document,
    index: int,
    clauses: Mapping[str, Clause],
    recognitions: Mapping[str, Recognition],
    transitions: tuple[Transition, ...],
) -> Policy:
    for name, known in (("clauses", clauses), ("recognised", recognitions)):
        for place, each in enumerate(form.clauses if name == "clauses" else form.recognised):
            if each not in known:
                where = document.where(("policies", index, name, place))
                raise EvidenceError(f"{each[:60]}: not defined", where=where, mend=f"one of {', '.join(known)}")
    return Policy(
        id=form.id,
        market=form.market,
        programme=form.programme,
        rules=tuple(form.rules),
        clauses=tuple(clauses[each] for each in form.clauses),
        recognised={recognitions[each].name: recognitions[each] for each in form.recognised},
        transitions=transitions,
        sources=tuple(form.sources),
        source_seen=form.seen,
        confidence=form.confidence,
        note=form.note,
    )


def _refuse_doubles(document: Document, form: "AcceptanceForm") -> None:
    lists: tuple[tuple[str, list[str]], ...] = (
        ("clauses", [each.id for each in form.clauses]),
        ("recognitions", [each.id for each in form.recognitions]),
        ("policies", [each.id for each in form.policies]),
    )
    for name, ids in lists:
        for place, each in enumerate(ids):
            if each in ids[:place]:
                where = document.where((name, place, "id"))
                raise EvidenceError(f"{each}: defined twice", where=where, mend="rename one")
