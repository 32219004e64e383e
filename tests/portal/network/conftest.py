"""A portal that keeps the pack's sample network."""

import pytest


@pytest.fixture
def network(portal: str):
    """Keep the sample network; return it as the engine knows it."""
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)
    return pack().network
