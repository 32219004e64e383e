"""What is asked of the laboratories: a text, standards, limits, a place and dates.

In come the words of a firm or the options of a command; out goes a frozen :class:`Demand`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.holding import Standing
from qilian.laboratories.model import TIERS
from qilian.laboratories.scopes.limits import Need
from qilian.standards import StandardRef

MAX_TEXT = 2_000
ANYWHERE = Standing()


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand for a test.

    Attributes
    ----------
    text
        Chinese or English: object, parameter, standard, in any order.
    standards
        Standards of which the line has to cite one, in an accepted edition; any if empty.
    needs
        What the line's limits have to hold.
    standing
        What the laboratory has to be.
    as_of
        The day on which editions are judged; needed with standards.
    names
        Names of one test, such as its Chinese and its English one: a line has to hold most words of one of them; any
        line will do if empty.
    """

    text: str
    standards: tuple[StandardRef, ...] = ()
    needs: tuple[Need, ...] = ()
    standing: Standing = ANYWHERE
    as_of: date | None = None
    names: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls,
        text: str,
        *,
        standards: Iterable[str] = (),
        limits: Iterable[str] = (),
        region: str = "",
        tiers: Collection[str] | None = None,
        on: date | None = None,
        until: date | None = None,
        as_of: date | None = None,
    ) -> "Demand":
        """Make a demand of plain words.

        Parameters
        ----------
        standards
            References: ``IEC 60335-1:2020``.
        limits
            ``NAME=VALUE UNIT``: ``temperature=-40..85 °C``.
        region
            Six-digit code of an administrative division, or its beginning.
        on, until
            Days on which the accreditation has to be valid; without them it is not asked for.
        as_of
            The day on which editions are judged; ``on`` if absent.

        Raises
        ------
        LaboratoryError
            If nothing is asked for, a limit cannot be read, or a region or tier is none.
        QilianError
            If a standard is no reference.
        """
        references = tuple(StandardRef.parse(each) for each in standards)
        if not text.strip() and not references:
            raise LaboratoryError("an empty demand", mend="write what is to be tested, or a standard")
        if len(text) > MAX_TEXT:
            raise LaboratoryError(f"a demand of {len(text)} characters", mend=f"write at most {MAX_TEXT}")
        if region and not (region.isdecimal() and len(region) <= 6):
            raise LaboratoryError(f"region {region!r}", mend="write the code of a division, e.g. 33 or 330100")
        unknown = [tier for tier in tiers or () if tier not in TIERS]
        if unknown:
            raise LaboratoryError(f"tier {unknown[0]!r}", mend=f"write one of {', '.join(TIERS)}")
        if references and not (as_of or on):
            raise LaboratoryError("a standard without a day", mend="say on which day its edition is judged")
        needs = tuple(Need.parse(limit) for limit in limits)
        return cls(text, references, needs, Standing.asked(on, until, region, tiers), as_of or on)
