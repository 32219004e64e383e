"""A demand as JSON data, in the shape of schemas/demand.schema.json; fields are only ever added.

Places count characters of ``text`` from 0, the end excluded.
"""

from datetime import date

from qilian.intake.model import Demand, Finding, Period, Span
from qilian.product import ParameterValue
from qilian.text import Text

FORMAT = "qilian-demand/1"


def demand_to_data(demand: Demand, units: dict[str, str | None]) -> dict[str, object]:
    """Return the demand as plain data.

    Parameters
    ----------
    units
        The unit of each parameter, by its id.
    """
    return {
        "format": FORMAT,
        "text": demand.text,
        "on": demand.on.isoformat(),
        "parameters": [
            {"parameter": each.id, "value": _value(each.value), "unit": units.get(each.id), **_common(demand, each)}
            for each in demand.of("parameter")
        ],
        "tests": [
            {"id": each.id, "tests": list(each.tests), "stance": each.stance.value, **_common(demand, each)}
            for each in demand.of("test")
        ],
        "standards": [
            {"reference": each.id, "stance": each.stance.value, **_common(demand, each)}
            for each in demand.of("standard")
        ],
        "markets": [
            {"market": each.id, "stance": each.stance.value, **_common(demand, each)} for each in demand.of("market")
        ],
        "dates": [
            {"first": each.value.first.isoformat(), "last": each.value.last.isoformat(), **_common(demand, each)}
            for each in demand.of("date")
            if isinstance(each.value, Period)
        ],
        "unread": [_place(demand, span) for span in demand.unread],
    }


def _common(demand: Demand, finding: Finding) -> dict[str, object]:
    return {
        "name": _text(finding.name),
        "sure": finding.sure,
        "from": [_place(demand, span) for span in finding.spans],
    }


def _place(demand: Demand, span: Span) -> dict[str, object]:
    return {"start": span.start, "end": span.end, "words": demand.text[span.start : span.end]}


def _value(value: ParameterValue | Period | None) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Period) else value


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
