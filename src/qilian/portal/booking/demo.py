"""Books the demo firm's plan, so that every role has something to look at; run again it adds nothing."""

from collections.abc import Iterator

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Membership
from qilian.portal.booking.commands.holding import confirm, hold
from qilian.portal.booking.models import Path
from qilian.portal.demo import LABORATORY
from qilian.portal.network.models import Laboratory
from qilian.portal.workbench.models import Plan

ANSWER_DAYS = 2


def fill() -> Iterator[str]:
    """Let the demo's laboratory answer requests, and book one path; tell what is there."""
    member = Membership.objects.filter(user__email__startswith="firm@", organisation__is_demo=True).first()
    plan = Plan.objects.filter(product__organisation=member.organisation).first() if member else None
    if member is None or plan is None:
        return
    if not Path.objects.filter(organisation=member.organisation).exists():
        Laboratory.objects.filter(code=LABORATORY).update(answer_days=ANSWER_DAYS)
        actor = Actor(member.user, member)
        try:
            confirm(actor, hold(actor, plan.product.current or plan))
        except QilianError as error:  # the sample plan's date has passed, for example
            yield f"示例路径未预约({error})/ no sample path booked ({error})"
            return
    yield "示例路径 1 条(虚构)/ 1 booked sample path (invented)"
