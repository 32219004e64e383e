"""A list of breached passwords is searched where it lies; each password of it is refused, and none beside it."""

from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

words = st.text(min_size=1, max_size=12)


def written(path: Path, passwords: set[str], *, last_line_ends: bool = True) -> Path:
    lines = sorted(f"{sha1(each.encode(), usedforsecurity=False).hexdigest().upper()}:3" for each in passwords)
    path.write_text("\n".join(lines) + "\n" * last_line_ends, encoding="ascii")
    return path


@given(st.sets(words, min_size=1, max_size=40), st.sets(words, max_size=10), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_listed_is_found_and_nothing_else(tmp_path: Path, listed: set[str], others: set[str], ends: bool):
    from qilian.portal.accounts.breached import is_listed

    path = written(tmp_path / "list.txt", listed, last_line_ends=ends)
    for each in listed | others:
        assert is_listed(path, each) == (each in listed)


def test_a_breached_password_is_refused_at_registration(portal: str, tmp_path: Path):
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.test import override_settings

    breached = "twelve brave herons"
    validate_password(breached)
    with override_settings(BREACHED_PASSWORDS=str(written(tmp_path / "list.txt", {breached, "other"}))):
        with pytest.raises(ValidationError, match=r"breach|泄露"):
            validate_password(breached)
        validate_password("twelve calm herons")
