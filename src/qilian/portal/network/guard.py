"""Two slots never overlap on a bench: the database itself refuses, whatever the code does.

PostgreSQL has an exclusion constraint, SQLite a pair of triggers; a breach raises Django's ``IntegrityError``. They are
put in place after every migration, since SQLite drops a table's triggers whenever Django makes the table anew.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

NAME = "one_test_at_a_time"

_POSTGRESQL = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{NAME}') THEN
    ALTER TABLE network_slot ADD CONSTRAINT {NAME}
      EXCLUDE USING gist (int8range(bench_id, bench_id, '[]') WITH &&, tstzrange(start, "end") WITH &&);
  END IF;
END $$
"""
"""A range of one number stands for the bench, so that no extension is needed."""

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name}_{event} BEFORE {change} ON network_slot
WHEN EXISTS (
  SELECT 1 FROM network_slot
  WHERE bench_id = NEW.bench_id AND start < NEW."end" AND "end" > NEW.start AND id IS NOT NEW.id
)
BEGIN SELECT RAISE(ABORT, '{name}: the bench is taken then'); END
"""


def install(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put the guard in place if it is not there; called after each migration."""
    connection = connections[using]
    if "network_slot" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        for event, change in (("insert", "INSERT"), ("update", 'UPDATE OF bench_id, start, "end"')):
            cursor.execute(_SQLITE.format(name=NAME, event=event, change=change))
