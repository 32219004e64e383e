"""Whatever anybody tries at an order: only the table moves it, the history tells it whole, and it can be ended."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

ROLES = ("window", "city", "firm", "regulator")
EVENTS = ("take", "release", "hand_over", "escalate", "wait", "resume", "close", "withdraw")


class Course(RuleBasedStateMachine):
    """An order in the database, and what the table says of it."""

    actors: dict[str, object]
    open_order: object

    def __init__(self) -> None:
        super().__init__()
        self.order = type(self).open_order()
        self.expected = "queued"
        self.moves = 1

    @rule(event=st.sampled_from(EVENTS), role=st.sampled_from(ROLES), words=st.sampled_from(["", "因为", "x" * 900]))
    def somebody_tries(self, event: str, role: str, words: str) -> None:
        """A move happens as the table says, or is refused and changes nothing."""
        from qilian.errors import QilianError
        from qilian.portal.window import handling

        actor = self.actors[role]
        line = self.order.moves().move(self.expected, event)
        allowed = line is not None and actor.kind in line.roles
        to = actor.user if event == "hand_over" else None
        try:
            handling.move(self.order, event, actor, words=words, to=to)
        except QilianError:
            assert not allowed or event in ("escalate", "hand_over", "wait", "close"), (
                "refused only for what is missing"
            )
        else:
            assert allowed, (self.expected, event, role)
            self.expected, self.moves = line.to, self.moves + 1

    @invariant()
    def the_row_and_the_history_agree(self) -> None:
        """The row is in the state that the table led to, and so says the last entry; there are as many as moves."""
        from qilian.portal.history.recording import about
        from qilian.portal.window.models import Order

        row = Order.objects.get(pk=self.order.pk)
        entries = list(about([row]).order_by("number"))
        assert row.state == self.expected == entries[-1].now
        assert len(entries) == self.moves
        assert all(entry.client_id == row.client_id for entry in entries if entry.organisation_id != row.client_id)
        assert (row.state != "closed") or row.outcome
        assert (row.waiting_since is not None) == (row.state == "waiting") or row.state == "withdrawn"

    def teardown(self) -> None:
        """Every open order can be ended by the window that has to answer it."""
        from qilian.portal.window import handling

        for event in {"queued": ("take", "close"), "waiting": ("resume", "close"), "taken": ("close",)}.get(
            self.expected, ()
        ):
            handling.move(self.order, event, self.actors["window"], words="办结")
        assert self.order.is_final


def test_any_course_of_events_keeps_to_the_table(cast, clerk, open_order):
    city = cast.actor("window", "city", region="330100")
    actors = {"window": clerk, "city": city, "firm": cast.actor("firm"), "regulator": cast.actor("regulator")}
    course = type("CourseOfOne", (Course,), {"actors": actors, "open_order": staticmethod(open_order)})
    run_state_machine_as_test(course, settings=settings(max_examples=25, stateful_step_count=12, deadline=None))
