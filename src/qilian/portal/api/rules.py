"""The content for programs: rules and tests."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from ninja import Field, Query, Router, Schema

from qilian.compliance import Rule, TestItem
from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.rulebook import reading
from qilian.text import Text

router = Router(tags=["content"])


class Words(Schema):
    """Words in both languages."""

    zh: str
    en: str


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


class RuleSearch(Schema):
    """What is looked for."""

    text: str = Field("", max_length=80)
    market: str = Field("", max_length=10)
    kind: str = Field("", max_length=20)
    confidence: str = Field("", max_length=12)


class TestSearch(Schema):
    """What is looked for."""

    text: str = Field("", max_length=80)


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": _words(rule.title),
        "market": rule.market,
        "kind": rule.kind.value,
        "in_force_from": rule.in_force_from,
        "in_force_until": rule.in_force_until,
        "references": [str(each) for each in rule.references],
        "tests": list(rule.tests),
        "sources": list(rule.sources),
        "source_seen": rule.source_seen,
        "confidence": rule.confidence,
        "note": _words(rule.note),
    }


def _test(item: TestItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": _words(item.name),
        "methods": [f"{each.reference} {each.clause}".strip() for each in item.methods],
        "specimen": item.specimen,
        "destructive": item.destructive,
        "attended": item.attended,
        "source": item.source,
        "confidence": item.confidence,
    }


@router.get("/rules", response={200: Page[RuleOut], **ANSWERS}, summary="Rules of the content pack")
@allow(ANYONE)
def rules(request: PortalRequest, wanted: Annotated[RuleSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List rules."""
    del request
    return paged(reading.rules(reading.RuleFilter(**wanted.dict())), asked, _rule)


@router.get("/rules/{key}", response={200: RuleOut, **ANSWERS}, summary="A rule")
@allow(ANYONE)
def rule(request: PortalRequest, key: str) -> dict[str, Any]:
    """Return a rule."""
    del request
    found = reading.rule(key)
    if found is None:
        raise Http404
    return _rule(found)


@router.get("/tests", response={200: Page[TestOut], **ANSWERS}, summary="Tests of the content pack")
@allow(ANYONE)
def list_tests(request: PortalRequest, wanted: Annotated[TestSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List tests."""
    del request
    return paged(reading.tests(wanted.text), asked, _test)
