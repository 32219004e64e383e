"""Installations of their own, each with a data folder and a database, to back up and to restore into."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def installation(tmp_path: Path, request: pytest.FixtureRequest):
    """Return a function that makes an empty installation on a kind of database, as an environment to run in."""

    def make(kind: str, name: str) -> dict[str, str]:
        kept = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        environment = {**kept, "QILIAN_HOME": str(tmp_path / name), "COLUMNS": "120", "NO_COLOR": "1"}
        if kind == "postgresql":
            import psycopg

            server = request.getfixturevalue("postgresql")
            database = f"backup_{name}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {database}")  # type: ignore[arg-type]
                connection.execute(f"CREATE DATABASE {database}")  # type: ignore[arg-type]
            head, mark, query = server.partition("?")
            environment["DATABASE_URL"] = f"{head.rpartition('/')[0]}/{database}{mark}{query}"
        return environment

    return make
