"""Decided appeals as a file: in comes a YAML list, out go :class:`~qilian.evaluation.contest.Appeal` objects."""

from qilian.documents import Document, shaped
from qilian.evaluation.contest import Appeal
from qilian.evaluation.errors import EvaluationError


def read_appeals(document: Document) -> tuple[Appeal, ...]:
    """Read decided appeals; ``was`` and ``now`` are decimals in quotes, null where the figure is missing.

    Raises
    ------
    QilianError
        For the first that is not well formed, with its line.
    """
    from qilian.evaluation.contest_door import AppealForm

    forms = shaped(document, document.value, list[AppealForm])
    for index, form in enumerate(forms):
        if form.decided < form.raised:
            where = document.where((index, "decided"))
            raise EvaluationError(f"{form.id}: decided before it was raised", where=where, mend="mend the dates")
    return tuple(form.appeal() for form in forms)
