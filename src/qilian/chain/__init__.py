"""The chain's quality map: what goes into what, where quality is controlled, and who can test it.

In comes a folder of a content pack (:func:`read_chain`) and a network of laboratories; out go answers, each with its
reasons.
"""

from qilian.chain.bench import Gain, best_bench
from qilian.chain.capacity import Capacity, Where, capacity
from qilian.chain.checking import check_chain
from qilian.chain.coverage import (
    CityCoverage,
    Coverage,
    Critical,
    Gap,
    NodeCoverage,
    coverage,
    criticality,
    gaps,
)
from qilian.chain.errors import ChainError
from qilian.chain.model import (
    LAYER_WORDS,
    LAYERS,
    Chain,
    ControlPoint,
    FailureMode,
    Layer,
    Link,
    Maker,
    Node,
)
from qilian.chain.priority import PRIORITIES, PRIORITY_WORDS, Priority, action_priority
from qilian.chain.reader import read_chain
from qilian.chain.tracing import Reached, Suspect, reached, suspects

__all__ = [
    "LAYERS",
    "LAYER_WORDS",
    "PRIORITIES",
    "PRIORITY_WORDS",
    "Capacity",
    "Chain",
    "ChainError",
    "CityCoverage",
    "ControlPoint",
    "Coverage",
    "Critical",
    "FailureMode",
    "Gain",
    "Gap",
    "Layer",
    "Link",
    "Maker",
    "Node",
    "NodeCoverage",
    "Priority",
    "Reached",
    "Suspect",
    "Where",
    "action_priority",
    "best_bench",
    "capacity",
    "check_chain",
    "coverage",
    "criticality",
    "gaps",
    "reached",
    "read_chain",
    "suspects",
]
