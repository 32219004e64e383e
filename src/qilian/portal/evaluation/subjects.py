"""Whom figures are about: a firm, or a division; who sees them and who answers for their figures."""

from dataclasses import dataclass

from qilian.evaluation import IndicatorSystem
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation, Organisations
from qilian.portal.site.templatetags.portal import page_language


@dataclass(frozen=True, slots=True)
class Subject:
    """A firm or a division.

    Attributes
    ----------
    key
        ``firm:12`` or ``region:330100``.
    level
        As targets name it: ``firm``, ``district``, ``city``, ``province``; ``country`` has none.
    region
        The division that it is, or lies in.
    firm
        None of a division.
    """

    key: str
    level: str
    name: str
    region: str
    firm: Organisation | None = None

    def fits(self, system: IndicatorSystem) -> bool:
        """Whether a system measures subjects of this level: by the levels of its targets."""
        return self.level in levels_of(system)


def levels_of(system: IndicatorSystem) -> set[str]:
    """Return the levels that a system has targets for."""
    return {target.level for indicator in system.indicators for target in indicator.targets}


def of_firm(firm: Organisation) -> Subject:
    """Return a firm as a subject."""
    return Subject(f"firm:{firm.pk}", "firm", firm.name, firm.region, firm)


def of_region(code: str) -> Subject:
    """Return a division as a subject."""
    return Subject(f"region:{code}", regions.level(code), regions.full_title(code).say(page_language()) or code, code)


def own(actor: Actor) -> Subject | None:
    """Return the firm or the division that an actor stands for, None where they stand for neither."""
    organisation = actor.organisation
    if organisation is None or actor.kind not in ("firm", "regulator"):
        return None
    return of_firm(organisation) if actor.kind == "firm" else of_region(organisation.region)


def firms_in(actor: Actor, region: str = "") -> Organisations:
    """Return the firms whose figures an actor sees, of one division if it is given."""
    rows = Organisation.objects.filter(kind=Kind.FIRM)
    if actor.kind == "firm" and actor.organisation is not None:
        rows = rows.filter(pk=actor.organisation.pk)
    elif actor.kind == "regulator" and actor.organisation is not None:
        rows = rows.filter(region__startswith=regions.prefix(actor.organisation.region))
    elif not actor.is_operator:
        rows = rows.none()
    return rows.filter(region__startswith=regions.prefix(region)) if region else rows


def find(actor: Actor, key: str) -> Subject | None:
    """Return the subject of a key, None where the actor does not see it, or there is none."""
    kind, _, name = key.partition(":")
    if kind == "firm" and name.isascii() and name.isdecimal() and len(name) < 10:
        firm = firms_in(actor).filter(pk=int(name)).first()
        return of_firm(firm) if firm else None
    if kind == "region" and (regions.name(name) or name == regions.COUNTRY):
        return of_region(name) if actor.is_operator or (actor.kind == "regulator" and actor.oversees(name)) else None
    return None


def answers_for(actor: Actor, subject: Subject) -> bool:
    """Return whether an actor may give figures: a firm its own, a regulator those of its division and of its firms."""
    organisation = actor.organisation
    if organisation is None:
        return False
    if actor.kind == "firm":
        return subject.firm == organisation
    if actor.kind == "regulator":
        return actor.oversees(subject.region) if subject.firm else subject.region == organisation.region
    return False
