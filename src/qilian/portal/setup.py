"""Starts Django in this process and brings the database up to date: the one call before anything of the portal is used.

Only the commands that need the database make it, so that the others stay quick. It may be called again at no cost.
"""

import os

from qilian.portal.errors import PortalError

_done = False


def setup() -> None:
    """Configure Django, and make or migrate the database if it is behind.

    Raises
    ------
    PortalError
        If the data folder or the database cannot be used, or the database is of a newer Qilian.
    """
    global _done
    if _done:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qilian.portal.settings")
    import django
    from django.db import DatabaseError, connection

    django.setup()
    try:
        _migrate()
    except DatabaseError as error:
        name = connection.settings_dict["NAME"]
        raise PortalError(
            f"the database cannot be used ({' '.join(str(error).split())})",
            where=str(name),
            mend="check DATABASE_URL and QILIAN_HOME",
        ) from None
    _done = True


def _migrate() -> None:
    """Apply what is missing; one process at a time."""
    from django.core.management import call_command

    from qilian.portal.locking import locked

    if not is_behind():
        return
    with locked("migrate", wait=True):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


def is_behind() -> bool:
    """Whether a migration is not applied: read from the table that Django keeps, without building its graph."""
    from pkgutil import iter_modules

    from django.apps import apps
    from django.db import connection

    wanted = {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in iter_modules([f"{app.path}/migrations"])
        if module.name[:1] not in "_~"
    }
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return True
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    unknown = {name for app, name in applied - wanted if app == "library"}
    if unknown:
        raise PortalError(
            f"the database is of a newer Qilian (it has {min(unknown)})",
            where=str(connection.settings_dict["NAME"]),
            mend="update Qilian",
        )
    return bool(wanted - applied)
