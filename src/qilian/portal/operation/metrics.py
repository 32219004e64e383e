"""Figures for Prometheus: how long requests take, and what the database says of accounts, work and imports.

Several processes answer requests: ``qilian serve`` names a folder (``PROMETHEUS_MULTIPROC_DIR``) that they share.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator

from django.db.models import Count, Max, Min
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from qilian.portal.accounts.models import Organisation, User
from qilian.portal.home import home_folder
from qilian.portal.jobs.models import Job, State
from qilian.portal.library.models import Document, Import
from qilian.portal.operation.health import WORKER
from qilian.portal.operation.models import Heartbeat

SHARED = "PROMETHEUS_MULTIPROC_DIR"
_REQUESTS = Histogram(
    "qilian_request_seconds",
    "How long answering took, by view, method and status.",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 1.5, 2.5, 5, 10),
    registry=None,
)


def timing(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Measure how long each request takes."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        _REQUESTS.labels(view, request.method or "", response.status_code).observe(time.perf_counter() - begun)
        return response

    return middleware


def exposition() -> bytes:
    """Return all figures in Prometheus's text format."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_REQUESTS)
    registry.register(_Database())
    return generate_latest(registry)


class _Database(Collector):
    """Counts rows when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a family for each figure."""
        yield _by("qilian_organisations", "Organisations by kind.", "kind", _counts(Organisation, "kind"))
        people = {str(active).lower(): count for active, count in _counts(User, "is_active").items()}
        yield _by("qilian_people", "Accounts, whether they are active (not locked).", "active", people)
        yield _by("qilian_jobs", "Long work by state.", "state", _counts(Job, "state"))
        oldest = Job.objects.filter(state=State.WAITING).aggregate(oldest=Min("created"))["oldest"]
        waiting = (timezone.now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("qilian_oldest_waiting_job_seconds", "Age of the oldest job in the queue.", waiting)
        beat = Heartbeat.objects.filter(name=WORKER).first()
        if beat is not None:
            age = (timezone.now() - beat.seen).total_seconds()
            yield GaugeMetricFamily("qilian_worker_heartbeat_age_seconds", "Since the worker was last alive.", age)
        yield GaugeMetricFamily("qilian_documents", "Documents of the standards library.", Document.objects.count())
        imports = Import.objects.filter(finished__isnull=False).values_list("source__name").annotate(Max("finished"))
        ends = {name: end.timestamp() for name, end in imports if end is not None}
        yield _by("qilian_last_import_timestamp_seconds", "End of the last import of a source.", "source", ends)
        free = shutil.disk_usage(home_folder()).free
        yield GaugeMetricFamily("qilian_home_free_bytes", "Free room where QILIAN_HOME is.", free)


def _counts(model: type[Organisation] | type[User] | type[Job], field: str) -> dict[str, float]:
    rows = model._default_manager.order_by().values_list(field).annotate(count=Count("pk"))
    return {str(value): count for value, count in rows}


def _by(name: str, words: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family
