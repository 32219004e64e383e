"""The content for programs: rules, tests and acceptance policies; what people say of them is in its own file."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from ninja import Field, Query, Router, Schema

from qilian.compliance import Rule, TestItem
from qilian.evidence.facts import FACTS
from qilian.evidence.policy import Clause, Policy
from qilian.planning.condition_words import Line, condition_words
from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Key, Wanted, Words, words
from qilian.portal.rulebook import reading

router = Router(tags=["content"])


class RuleOut(Schema):
    """A rule."""

    id: str
    title: Words
    market: str
    kind: str
    in_force_from: date | None
    in_force_until: date | None
    references: list[str]
    tests: list[str]
    sources: list[str]
    source_seen: date
    confidence: str
    note: Words
    route: Words
    when: list[str] = Field(description="Whom it binds, in English; lines that belong to one above are indented.")


class TestOut(Schema):
    """A test."""

    id: str
    name: Words
    methods: list[str]
    specimen: str
    destructive: bool
    attended: bool
    source: str
    confidence: str


class ClauseOut(Schema):
    """One condition of acceptance."""

    id: str
    title: Words
    when: list[str] = Field(description="What must hold, in English; lines that belong to one above are indented.")
    otherwise: str
    missing: Words
    assumption: bool = Field(description="A threshold of ours that no source gives.")
    sources: list[str]
    confidence: str


class PolicyShort(Schema):
    """An acceptance policy in short."""

    id: str
    market: str
    programme: Words
    rules: list[str] = Field(description="Ids of the rules that it serves; empty where it serves all of its market.")
    clauses: int
    source_seen: date | None
    confidence: str


class PolicyOut(PolicyShort):
    """An acceptance policy with its clauses."""

    conditions: list[ClauseOut]
    recognised: list[str]
    sources: list[str]
    note: Words


class RuleSearch(Wanted):
    """What is looked for."""

    text: str = Field("", max_length=80)
    market: str = Field("", max_length=10)
    kind: str = Field("", max_length=20)
    confidence: str = Field("", max_length=12)


class TestSearch(Wanted):
    """What is looked for."""

    text: str = Field("", max_length=80)


@router.get("/rules", response={200: Page[RuleOut], **ANSWERS}, summary="List rules")
@allow(ANYONE)
def rules(request: PortalRequest, wanted: Annotated[RuleSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List rules."""
    del request
    return paged(reading.rules(reading.RuleFilter(**wanted.dict())), asked, _rule)


@router.get("/rules/{key}", response={200: RuleOut, **ANSWERS}, summary="Read a rule")
@allow(ANYONE)
def rule(request: PortalRequest, key: Key) -> dict[str, Any]:
    """Return a rule."""
    del request
    found = reading.rule(key)
    if found is None:
        raise Http404
    return _rule(found)


@router.get("/tests", response={200: Page[TestOut], **ANSWERS}, summary="List tests")
@allow(ANYONE)
def list_tests(request: PortalRequest, wanted: Annotated[TestSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List tests."""
    del request
    return paged(reading.tests(wanted.text), asked, _test)


@router.get("/tests/{key}", response={200: TestOut, **ANSWERS}, summary="Read a test")
@allow(ANYONE)
def read_test(request: PortalRequest, key: Key) -> dict[str, Any]:
    """Return a test."""
    del request
    found = reading.pack().tests.get(key)
    if found is None:
        raise Http404
    return _test(found)


@router.get("/policies", response={200: Page[PolicyShort], **ANSWERS}, summary="List acceptance policies")
@allow(ANYONE)
def policies(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the acceptance policies."""
    del request
    return paged(reading.pack().policies, asked, _policy_short)


@router.get("/policies/{key}", response={200: PolicyOut, **ANSWERS}, summary="Read an acceptance policy")
@allow(ANYONE)
def policy(request: PortalRequest, key: Key) -> dict[str, Any]:
    """Return an acceptance policy with every clause."""
    del request
    found = reading.policy(key)
    if found is None:
        raise Http404
    return _policy(found)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": words(rule.title),
        "market": rule.market,
        "kind": rule.kind.value,
        "in_force_from": rule.in_force_from,
        "in_force_until": rule.in_force_until,
        "references": [str(each) for each in rule.references],
        "tests": list(rule.tests),
        "sources": list(rule.sources),
        "source_seen": rule.source_seen,
        "confidence": rule.confidence,
        "note": words(rule.note),
        "route": words(rule.route),
        "when": list(_lines(condition_words(rule.when, reading.pack().vocabulary, "en"))),
    }


def _test(item: TestItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": words(item.name),
        "methods": [f"{each.reference} {each.clause}".strip() for each in item.methods],
        "specimen": item.specimen,
        "destructive": item.destructive,
        "attended": item.attended,
        "source": item.source,
        "confidence": item.confidence,
    }


def _policy_short(policy: Policy) -> dict[str, Any]:
    names = ("id", "market", "rules", "source_seen", "confidence")
    fields = {name: getattr(policy, name) for name in names}
    return {**fields, "programme": words(policy.programme), "clauses": len(policy.clauses)}


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        **_policy_short(policy),
        "conditions": [_clause(each) for each in policy.clauses],
        "recognised": [each.name for each in policy.recognised.values()],
        "sources": list(policy.sources),
        "note": words(policy.note),
    }


def _clause(clause: Clause) -> dict[str, Any]:
    names = ("id", "otherwise", "assumption", "sources", "confidence")
    return {
        **{name: getattr(clause, name) for name in names},
        "title": words(clause.title),
        "missing": words(clause.missing),
        "when": list(_lines(condition_words(clause.when, FACTS, "en"))),
    }


def _lines(line: Line, indent: str = "") -> Iterator[str]:
    yield f"{indent}{line.text}"
    for below in line.below:
        yield from _lines(below, f"{indent}  ")
