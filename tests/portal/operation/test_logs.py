"""Log lines are JSON, and hold no address, no secret and nothing of what a person asked."""

import io
import json
import logging

import pytest


@pytest.fixture
def lines(settings_of_tests: None):
    """Return a function that gives the lines that have been logged since."""
    from qilian.portal.operation.logs import Formatter

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_is_json_with_time_level_logger_and_message(lines):
    logging.getLogger("qilian.test").warning("导入 %d 行", 3)
    (line,) = lines()
    assert {key: line[key] for key in ("level", "logger", "message")} == {
        "level": "WARNING",
        "logger": "qilian.test",
        "message": "导入 3 行",
    }
    assert line["time"]


def test_a_wrong_password_leaves_no_address_in_the_log(lines, cast):
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    cast.actor("firm")
    for email in ("firm@example.com", "nobody@example.org"):
        Client().post("/accounts/login/", {"login": email, "password": "wrong"})
    Client().get("/accounts/invitation/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE/?who=someone%40example.com")
    Client().get("/no/such/page?q=someone@example.com")
    logged = json.dumps(lines())
    assert "no/such/page" in logged
    for hidden in ("example.com", "example.org", "AbCdEfGhIj", "someone", "wrong"):
        assert hidden not in logged, hidden


def test_an_error_of_the_database_is_logged_without_what_it_was_about(lines, cast):
    from django.db import IntegrityError, transaction

    from qilian.portal.accounts.models import User

    cast.actor("firm")
    try:
        with transaction.atomic():
            User.objects.create_person("firm@example.com")
    except IntegrityError:
        logging.getLogger("qilian.test").exception("not kept")
    logged = json.dumps(lines())
    assert "IntegrityError" in logged
    assert "firm@example.com" not in logged


def test_the_settings_use_this_format_and_keep_errors(settings_of_tests: None):
    from django.conf import settings

    assert settings.LOGGING["formatters"]["json"]["()"] == "qilian.portal.operation.logs.Formatter"
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"json"}
    assert settings.LOGGING["handlers"]["errors"]["level"] == "ERROR"
