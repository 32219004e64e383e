"""Makes a plan anew with today's hours, when its own were taken: the answer to a conflict, kept as the next version."""

from qilian.portal.accounts.actor import Actor
from qilian.portal.workbench import making
from qilian.portal.workbench.making import Settings
from qilian.portal.workbench.models import Plan
from qilian.text import Text

NOTE = Text("原时段已被他人预约，按今天的台位重排", "its hours were taken by others: made again with today's benches")


def again(plan: Plan, actor: Actor, objective: str = "") -> Plan:
    """Make a plan again by its own settings, and keep it; errors as in :func:`making.plan_for`."""
    settings = Settings.read(plan.settings | ({"objective": objective} if objective else {}))
    language = actor.user.language if actor.user else ""
    note = NOTE.say("en" if language == "en" else "zh")
    return making.make(plan.product, actor, settings, note)
