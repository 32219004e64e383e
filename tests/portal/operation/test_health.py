"""Health for load balancers, figures for Prometheus, the operator's overview."""

from datetime import timedelta

import pytest


@pytest.fixture
def alive(portal: str):
    """Let the worker have said that it is alive."""
    from qilian.portal.operation.health import beat

    beat()


def test_a_portal_that_works_says_so_and_no_more(alive, cast):
    answer = cast.client("anonymous").get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_a_worker_that_is_not_alive_is_a_fault(cast):
    from django.utils import timezone

    from qilian.portal.operation.models import Heartbeat

    client = cast.client("anonymous")
    assert client.get("/healthz").status_code == 503
    Heartbeat.objects.create(name="worker", seen=timezone.now() - timedelta(seconds=61))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_a_database_that_is_behind_or_away_is_a_fault(alive, cast, monkeypatch):
    from django.db import OperationalError
    from django.db.migrations.recorder import MigrationRecorder

    client = cast.client("anonymous")
    MigrationRecorder.Migration.objects.filter(app="notices").delete()
    assert client.get("/healthz").status_code == 503

    def away() -> bool:
        raise OperationalError("password of postgres: hunter2")

    monkeypatch.setattr("qilian.portal.operation.health.is_behind", away)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_health_needs_no_https(cast):
    import re

    from django.conf import settings

    assert any(re.search(pattern, "healthz") for pattern in settings.SECURE_REDIRECT_EXEMPT)


@pytest.mark.parametrize("actor", ["anonymous", "firm", "regulator"])
def test_figures_are_for_the_operator_and_who_has_the_token(cast, actor: str):
    from django.test import override_settings

    client = cast.client(actor)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403  # no token is set
    with override_settings(METRICS_TOKEN="a long token"):
        assert client.get("/metrics", headers={"Authorization": "Bearer a long"}).status_code == 403
        assert client.get("/metrics", headers={"Authorization": "Bearer a long token"}).status_code == 200


def test_figures_are_in_prometheus_s_format_and_true(alive, cast):
    from prometheus_client.parser import text_string_to_metric_families

    client = cast.client("operator")
    cast.actor("firm")
    cast.actor("firm", "other")
    client.get("/notices/")
    text = client.get("/metrics").content.decode()
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["qilian_organisations", "firm"] == 2
    assert samples["qilian_people", "true"] == 3
    assert samples["qilian_worker_heartbeat_age_seconds",] < 60
    assert samples["qilian_request_seconds_count", "200", "GET", "notices:notices"] >= 1
    assert "example.com" not in text


def test_the_overview_shows_counts_work_and_errors(cast, home):
    import json

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.jobs.models import Job

    actor = cast.actor("firm")
    Job.objects.create(kind="plan", user=actor.user, organisation=actor.organisation, state="failed", problem="no room")
    line = {"time": "2026-01-01 00:00:00", "logger": "x", "message": "<script>alert(1)</script> broke"}
    (home / "errors.jsonl").write_text("cut line\n" + json.dumps(line) + "\n", encoding="utf-8")
    client = cast.client("operator")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/operation/").content.decode()
    assert len(queries) <= 20, len(queries)
    assert "no room" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; broke" in page
    assert "后台进程未运行" in page
    (home / "errors.jsonl").unlink()
