"""A leader with two suppliers, as the tests of leading need them."""

from decimal import Decimal

import pytest

NODE, POINT = "harmonic-reducer", "harmonic-reducer.1"


@pytest.fixture
def leader(cast):
    """A person of the firm that leads."""
    return cast.actor("firm", "leader")


@pytest.fixture
def supplier(cast):
    """A person of a firm that is led."""
    return cast.actor("firm", "supplier")


@pytest.fixture
def rival(cast):
    """A person of another supplier of the same leader."""
    return cast.actor("firm", "rival")


@pytest.fixture
def lead(leader):
    """Make an active bond of the leader with a supplier."""
    from qilian.portal.leading import commands

    def make(actor):
        bond = commands.invite(leader, actor.organisation, [NODE], "共享检测台")
        commands.move(bond, "accept", actor)
        return bond

    return make


@pytest.fixture
def bond(lead, supplier):
    """An active bond with the supplier."""
    return lead(supplier)


@pytest.fixture
def required(bond, leader):
    """At most one minute of arc at the reducer's first control point, for a month."""
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.leading import commands

    starts = timezone.localdate() - timedelta(30)
    return commands.require(bond, leader, POINT, {"upper": Decimal(1), "unit": "arcmin", "starts": starts})


@pytest.fixture
def given(leader, required):
    """Enter help at the control point with figures before and after."""
    from qilian.portal.leading import commands

    def make(before, after=None, **fields):
        about = {"requirement": required, "on": required.starts, "kind": "test", "title": "共享检测台"}
        return commands.enter(required.bond, leader, {**about, "before": before, "after": after, **fields})

    return make
