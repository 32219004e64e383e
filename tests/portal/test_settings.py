"""What an operator sets: the documented table is the code's, and Django finds nothing unsafe."""

from pathlib import Path

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
