"""The chain's quality map: what goes into what, where quality is controlled, and who can test it.

In comes a folder of a content pack (:func:`read_chain`) and a network of laboratories; out go answers, each with its
reasons.
"""

from qilian.chain.checking import check_chain
from qilian.chain.errors import ChainError
from qilian.chain.model import (
    LAYERS,
    Chain,
    ControlPoint,
    FailureMode,
    Layer,
    Link,
    Maker,
    Node,
)
from qilian.chain.priority import PRIORITIES, Priority, action_priority
from qilian.chain.reader import read_chain

__all__ = [
    "LAYERS",
    "PRIORITIES",
    "Chain",
    "ChainError",
    "ControlPoint",
    "FailureMode",
    "Layer",
    "Link",
    "Maker",
    "Node",
    "Priority",
    "action_priority",
    "check_chain",
    "read_chain",
]
