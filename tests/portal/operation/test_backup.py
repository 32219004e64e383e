"""A backup holds every row and every file, and comes back exactly, on the same database and on the other one."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

FILL = """
from qilian.portal.setup import setup; setup()
from datetime import date, datetime, UTC
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from qilian.portal.accounts.models import *
from qilian.portal.library.models import Source, Import, Document
from qilian.portal.notices.models import Notice
user = User.objects.create_person("a@example.com", "correct horse battery", name="甲 \\u2028 \\"quoted\\"")
User.objects.filter(pk=user.pk).update(date_joined=datetime(2020, 1, 2, 3, 4, 5, 678901, UTC))
firm = Organisation.objects.create(kind="firm", name="企业", region="330100")
Organisation.objects.filter(pk=firm.pk).update(created=datetime(2021, 1, 2, 3, 4, 5, 6, UTC))
Membership.objects.create(user=user, organisation=firm, is_admin=True)
source = Source.objects.create(name="s", kind="relaton")
run = Import.objects.create(source=source, file="f", file_digest="d", dated=date(2026, 1, 1), started=timezone.now())
source.snapshot = run; source.save()
Document.objects.bulk_create(Document(source=source, member=str(n), digest="x", identifier=f"ISO {n}",
    written="", ref="", base=f"ISO {n}", publisher="ISO", titles={"zh": f"标题 {n}"}, status="current", ics=["25.040"],
    first_import=run, last_import=run) for n in range(2500))
Notice.objects.create(user=user, zh="一", en="one")
folder = Path(settings.MEDIA_ROOT) / "reports"; folder.mkdir(parents=True)
(folder / "报告.pdf").write_bytes(bytes(range(256)) * 100)
"""
DUMP = """
from qilian.portal.setup import setup; setup()
import json
from qilian.portal.operation.backup import _models
def dump():
    for model in sorted(_models(), key=lambda model: model._meta.label):
        for row in model._base_manager.order_by("pk").values():
            print(model._meta.label, json.dumps(row, default=str, sort_keys=True, ensure_ascii=False))
dump()
"""
AGAIN = """
import sys
from pathlib import Path
from qilian.portal.accounts.models import User
from qilian.portal.errors import PortalError
from qilian.portal.operation.backup import restore
print("MARK", User.objects.create_person("b@example.com").pk > 1)
try: restore(Path(sys.argv[1]))
except PortalError as error: print(error)
print(User.objects.filter(email="b@example.com").exists(), "MARK")
restore(Path(sys.argv[1]), replace=True)
dump()
"""


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", *command], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def qilian_portal(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(environment, "from qilian.cli import main; main()", "portal", *arguments)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_everything_comes_back_in_an_empty_home_on_the_other_database(installation, tmp_path, before: str, after: str):
    old, new = installation(before, "old"), installation(after, "new")
    rows = run(old, FILL + DUMP)
    assert rows.stdout.count("library.Document") == 2500, rows.stderr
    file = tmp_path / "backup.zip"
    done = qilian_portal(old, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600

    restored = qilian_portal(new, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "1 files" in restored.stdout
    kept = tmp_path / "new" / "files" / "reports" / "报告.pdf"
    assert kept.read_bytes() == bytes(range(256)) * 100
    # the same rows; new ones get numbers after them; nothing is overwritten unasked; asked for, all is as before
    dumped, said, again = run(new, DUMP + AGAIN, str(file)).stdout.split("MARK")
    assert dumped == rows.stdout
    assert "rows already" in said
    assert said.split()[0] == said.split()[-1] == "True"
    assert again.strip() == rows.stdout.strip()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a small portal."""
    folder = tmp_path_factory.mktemp("backup")
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    write = "from qilian.portal.operation.backup import backup; backup(Path('backup.zip'))"
    command = [sys.executable, "-c", f"{FILL}\n{write}"]
    subprocess.run(command, cwd=folder, env={**kept, "QILIAN_HOME": str(folder / "home")}, check=True, timeout=120)
    return folder / "backup.zip"


def without(member: str, change, whole: Path, folder: Path) -> Path:
    """Return a copy of a backup with one member changed, or left out where the change gives None."""
    copy = folder / "changed.zip"
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(copy, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            content = change(content) if name == member else content
            if content is not None:
                other.writestr(name, content)
    return copy


def manifest(**fields: object):
    return lambda content: json.dumps({**json.loads(content), **fields}).encode()


USERS = "rows/accounts.user.jsonl"


@pytest.mark.parametrize(
    ("member", "change", "words"),
    [
        (USERS, lambda content: b"", "1 were written"),
        (USERS, lambda content: content[:-20], "cannot be restored"),
        (USERS, lambda content: None, "cannot be restored"),
        (USERS, lambda content: content.replace(b"accounts.user", b"accounts.organisation"), "cannot be restored"),
        ("rows/accounts.organisation.jsonl", lambda content: content * 2, "cannot be restored"),
        ("manifest.json", manifest(migrations=[]), "restore it with that version"),
        ("manifest.json", manifest(format="other/1"), "not a format"),
        ("manifest.json", lambda content: None, "not a backup"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(cast, whole, tmp_path, member: str, change, words: str):
    from django.db import connection
    from django.test import override_settings

    from qilian.portal.accounts.models import User
    from qilian.portal.operation.backup import BackupError, restore

    cast.actor("firm")
    connection.check_constraints()  # now: PostgreSQL empties no table whose checks are still open
    files = tmp_path / "files"
    files.mkdir()
    (files / "mine.txt").write_text("mine")
    with override_settings(MEDIA_ROOT=str(files)), pytest.raises(BackupError) as caught:
        restore(without(member, change, whole, tmp_path), replace=True)
    assert words in str(caught.value)
    assert [user.email for user in User.objects.all()] == ["firm@example.com"]
    assert [path.name for path in files.iterdir()] == ["mine.txt"]
    assert not (tmp_path / "files.restored").exists()


def test_a_path_trick_in_a_backup_writes_nothing_outside(portal: str, whole, tmp_path):
    from django.test import override_settings

    from qilian.portal.operation.backup import BackupError, restore

    copy = without("none", None, whole, tmp_path)
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("files/../../../escaped", "x")
    with override_settings(MEDIA_ROOT=str(tmp_path / "files")), pytest.raises(BackupError):
        restore(copy)
    assert not list(tmp_path.rglob("escaped"))


def test_a_backup_holds_no_session_and_not_the_secret_key(whole):
    key = (whole.parent / "home" / "secret_key").read_bytes().strip()
    with zipfile.ZipFile(whole) as archive:
        assert not any("session" in name for name in archive.namelist())
        assert all(key not in archive.read(name) for name in archive.namelist())


def test_a_backup_is_never_written_over_another_file(whole):
    from qilian.portal.operation.backup import BackupError, backup

    with pytest.raises(BackupError, match="there already"):
        backup(whole)
