"""What the operator sees at a glance: how much there is, what works, what went wrong; for the page and for programs."""

from dataclasses import dataclass
from importlib.metadata import version

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from qilian.portal.accounts.models import Kind, OpenSession, Organisation, User
from qilian.portal.home import home_folder
from qilian.portal.jobs.models import Job, State
from qilian.portal.library.models import Document, Import
from qilian.portal.operation import health
from qilian.portal.operation.logs import last_errors


@dataclass(frozen=True, slots=True)
class Overview:
    """The portal at this moment; ``kinds`` counts organisations, ``states`` long work; the newest come first."""

    version: str
    database: str
    healthy: bool
    worker: bool
    kinds: dict[Kind, int]
    people: int
    sessions: int
    documents: int
    states: dict[State, int]
    jobs: tuple[Job, ...]
    imports: tuple[Import, ...]
    errors: list[dict[str, str]]


def overview() -> Overview:
    """Look at everything."""
    kinds = dict(Organisation.objects.order_by().values_list("kind").annotate(count=Count("pk")))
    states = dict(Job.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return Overview(
        version=version("qilian"),
        database=connection.vendor,
        healthy=health.is_healthy(),
        worker=health.is_worker_alive(),
        kinds={kind: kinds.get(kind, 0) for kind in Kind},
        people=User.objects.count(),
        sessions=OpenSession.objects.filter(expire_date__gt=timezone.now()).count(),
        documents=Document.objects.count(),
        states={state: states.get(state, 0) for state in State},
        jobs=tuple(Job.objects.select_related("user", "organisation")[:10]),
        imports=tuple(Import.objects.select_related("source").order_by("-id")[:5]),
        errors=last_errors(home_folder() / "errors.jsonl"),
    )
