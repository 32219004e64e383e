"""The table of moves is sound, its page is the table, and nothing moves but by it."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from qilian.portal.history.reference import written
from qilian.portal.history.table import ROLES, Machine, machines

DOCS = Path(__file__).parents[3] / "docs" / "reference" / "transitions.md"


def test_the_page_is_the_table():
    assert DOCS.read_text(encoding="utf-8") == written(), (
        "run: .venv/bin/python -m qilian.portal.history.reference > docs/reference/transitions.md"
    )


@pytest.mark.parametrize("machine", machines().values(), ids=lambda each: each.name)
def test_every_state_is_reached_and_every_open_one_can_be_closed(machine: Machine):
    reached, closed = {""}, set(machine.final)
    for _ in machine.moves:
        reached |= {move.to for move in machine.moves if move.state in reached}
        closed |= {move.state for move in machine.moves if move.to in closed}
    assert reached - {""} == set(machine.states)
    assert closed >= {*machine.states, ""}
    assert machine.final


class Walk(RuleBasedStateMachine):
    """Fires any event by any role at a row, and keeps in mind what the table allows."""

    machine: Machine

    def __init__(self) -> None:
        super().__init__()
        self.state = ""

    @rule(data=st.data(), role=st.sampled_from(ROLES))
    def fires(self, data: st.DataObject, role: str) -> None:
        """Anything may be tried; only lines of the table move."""
        event = data.draw(st.sampled_from(sorted({move.event for move in self.machine.moves})))
        move = self.machine.move(self.state, event)
        allowed = move is not None and role in move.roles
        assert (event in self.machine.events(self.state, role)) == allowed
        if move is not None and allowed:
            self.state = move.to

    @precondition(lambda self: self.state in self.machine.final)
    @rule(data=st.data(), role=st.sampled_from(ROLES))
    def nothing_leads_out_of_an_end(self, data: st.DataObject, role: str) -> None:
        """A closed row stays closed."""
        assert not self.machine.events(self.state, role)

    @invariant()
    def the_state_is_one_of_the_table(self) -> None:
        """No other state is reachable."""
        assert self.state in ("", *self.machine.states)


@pytest.mark.parametrize("machine", machines().values(), ids=lambda each: each.name)
def test_no_forbidden_state_is_reachable(machine: Machine):
    walk = type(f"Walk{machine.name}", (Walk,), {"machine": machine})
    run_state_machine_as_test(walk, settings=settings(max_examples=40, stateful_step_count=25, deadline=None))
