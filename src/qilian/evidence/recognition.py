"""Which accreditations of a laboratory a programme recognises, before there is any report of it."""

from collections.abc import Iterable

from qilian.compliance import Truth
from qilian.evidence.policy import Policy

ARRANGEMENTS = {"CNAS": ("ILAC MRA",)}
"""What an accreditation is recognised by elsewhere: CNAS has signed the arrangement of ILAC for testing."""

_RECOGNISED = "laboratory.recognised"


def asks_for_recognition(policy: Policy) -> bool:
    """Return whether a report falls short of the policy where its laboratory is not recognised."""
    return any(clause.when.verdict({_RECOGNISED: False}).truth is Truth.FALSE for clause in policy.clauses)


def recognised_as(schemes: Iterable[str], policy: Policy) -> str:
    """Return the scheme or arrangement by which a policy recognises one of these accreditations; empty if it does none.

    Parameters
    ----------
    schemes
        That the laboratory holds: ``CMA``, ``CNAS``.
    """
    names = (name for scheme in schemes for name in (scheme, *ARRANGEMENTS.get(scheme, ())))
    return next((name for name in names if name in policy.recognised), "")
