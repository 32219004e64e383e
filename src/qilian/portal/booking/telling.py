"""Notices to those whom a booking concerns: the owner of the path, and the laboratories on it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from qilian.portal.accounts.models import Kind, User
from qilian.portal.booking.models import Appointment, Path, Proposal, SampleUnit
from qilian.portal.network.models import Laboratory
from qilian.portal.notices.telling import tell
from qilian.text import Text


def owners(path: Path) -> Iterable[User]:
    """Return the people whom news of a path is for."""
    if path.person is not None:
        return [path.person]
    return User.objects.filter(memberships__organisation=path.organisation, is_active=True).distinct()


def staff(laboratory: Laboratory) -> Iterable[User]:
    """Return the people of a laboratory."""
    return User.objects.filter(
        memberships__organisation__kind=Kind.LABORATORY,
        memberships__organisation__laboratory=laboratory.code,
        is_active=True,
    ).distinct()


def confirmed(path: Path, appointments: Iterable[Appointment]) -> None:
    """Tell the owner that a path is booked, and each laboratory what comes to it."""
    tell(
        owners(path),
        Text(f"{path.name}：检测路径已预约。", f"{path.title.en}: the test path is booked."),
        reverse("booking:path", args=[path.pk]),
    )
    by_laboratory: dict[Laboratory, list[Appointment]] = {}
    for each in appointments:
        by_laboratory.setdefault(each.bench.laboratory, []).append(each)
    for laboratory, own in by_laboratory.items():
        first = min(own, key=lambda each: each.start)
        asked = [each for each in own if each.state == "requested"]
        when = f"{timezone.localtime(first.start):%Y-%m-%d %H:%M}"
        if asked:
            until = f"{timezone.localtime(min(each.answer_by for each in asked if each.answer_by)):%Y-%m-%d %H:%M}"
            words = Text(
                f"{len(asked)} 个预约待受理，最早 {when} 开始；请在 {until} 前答复。",
                f"{len(asked)} appointments wait for your answer, the first begins {when}; please answer by {until}.",
            )
            tell(staff(laboratory), words, reverse("booking:requests"))
        else:
            words = Text(f"新增 {len(own)} 个预约，最早 {when} 开始。", f"{len(own)} new appointments from {when} on.")
            tell(staff(laboratory), words, reverse("booking:board"))


def proposed(proposal: Proposal) -> None:
    """Tell the owner that a path has to change, and what is proposed."""
    path = proposal.path
    what = (
        Text(f"没有找到可行的安排：{proposal.problem}", f"No way on was found: {proposal.obstacle.en}")
        if proposal.problem
        else Text("已为您重新安排，请查看并确认。", "It was planned again: please look at it and accept it.")
    )
    tell(
        owners(path),
        Text(
            f"{path.name}:{proposal.cause}。\n{what.zh}",
            f"{path.title.en}: {proposal.words.en}.\n{what.en}",
        ),
        reverse("booking:path", args=[path.pk]),
    )


def owner_of(appointment: Appointment, words: Text) -> None:
    """Tell the owner something about an appointment."""
    path = appointment.path
    tell(
        owners(path),
        Text(f"{path.name},{appointment.test_name}:{words.zh}", f"{path.title.en}, {appointment.name.en}: {words.en}"),
        reverse("booking:path", args=[path.pk]),
    )


def about_sample(unit: SampleUnit, words: Text, people: Iterable[User]) -> None:
    """Tell people something about a sample unit."""
    tell(people, words, reverse("booking:sample", args=[unit.code]))


def laboratories(appointments: Iterable[Appointment], words: Text) -> None:
    """Tell each laboratory that some of its appointments changed."""
    by_laboratory: dict[Laboratory, int] = {}
    for each in appointments:
        by_laboratory[each.bench.laboratory] = by_laboratory.get(each.bench.laboratory, 0) + 1
    for laboratory, count in by_laboratory.items():
        said = Text(f"{count} 个预约：{words.zh}", f"{count} appointments: {words.en}")
        tell(staff(laboratory), said, reverse("booking:board"))
