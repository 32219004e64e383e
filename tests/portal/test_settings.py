"""What an operator sets: the documented table is the code's, and Django finds nothing unsafe."""

from pathlib import Path

import pytest

from qilian.portal.options import OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_documented_table_is_the_code_s():
    text = PAGE.read_text(encoding="utf-8")
    for option in OPTIONS:
        assert f"| `{option.name}` | {f'`{option.default}`' if option.default else ''} | {option.meaning} |" in text


def test_django_finds_nothing_unsafe_in_the_settings_for_real_use(qilian):
    done = qilian("portal", "manage", "check", "--deploy", "--fail-level", "WARNING", QILIAN_HTTPS="on")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_switch_that_is_neither_on_nor_off_is_refused(qilian):
    done = qilian("portal", "manage", "check", QILIAN_HTTPS="perhaps")
    assert done.returncode == 2
    assert "QILIAN_HTTPS" in done.stderr


def test_a_secret_may_stand_in_a_file_that_a_vault_puts_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file counts before the variable, and one that cannot be read is said in one line, without its content."""
    from qilian.portal.errors import PortalError
    from qilian.portal.options import DATABASE, OIDC_SECRET

    path = tmp_path / "secret"
    path.write_text("from the vault\n", encoding="utf-8")
    monkeypatch.setenv("QILIAN_OIDC_SECRET", "from the environment")
    monkeypatch.setenv("QILIAN_OIDC_SECRET_FILE", str(path))
    assert OIDC_SECRET.text() == "from the vault"
    path.write_bytes(b"\xff\xfe")
    for missing in (path, tmp_path / "none"):
        monkeypatch.setenv("DATABASE_URL_FILE", str(missing))
        with pytest.raises(PortalError, match="DATABASE_URL_FILE"):
            DATABASE.text()


def test_a_database_is_reached_by_certificate_without_a_password():
    from qilian.portal.database import database_settings

    way = "sslmode=verify-full&sslrootcert=/etc/q/ca.pem&sslcert=/etc/q/me.pem&sslkey=/etc/q/me.key"
    settings = database_settings(f"postgresql://qilian@db.example/qilian?{way}")
    assert not settings["PASSWORD"]
    assert settings["OPTIONS"] == dict(each.split("=") for each in way.split("&"))
