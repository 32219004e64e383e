"""Django's settings: safe by default, offline, one SQLite file in QILIAN_HOME or PostgreSQL by DATABASE_URL.

What an operator may change is read from the environment: ``QILIAN_HOME``, ``DATABASE_URL`` and
``QILIAN_ALLOWED_HOSTS`` (comma-separated). The secret key is made once, into a file that only the owner reads.
"""

import os
import secrets
from pathlib import Path

from qilian.portal.database import database_settings, database_url
from qilian.portal.errors import PortalError
from qilian.portal.home import home_folder

_HOME = home_folder()


def _secret_key(path: Path) -> str:
    """Return the key in the file; make the file first if there is none, whole or not at all."""
    try:
        if not path.exists():
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(50))
            try:
                os.link(part, path)  # fails if another process was quicker: then its key counts
            except FileExistsError:
                pass
            finally:
                part.unlink()
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise PortalError(f"the secret key cannot be kept ({error.strerror})", where=str(path)) from None
    if len(key) < 50:
        raise PortalError("the secret key is too short", where=str(path), mend="delete the file; a new one is made")
    return key


DEBUG = False
SECRET_KEY = _secret_key(_HOME / "secret_key")
ALLOWED_HOSTS = os.environ.get("QILIAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

DATABASES = {"default": database_settings(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["qilian.portal.library"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "qilian.portal.urls"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
