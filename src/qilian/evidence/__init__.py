"""Which data is accepted: reports of tests already done, acceptance policies, and decisions with their clauses.

In come evidence files and the tests of a plan; out go decisions, the tests that remain, and what will expire when.
"""

from qilian.evidence.applying import (
    Applied,
    DemandDecision,
    ProgrammeDecision,
    Unused,
    apply_evidence,
    decision_to_data,
    single_to_data,
)
from qilian.evidence.decision import (
    Acceptance,
    Cited,
    Decision,
    EvidenceIndex,
    EvidenceQuestion,
    Judge,
    decide,
    identity_of,
)
from qilian.evidence.errors import EvidenceError, NotEvidence
from qilian.evidence.expiring import Expiry, Outlook, UnderRevision, outlook, outlook_to_data
from qilian.evidence.facts import FACTS, Register, Transition
from qilian.evidence.importers import read_evidence, read_reports
from qilian.evidence.markets import ExtraTest, MarketTable, Piece, market_table, table_to_data
from qilian.evidence.model import (
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Quantity,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Seal,
    SealState,
    Source,
    Uncertainty,
)
from qilian.evidence.policy import Clause, Effect, Policy, Recognition, policies_for, read_policies
from qilian.evidence.recognition import ARRANGEMENTS, asks_for_recognition, recognised_as

__all__ = [
    "ARRANGEMENTS",
    "FACTS",
    "Acceptance",
    "AccreditationClaim",
    "Applied",
    "Cited",
    "Clause",
    "Decision",
    "DemandDecision",
    "Effect",
    "EvidenceError",
    "EvidenceIndex",
    "EvidenceQuestion",
    "Expiry",
    "ExtraTest",
    "IssuingLaboratory",
    "Judge",
    "MarketTable",
    "NotEvidence",
    "Outcome",
    "Outlook",
    "Piece",
    "Policy",
    "ProductIdentity",
    "ProgrammeDecision",
    "Quantity",
    "Recognition",
    "Register",
    "Report",
    "ReportKind",
    "ReportedTest",
    "Sample",
    "ScopeClaim",
    "Seal",
    "SealState",
    "Source",
    "Transition",
    "Uncertainty",
    "UnderRevision",
    "Unused",
    "apply_evidence",
    "asks_for_recognition",
    "decide",
    "decision_to_data",
    "identity_of",
    "market_table",
    "outlook",
    "outlook_to_data",
    "policies_for",
    "read_evidence",
    "read_policies",
    "read_reports",
    "recognised_as",
    "single_to_data",
    "table_to_data",
]
