"""Where the database is, and Django's settings for it: SQLite in WAL mode, or PostgreSQL.

``DATABASE_URL`` names it; without that it is a file in the data folder.
"""

import dj_database_url

from qilian.portal import options
from qilian.portal.errors import PortalError
from qilian.portal.home import DATABASE_FILE, DATABASE_VARIABLE, home_path

_SQLITE_CACHE_KIB = 64_000


def database_url() -> str:
    """Return the address of this installation's database."""
    return options.DATABASE.text() or f"sqlite:///{(home_path() / DATABASE_FILE).as_posix()}"


def database_settings(url: str) -> dj_database_url.DBConfig:
    """Return the settings of one database.

    Parameters
    ----------
    url
        ``sqlite:////path/to/file`` or ``postgresql://user:password@host:5432/name``.

    Raises
    ------
    PortalError
        If the address is of another kind.
    """
    try:
        settings = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    except ValueError as error:
        raise PortalError(
            f"not the address of a database ({error})",
            where=DATABASE_VARIABLE,
            mend="write postgresql://USER:PASSWORD@HOST:5432/NAME",
        ) from None
    engine = settings.get("ENGINE")
    if engine == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-{_SQLITE_CACHE_KIB};"
            ),
        }
    elif engine != "django.db.backends.postgresql":
        raise PortalError(
            f"{engine} is no database of Qilian", where=DATABASE_VARIABLE, mend="use PostgreSQL or SQLite"
        )
    return settings
