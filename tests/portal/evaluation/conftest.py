"""Who gives figures, and the systems that they are of."""

import pytest


@pytest.fixture
def systems(portal):
    """The indicator systems of the pack."""
    from qilian.portal.evaluation import contests

    return contests.systems()


@pytest.fixture
def quarter(portal) -> str:
    """The quarter of today."""
    from django.utils import timezone

    day = timezone.localdate()
    return f"{day.year}-Q{(day.month + 2) // 3}"


@pytest.fixture
def firm(cast):
    """The firm of the cast, in Hangzhou, as a subject."""
    from qilian.portal.evaluation.subjects import of_firm

    return of_firm(cast.actor("firm").organisation)
