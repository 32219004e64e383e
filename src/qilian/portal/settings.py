"""Django's settings: safe by default, offline, one SQLite file in QILIAN_HOME or PostgreSQL by DATABASE_URL.

What an operator may change is listed in :mod:`qilian.portal.options`. The secret key is made once, into a file that
only the owner reads.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from qilian.portal import options
from qilian.portal.database import database_settings, database_url
from qilian.portal.errors import PortalError
from qilian.portal.home import home_folder

ACTORS = {"person", "firm", "laboratory", "window", "regulator", "expert", "operator"}
_HOME = home_folder()
_HERE = Path(__file__).parent


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


def _mail(address: str) -> dict[str, Any]:
    """Return the settings of a mail server, or of a folder that takes the mails."""
    if not address:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(_HOME / "mail"),
        }
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise PortalError(
            "not the address of a mail server", where=options.MAIL.name, mend="write smtp://USER:PASSWORD@HOST:587"
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.port != 25,
        "EMAIL_TIMEOUT": 20,
    }


def _oidc(items: list[str]) -> dict[str, Any]:
    """Return allauth's settings of an OpenID Connect provider."""
    own = {"provider_class": "qilian.portal.accounts.oidc.provider.Provider"}
    if not items:
        return {"openid_connect": own}
    if len(items) != 4:
        raise PortalError("not four items", where=options.OIDC.name, mend="write ID,NAME,SERVER,CLIENT")
    identifier, name, server, client = items
    app = {"provider_id": identifier, "name": name, "client_id": client, "secret": options.OIDC_SECRET.text()}
    return {
        "openid_connect": {**own, "APPS": [{**app, "settings": {"server_url": server, "oauth_pkce_enabled": True}}]}
    }


def _file(option: options.Option) -> str:
    """Return the path of a file that an option names; it must be there."""
    path = option.text()
    if path and not (Path(path).is_file() and Path(path).stat().st_size):
        raise PortalError(
            f"{path}: no such file, or an empty one", where=option.name, mend="name a file that the portal may read"
        )
    return path


def _clamd(address: str) -> str:
    """Return the address of a virus scanner."""
    if address and not address.startswith("/") and not address.rpartition(":")[2].isdecimal():
        raise PortalError(
            "not the address of a virus scanner", where=options.CLAMD.name, mend="write HOST:3310 or /run/clamd.sock"
        )
    return address


DEBUG = False
SECRET_KEY = _secret_key(_HOME / "secret_key")
ALLOWED_HOSTS = options.HOSTS.items()
if "*" in ALLOWED_HOSTS:
    raise PortalError(
        "* would let a sender choose the host of links in mails", where=options.HOSTS.name, mend="write the host names"
    )
CSRF_TRUSTED_ORIGINS = options.ORIGINS.items()

DATABASES = {"default": database_settings(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
# It counts tries of passwords and requests of programs: with Django's 300 entries a few hundred callers would push
# each other's counts out.
CACHES = {"default": {**_CACHE, "OPTIONS": {"MAX_ENTRIES": 10_000}}}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "qilian.portal.site",  # before allauth and the forms: its templates dress theirs
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "qilian.portal.accounts",
    "qilian.portal.library",
    "qilian.portal.notices",
    "qilian.portal.jobs",
    "qilian.portal.history",
    "qilian.portal.network",
    "qilian.portal.workbench",
    "qilian.portal.window",
    "qilian.portal.booking",
    "qilian.portal.rulebook",
    "qilian.portal.chain",
    "qilian.portal.evaluation",
    "qilian.portal.improvement",
    "qilian.portal.leading",
    "qilian.portal.scenarios",
    "qilian.portal.operation",
    "qilian.portal.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "qilian.portal.site.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qilian.portal.operation.metrics.timing",
    "qilian.portal.site.middleware.body_limit",
    "qilian.portal.api.middleware.as_problems",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "qilian.portal.accounts.sessions.session_limits",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qilian.portal.accounts.middleware.AccessMiddleware",
]
ROOT_URLCONF = "qilian.portal.urls"
WSGI_APPLICATION = "qilian.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qilian.portal.site.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "qilian.portal.site.templatetags.portal",
            ],
        },
    }
]
FORM_RENDERER = "qilian.portal.site.forms.Renderer"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = str(_HOME / "static")
STATICFILES_DIRS = [str(_HERE / "static")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = str(_HOME / "files")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
UPLOAD_MAX_BYTES = 100 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
CLAMD = _clamd(options.CLAMD.text())

HTTPS = options.HTTPS.on()
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = (
    f"__Host-{name}" if HTTPS else name for name in ("session", "csrf", "language", "theme")
)
SESSION_ENGINE = "qilian.portal.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]  # the interface refuses: see api.middleware
if options.PROXIES.number():
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "qilian.portal.accounts.passwords.LikelyWordsValidator"},
    {"NAME": "qilian.portal.accounts.breached.BreachedValidator"},
]
BREACHED_PASSWORDS = _file(options.BREACHED)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "qilian.portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "qilian.portal.accounts.forms.SignupName"
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if options.MAIL.text() else "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ALLAUTH_TRUSTED_PROXY_COUNT = options.PROXIES.number()
NINJA_NUM_PROXIES = options.PROXIES.number()
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Qilian"
MFA_ADAPTER = "qilian.portal.accounts.sealing.SealingAdapter"
SECOND_FACTOR_KINDS = frozenset(options.SECOND_FACTOR.items())
if unknown := SECOND_FACTOR_KINDS - ACTORS:
    raise PortalError(
        f"{min(unknown)}: no kind", where=options.SECOND_FACTOR.name, mend=f"write {', '.join(sorted(ACTORS))}"
    )
SOCIALACCOUNT_PROVIDERS = _oidc(options.OIDC.items())
SOCIALACCOUNT_ENABLED = bool(options.OIDC.items())
SOCIALACCOUNT_LOGIN_ON_GET = False
SIGNUP_OPEN = options.SIGNUP.on()
METRICS_TOKEN = options.METRICS_TOKEN.text()

DEFAULT_FROM_EMAIL = SERVER_EMAIL = options.SENDER.text()
globals().update(_mail(options.MAIL.text()))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "qilian.portal.operation.logs.Formatter",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "errors": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(_HOME / "errors.jsonl"),
            "maxBytes": 2_000_000,
            "backupCount": 1,
            "encoding": "utf-8",
            "delay": True,
            "level": "ERROR",
            "formatter": "json",
        },
    },
    "root": {"handlers": ["stderr", "errors"], "level": options.LOG_LEVEL.text()},
    "loggers": {"django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
CSRF_FAILURE_VIEW = "qilian.portal.site.views.csrf_failed"
