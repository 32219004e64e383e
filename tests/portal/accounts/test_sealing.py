"""Second factors in the database are sealed: who reads the tables alone can make no code."""

import json
import time

import pytest


@pytest.fixture(autouse=True)
def _time_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """No half minute ends between a code and its answer."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def _code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_the_tables_hold_neither_seed(cast):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import decrypt

    user, secret = cast.actor("firm").user, generate_totp_secret()
    totp, recovery = TOTP.activate(user, secret), RecoveryCodes.activate(user)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    seed = decrypt(recovery.instance.data["seed"])
    assert len(seed) == 80
    assert secret not in kept
    assert seed not in kept
    assert totp.validate_code(_code(secret))
    assert recovery.validate_code(recovery.get_unused_codes()[0])


def test_with_another_secret_key_no_code_fits_not_even_of_an_empty_seed(cast, settings_with):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user, secret = cast.actor("firm").user, generate_totp_secret()
    totp, recovery = TOTP.activate(user, secret), RecoveryCodes.activate(user)
    codes = recovery.get_unused_codes()
    with settings_with(SECRET_KEY="another " * 8):
        assert not totp.validate_code(_code(secret))
        assert not totp.validate_code(_code(""))
        assert not any(recovery.validate_code(code) for code in codes)


@pytest.fixture
def settings_with():
    from django.test import override_settings

    return override_settings
