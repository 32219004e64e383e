"""Entries are never changed or deleted: the database itself refuses, whatever the code does.

The triggers are put in place after every migration, since SQLite drops a table's triggers whenever Django makes the
table anew. Only a restore from a backup, which replaces the whole history, lifts them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

NAME = "history_is_append_only"

_POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{NAME}' USING ERRCODE = 'integrity_constraint_violation'; END $$
""",
    f"""
CREATE OR REPLACE TRIGGER {NAME} BEFORE UPDATE OR DELETE OR TRUNCATE ON history_entry
FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()
""",
)
_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_{change.lower()} BEFORE {change} ON history_entry "
    f"BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
    for change in ("UPDATE", "DELETE")
)
_LIFTED = {
    "postgresql": (f"DROP TRIGGER IF EXISTS {NAME} ON history_entry",),
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {NAME}_{change}" for change in ("update", "delete")),
}


def install(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put the guard in place if it is not there; called after each migration."""
    connection = connections[using]
    if "history_entry" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
                cursor.execute(statement)


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let entries be deleted for the length of a block; within a transaction, so that a failure puts the guard back."""
    with connections[using].cursor() as cursor:
        for statement in _LIFTED[connections[using].vendor]:
            cursor.execute(statement)
    yield
    install(using)
