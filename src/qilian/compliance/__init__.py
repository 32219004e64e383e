"""What binds a product: rules as data, judged in three values, with reasons, questions, tests and coming changes."""

from qilian.compliance.assessment import Assessment, Obligation, Reason, assess, known_markets
from qilian.compliance.changes import ComingChange, coming_changes
from qilian.compliance.checking import Finding, check_content
from qilian.compliance.conditions import Condition, Truth, Verdict, evaluate, read_condition
from qilian.compliance.errors import ComplianceError
from qilian.compliance.implying import Implied
from qilian.compliance.questions import Question, rank_questions
from qilian.compliance.rules import Implication, ObligationKind, Rule, RuleExamples, read_implications, read_rules
from qilian.compliance.testing import (
    MergedTests,
    Method,
    Order,
    Requirement,
    TestDemand,
    TestItem,
    dated,
    merge_tests,
    read_order,
    read_tests,
)

__all__ = [
    "Assessment",
    "ComingChange",
    "ComplianceError",
    "Condition",
    "Finding",
    "Implication",
    "Implied",
    "MergedTests",
    "Method",
    "Obligation",
    "ObligationKind",
    "Order",
    "Question",
    "Reason",
    "Requirement",
    "Rule",
    "RuleExamples",
    "TestDemand",
    "TestItem",
    "Truth",
    "Verdict",
    "assess",
    "check_content",
    "coming_changes",
    "dated",
    "evaluate",
    "known_markets",
    "merge_tests",
    "rank_questions",
    "read_condition",
    "read_implications",
    "read_order",
    "read_rules",
    "read_tests",
]
