"""The first use of the portal: its folder, its key, its database, and what goes wrong with them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = "from qilian.portal.setup import setup; setup(); from django.conf import settings; print(settings.{name})"


def run(code: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own with a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "QILIAN_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_first_use_makes_everything_and_the_second_nothing(tmp_path):
    """The folder is the owner's alone, the key is secret and stays, the database is made and migrated."""
    home = tmp_path / "new" / "home"
    first = run(SETUP.format(name="SECRET_KEY"), home)
    assert first.returncode == 0, first.stderr
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert len(first.stdout.strip()) >= 50
    before = (home / "qilian.sqlite3").stat().st_mtime_ns
    assert run(SETUP.format(name="SECRET_KEY"), home).stdout == first.stdout
    assert (home / "qilian.sqlite3").stat().st_mtime_ns == before


def test_settings_are_safe_by_default(tmp_path):
    """No debug pages, this machine's names only, SQLite in WAL mode."""
    assert run(SETUP.format(name="DEBUG"), tmp_path).stdout == "False\n"
    assert "localhost" in run(SETUP.format(name="ALLOWED_HOSTS"), tmp_path).stdout
    hosts = run(SETUP.format(name="ALLOWED_HOSTS"), tmp_path, QILIAN_ALLOWED_HOSTS="qilian.example.cn")
    assert hosts.stdout == "['qilian.example.cn']\n"
    journal = (
        "from qilian.portal.setup import setup; setup(); from django.db import connection as c\n"
        "with c.cursor() as cursor: print(cursor.execute('PRAGMA journal_mode').fetchone()[0])"
    )
    assert run(journal, tmp_path).stdout == "wal\n"


def test_many_first_uses_at_once(tmp_path):
    """Processes that start together agree on one key and one database."""
    command = [sys.executable, "-c", SETUP.format(name="SECRET_KEY")]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    environment = {**kept, "QILIAN_HOME": str(tmp_path)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    results = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for *_, code in results] == [0] * 4, results
    assert len({out for out, *_ in results}) == 1


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "nonsense"}, "not the address of a database"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "no database of Qilian"),
        ({"DATABASE_URL": "postgresql://localhost:1/x"}, "the database cannot be used"),
    ],
)
def test_bad_databases_are_told_in_one_line(tmp_path, environment, words):
    """Each fault becomes an error of Qilian's own, with the mend, and no trace of a stack."""
    code = (
        "from qilian.errors import QilianError\n"
        "from qilian.portal.setup import setup\n"
        "try: setup()\n"
        "except QilianError as error: print(error)\n"
    )
    result = run(code, tmp_path, **environment)
    assert result.returncode == 0, result.stderr
    assert words in result.stdout
    assert result.stdout.count("\n") == 1


def test_damaged_and_newer_databases_are_refused(tmp_path):
    """A file that is no database, and one of a later Qilian, are refused and left as they are."""
    code = (
        "from qilian.errors import QilianError\n"
        "from qilian.portal.setup import setup\n"
        "try: setup()\n"
        "except QilianError as error: print(error)\n"
    )
    (tmp_path / "qilian.sqlite3").write_bytes(b"no database at all" * 100)
    assert "the database cannot be used" in run(code, tmp_path).stdout
    assert (tmp_path / "qilian.sqlite3").read_bytes() == b"no database at all" * 100
    (tmp_path / "qilian.sqlite3").unlink()
    newer = (
        "from qilian.portal.setup import setup; setup(); from django.db import connection as c\n"
        "c.cursor().execute(\"INSERT INTO django_migrations VALUES (99, 'library', '9999_future', '2030-01-01')\")"
    )
    assert run(newer, tmp_path).returncode == 0
    assert "newer Qilian" in run(code, tmp_path).stdout


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    """QILIAN_HOME must be a folder; the error names it and the mend."""
    (tmp_path / "home").write_text("")
    code = (
        "from qilian.errors import QilianError\n"
        "from qilian.portal.home import home_folder\n"
        "try: home_folder()\n"
        "except QilianError as error: print(error)\n"
    )
    assert "set QILIAN_HOME" in run(code, tmp_path / "home").stdout


def test_a_plan_without_a_library_makes_none(tmp_path):
    """Who only plans gets the pack's own table back: no folder, no database, no Django."""
    code = (
        "import sys; from datetime import date\n"
        "from qilian.portal.library.commands import catalogue\n"
        "from qilian.standards import Catalogue\n"
        "table = Catalogue([], [], 'table', date(2026, 1, 1))\n"
        "assert catalogue(table) is table\n"
        "assert 'django' not in sys.modules"
    )
    result = run(code, tmp_path / "home")
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "home").exists()


def test_models_and_migrations_agree(tmp_path):
    """No change of a model is without its migration."""
    code = (
        "from qilian.portal.setup import setup; setup()\n"
        "from django.core.management import call_command; call_command('makemigrations', check=True, dry_run=True)"
    )
    result = run(code, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
