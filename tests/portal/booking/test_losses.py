"""No loss stays without a proposal, also where the process that lost the appointment died before it proposed."""

from datetime import timedelta

import pytest

AT_ONCE = timedelta()


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def killed(held, cast, laboratory_of, monkeypatch):
    """Return a path, and its appointment that a laboratory declined in a process that died before it proposed."""
    from qilian.portal.booking.commands import carrying_out
    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.network.models import Laboratory

    chosen = held.appointments.order_by("-start").first()
    Laboratory.objects.filter(pk=chosen.bench.laboratory_id).update(answer_days=2)
    path = confirm(cast.actor("firm"), held)
    lost = path.appointments.select_related("bench__laboratory", "path").get(pk=chosen.pk)

    def die(*arguments, **named):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(carrying_out, "propose", die)
        with pytest.raises(Killed):
            carrying_out.decline(laboratory_of(lost), lost, "设备检定")
    return path, lost


def test_a_loss_that_a_dying_process_left_is_proposed_for_once(killed):
    from qilian.portal.booking.commands import losses

    path, lost = killed
    assert not path.proposals.exists()
    assert losses.answer_all() == 0, "whoever lost it may still be searching"
    assert losses.answer_all(AT_ONCE) == 1
    proposal = path.proposals.get()
    assert proposal.state == "open"
    assert proposal.problem or lost.pk in {step["replaces"] for step in proposal.steps}
    assert lost.name.zh in proposal.cause
    assert losses.answer_all(AT_ONCE) == 0


def test_a_loss_is_proposed_for_beside_an_older_proposal_that_does_not_know_of_it(killed):
    from qilian.portal.booking.commands import losses
    from qilian.portal.booking.models import Proposal
    from qilian.portal.history.firing import begin

    path, lost = killed
    other = path.appointments.exclude(pk=lost.pk).first()
    step = {**other.step, "replaces": other.pk}
    begin(Proposal(path=path, cause="x", cause_en="x", steps=[step]), "make", None)
    assert losses.unanswered(path) == [lost]
    assert losses.answer_all(AT_ONCE) == 1
    assert not losses.unanswered(path)


@pytest.mark.parametrize("problem", ["", "x"])
def test_what_a_firm_left_lost_is_not_proposed_again(killed, cast, problem):
    from qilian.portal.booking.commands import changing, losses
    from qilian.portal.booking.models import Proposal
    from qilian.portal.history.firing import begin

    path, lost = killed
    steps = [] if problem else [{**lost.step, "replaces": lost.pk}]
    proposal = Proposal(path=path, cause="x", cause_en="x", steps=steps, problem=problem, problem_en=problem)
    begin(proposal, "make", None)
    changing.dismiss(cast.actor("firm"), proposal)
    assert losses.answer_all(AT_ONCE) == 0


def test_a_fault_with_one_path_keeps_no_other_waiting(killed, monkeypatch, caplog):
    from unittest.mock import Mock

    from qilian.portal.booking.commands import losses

    monkeypatch.setattr(losses, "propose", Mock(side_effect=ValueError))
    assert losses.answer_all(AT_ONCE) == 0
    assert "could not be planned again" in caplog.text


def test_a_path_is_left_to_whoever_is_about_it(killed, monkeypatch):
    from contextlib import contextmanager

    from qilian.portal.booking.commands import losses

    @contextmanager
    def held_by_another(name, *, wait):
        yield False

    monkeypatch.setattr(losses, "locked", held_by_another)
    assert losses.answer_all(AT_ONCE) == 0
