"""A scenario's owner in Hangzhou, a maker in Ningbo, a stranger in Jiangsu; an offer and a need that fit."""

import pytest

OFFER = (
    {"parameter": "payload.rated", "value": "6 kg"},
    {"parameter": "environment.temperature_min", "value": "-20 °C"},
)
NEED = (
    {"parameter": "payload.rated", "at_least": "5 kg"},
    {"parameter": "environment.temperature_min", "at_most": "-10 °C"},
    {"parameter": "technology.price", "at_most": "20000 元", "wish": True},
)


@pytest.fixture
def owner(cast):
    """A person of a firm with a factory in Binjiang district, Hangzhou."""
    return cast.actor("firm", region="330108")


@pytest.fixture
def maker(cast):
    """A person of a laboratory in Haishu district, Ningbo, that makes sensors."""
    return cast.actor("laboratory", region="330203")


@pytest.fixture
def stranger(cast):
    """A person of a firm in Nanjing, another province."""
    return cast.actor("firm", "nanjing", region="320102")


@pytest.fixture
def province(cast):
    """A person of the regulator of Zhejiang."""
    return cast.actor("regulator", region="330000")


@pytest.fixture
def write():
    """Publish an offer or a need: side, actor, terms, and fields of the row."""
    from qilian.portal.improvement.parts import write as fill
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.models import Side

    def do(side, actor, terms, **fields):
        row = postings.draft(actor, Side(side))
        fill(
            row,
            {"title": "低温夹爪" if side == "offer" else "冷库抓取", "words": "说明文字", "reach": "000000", **fields},
        )
        for term in terms:
            postings.say(row, term)
        postings.publish(row, actor)
        return row

    return do


@pytest.fixture
def need(write, owner):
    """A need of the owner."""
    return write("need", owner, NEED)


@pytest.fixture
def offer(write, maker):
    """An offer of the maker that meets what must hold; its price is not stated."""
    return write("offer", maker, OFFER)


@pytest.fixture
def trial(need, offer, owner):
    """A trial that the owner asked for."""
    from qilian.portal.scenarios.commands import trials

    return trials.ask(owner, need, offer, "希望试用两周")


@pytest.fixture
def link():
    """Add a link as evidence, by an actor."""
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.models import EvidenceKind

    def do(row, actor):
        return trials.show(row, actor, EvidenceKind.LINK, {"title": "研究小结", "link": "https://example.org/a"}, None)

    return do


@pytest.fixture
def asks():
    """The conditions of the need."""
    return NEED


@pytest.fixture
def enter():
    """Return a test client in which an actor is logged in."""
    from django.test import Client

    def do(actor):
        client = Client()
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return do
