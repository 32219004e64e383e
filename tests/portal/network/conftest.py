"""A portal that keeps the pack's sample network, with members of two of its laboratories."""

import pytest

OWN, OTHER = "zj-robot", "zj-emc"


@pytest.fixture
def network(portal: str):
    """Keep the sample network; return it as the engine knows it."""
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)
    return pack().network


@pytest.fixture
def member(network, cast):
    """A browser of a member of the laboratory zj-robot, which reads English."""
    client = cast.client("laboratory", laboratory=OWN)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def stranger(network, cast):
    """A browser of a member of another laboratory."""
    return cast.client("laboratory", "other", laboratory=OTHER)


@pytest.fixture
def laboratory(network):
    """The row of zj-robot."""
    from qilian.portal.network.models import Laboratory

    return Laboratory.objects.get(code=OWN)


@pytest.fixture
def bench(laboratory):
    """A bench of it that nothing takes."""
    return laboratory.benches.filter(slots__isnull=True).first()
