"""The folder that holds this installation's data: the database, the search index, the secret key.

``QILIAN_HOME`` names it; without that it is the platform's folder for user data. It is made on first use, for the
owner only. ``DATABASE_URL`` may name a database elsewhere.
"""

import os
from pathlib import Path

from qilian.portal import options
from qilian.portal.errors import PortalError

VARIABLE = "QILIAN_HOME"
DATABASE_VARIABLE = "DATABASE_URL"
DATABASE_FILE = "qilian.sqlite3"
SCOPES_FOLDER = "laboratories"
"""Where scope tables are kept, in the folder."""


def home_path() -> Path:
    """Return where the folder is, or would be made."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path  # late: a named folder does without

    return user_data_path("qilian", appauthor=False)


def home_folder() -> Path:
    """Return the folder, and make it if there is none.

    Raises
    ------
    PortalError
        If it cannot be made or is a file.
    """
    folder = home_path()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PortalError(
            f"the data folder cannot be made ({error.strerror})",
            where=str(folder),
            mend=f"set {VARIABLE} to a folder that can be written",
        ) from None
    return folder


def is_database_made() -> bool:
    """Whether there may be data to ask for: a database is named, or the file of an earlier use is there.

    Tells a command that can do without the database not to make one.
    """
    return bool(options.DATABASE.text()) or (home_path() / DATABASE_FILE).exists()
