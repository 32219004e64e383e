"""Words of states, events and kinds in the window's templates."""

from django import template

from qilian.portal.window import words

register = template.Library()


@register.filter
def state_word(state: str) -> str:
    """Say a state."""
    return str(words.STATES.get(state, state))


@register.filter
def state_colour(state: str) -> str:
    """Return the colour of a state's badge."""
    return words.COLOURS.get(state, "secondary")


@register.filter
def event_word(event: str) -> str:
    """Say what happened."""
    return str(words.EVENTS.get(event, event))


@register.filter
def action_word(event: str) -> str:
    """Say what can be done."""
    return str(words.ACTIONS.get(event, event))


@register.filter
def level_word(level: str) -> str:
    """Say a level."""
    return str(words.LEVELS.get(level, level))


@register.filter
def kind_word(kind: str) -> str:
    """Say the kind of a line."""
    return str(words.KINDS.get(kind, kind))


@register.filter
def decision_word(decision: str) -> str:
    """Say a decision that is not the plain one."""
    return str(words.DECISIONS.get(decision, decision))


@register.filter
def sample_word(event: str) -> str:
    """Say what can be said of a sample."""
    return str(words.SAMPLES.get(event, event))
