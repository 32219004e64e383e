"""The one table by which anything changes its state: machine × state × event × role → state.

It stands in ``transitions.csv`` beside this file: a line for each move, ``role`` the kinds of actors that may make it,
``system`` being the portal itself; an empty ``state`` is that of a row that is not there yet. Code, docs page and tests
are made from it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qilian.portal.accounts.access import KINDS

SYSTEM = "system"
ROLES = ("person", *KINDS, SYSTEM)


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the table."""

    machine: str
    state: str
    event: str
    roles: frozenset[str]
    to: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The moves of one machine, in the order of the table."""

    name: str
    moves: tuple[Move, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state of a row that is there, in the order of the table."""
        return tuple(dict.fromkeys(state for move in self.moves for state in (move.state, move.to) if state))

    @property
    def final(self) -> frozenset[str]:
        """The states that nothing leads out of."""
        return frozenset(self.states) - {move.state for move in self.moves}

    def move(self, state: str, event: str) -> Move | None:
        """Return the move of an event in a state, None if it cannot happen there."""
        return next((each for each in self.moves if each.state == state and each.event == event), None)

    def events(self, state: str, role: str) -> tuple[str, ...]:
        """Return what a role may do in a state."""
        return tuple(each.event for each in self.moves if each.state == state and role in each.roles)


@cache
def machines() -> dict[str, Machine]:
    """Return all machines by name, in the order of the table.

    Raises
    ------
    ValueError
        For an unknown role, or an event that stands twice in a state.
    """
    found: dict[str, list[Move]] = {}
    text = (files("qilian.portal.history") / "transitions.csv").read_text(encoding="utf-8")
    for line in csv.DictReader(text.splitlines()):
        move = Move(line["machine"], line["state"], line["event"], frozenset(line["role"].split()), line["to"])
        own = found.setdefault(move.machine, [])
        if not move.roles or move.roles - set(ROLES) or not move.to:
            raise ValueError(f"transitions.csv: {move.machine}, {move.state}, {move.event}: unknown role, or no state")
        if any((each.state, each.event) == (move.state, move.event) for each in own):
            raise ValueError(f"transitions.csv: {move.machine}, {move.state}, {move.event} stands twice")
        own.append(move)
    return {name: Machine(name, tuple(moves)) for name, moves in found.items()}
