"""Backup and restore: every row and every file of the portal in one ZIP file, the same for SQLite and PostgreSQL.

The rows are written with Django's own serialisation, a JSON line a row, from one consistent look at the database, and
come back exactly: nothing is computed anew. What can be made again is left out: sessions, the search index, gathered
static files. So is the secret key, which belongs to the installation. ::

    manifest.json                  format, version, migrations, rows of each table, number of files
    rows/accounts.user.jsonl       a file for each table
    files/…                        what was uploaded
"""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.cache import cache
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.models.sql import InsertQuery

from qilian.portal.errors import PortalError
from qilian.portal.history import guard

FORMAT = "qilian-backup/1"
_LEFT_OUT = {"sessions", "contenttypes", "auth", "operation"}
"""Apps whose rows are made again by migrating, or are of the moment."""
_BATCH = 1_000


class BackupError(PortalError):
    """A backup that cannot be written, read, or restored here."""


def backup(target: Path) -> dict[str, Any]:
    """Write everything into a ZIP file, readable by its owner only; it appears when it is whole.

    Returns
    -------
    dict
        The manifest that stands in the file.

    Raises
    ------
    BackupError
        If the file is there already, or cannot be written.
    """
    if target.exists():
        raise BackupError("the file is there already", where=str(target), mend="name another file")
    part = target.with_name(f"{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            manifest = _write(stream)
        part.rename(target)
    except OSError as error:
        raise BackupError(f"the backup cannot be written ({error.strerror})", where=str(target)) from None
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Read a backup into this installation: all of it, or nothing if anything is wrong.

    Parameters
    ----------
    replace
        Delete what is here first; without it, only an empty portal takes a backup.

    Returns
    -------
    dict
        The manifest of the backup.

    Raises
    ------
    BackupError
        If the file is no whole backup of this version, or rows or files are here already.
    """
    try:
        archive = zipfile.ZipFile(source)
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise BackupError(
            "not a backup of Qilian", where=str(source), mend="give a file of `qilian portal backup`"
        ) from None
    with archive:
        _refuse_other_version(manifest, source)
        if not replace:
            _refuse_if_used()
        files = Path(settings.MEDIA_ROOT)
        fresh = files.with_name(f"{files.name}.restored")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            _read_files(archive, fresh)
            with transaction.atomic():
                with guard.lifted():
                    _delete_rows()
                _read_rows(archive, manifest)
        except (zipfile.BadZipFile, DeserializationError, DatabaseError, KeyError, EOFError) as error:
            shutil.rmtree(fresh, ignore_errors=True)
            said = " ".join(str(error).split())[:200]
            raise BackupError(
                f"the backup cannot be restored ({said}); nothing was changed", where=str(source)
            ) from None
        except BackupError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    shutil.rmtree(files, ignore_errors=True)
    fresh.rename(files)
    cache.clear()
    _forget_search_index()
    return manifest


def _models() -> list[type[Model]]:
    """Return the models whose rows are kept, with the tables between two models."""
    left_out = {"User_groups", "User_user_permissions", "OpenSession"}  # unused groups of Django's; keys to come in by
    return [
        model
        for app in apps.get_app_configs()
        if app.label not in _LEFT_OUT
        for model in app.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model.__name__ not in left_out
    ]


def _migrations() -> list[str]:
    return sorted(f"{app} {name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _write(stream: IO[bytes]) -> dict[str, Any]:
    files = Path(settings.MEDIA_ROOT)
    rows: dict[str, int] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        with _one_look():
            for model in _models():
                rows[model._meta.label_lower] = _write_rows(archive, model)
            migrations = _migrations()
        kept = sorted(path for path in files.rglob("*") if path.is_file()) if files.is_dir() else []
        for path in kept:
            archive.write(path, f"files/{path.relative_to(files).as_posix()}")
        manifest = {
            "format": FORMAT,
            "version": version("qilian"),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": migrations,
            "rows": rows,
            "files": len(kept),
        }
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


@contextmanager
def _one_look() -> Iterator[None]:
    """Read everything as it stood at one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # atomic() would take the one lock for writing
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_rows(archive: zipfile.ZipFile, model: type[Model]) -> int:
    """Write a table, a JSON line a row; return how many."""
    count = 0

    def counted() -> Iterator[Model]:
        nonlocal count
        for row in model._base_manager.order_by("pk").iterator(chunk_size=_BATCH):
            count += 1
            yield row

    fields = [field.name for field in model._meta.concrete_fields]
    with (
        archive.open(f"rows/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as packed,
        io.TextIOWrapper(packed, encoding="utf-8") as lines,
    ):
        serializers.serialize("jsonl", counted(), stream=lines, fields=fields, ensure_ascii=False, cls=_Exact)
    return count


class _Exact(DjangoJSONEncoder):
    """Keeps microseconds, which Django's encoder cuts off."""

    def default(self, o: Any) -> Any:
        """Return what JSON can hold of a value."""
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def _refuse_other_version(manifest: dict[str, Any], source: Path) -> None:
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{manifest.get('format')}: not a format that this version reads", where=str(source))
    if manifest.get("migrations") != _migrations():
        raise BackupError(
            f"it is of version {manifest.get('version')}, whose tables differ from those here",
            where=str(source),
            mend="restore it with that version, then update",
        )


def _refuse_if_used() -> None:
    used = next((model for model in _models() if model._base_manager.exists()), None)
    if used is not None:
        raise BackupError(
            f"there are rows already ({used._meta.verbose_name})",
            where=str(connection.settings_dict["NAME"]),
            mend="restore into an empty QILIAN_HOME, or say --replace to delete what is here",
        )
    files = Path(settings.MEDIA_ROOT)
    if files.is_dir() and any(files.iterdir()):
        raise BackupError("there are files already", where=str(files), mend="say --replace to delete what is here")


def _read_files(archive: zipfile.ZipFile, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True)
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        if path.parts[0] != "files" or member.is_dir():
            continue
        if ".." in path.parts or path.is_absolute():
            raise BackupError(f"{member.filename}: not a name of a file in a backup")
        place = folder.joinpath(*path.parts[1:])
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, place.open("wb") as kept:
            shutil.copyfileobj(packed, kept)


def _delete_rows() -> None:
    """Delete all rows, and the sessions with them, which would be of other people afterwards."""
    tables = [model._meta.db_table for model in [*_models(), *apps.get_app_config("sessions").get_models()]]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, allow_cascade=True):
            cursor.execute(statement)


def _read_rows(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    models = _models()
    for model in models:
        label = model._meta.label_lower
        with archive.open(f"rows/{label}.jsonl") as packed, io.TextIOWrapper(packed, encoding="utf-8") as lines:
            count = _insert(model, (row.object for row in serializers.deserialize("jsonl", lines)))
        if count != manifest["rows"].get(label):
            raise BackupError(f"{label}: {count} rows, but {manifest['rows'].get(label)} were written")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _insert(model: type[Model], rows: Iterator[Model]) -> int:
    """Insert rows as they are: no signals, no `auto_now`; return how many."""
    fields = list(model._meta.concrete_fields)
    count = 0
    while first := next(rows, None):
        batch = list(chain([first], islice(rows, connection.ops.bulk_batch_size(fields, [first] * _BATCH) - 1)))
        if any(type(row) is not model for row in batch):
            raise BackupError(f"{model._meta.label_lower}: a row of another table")
        query = InsertQuery(model)
        query.insert_values(fields, batch, raw=True)
        query.get_compiler(connection=connection).execute_sql()
        count += len(batch)
    return count


def _forget_search_index() -> None:
    """The index was of other rows; the next search makes it anew."""
    from qilian.portal.library.indexing import index_folder

    shutil.rmtree(index_folder(), ignore_errors=True)
