"""What an operator may set: every environment variable with its default and meaning, read in one place.

The page docs/reference/settings.md is this table.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from qilian.portal.errors import PortalError


@dataclass(frozen=True, slots=True)
class Option:
    """An environment variable."""

    name: str
    default: str
    meaning: str

    def text(self) -> str:
        """Return what is set, or the default; a secret may stand in a file that ``NAME_FILE`` names.

        Raises
        ------
        PortalError
            If that file cannot be read.
        """
        if path := os.environ.get(f"{self.name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "not text"
                mend = "name a file that the portal may read"
                raise PortalError(f"{path}: {why}", where=f"{self.name}_FILE", mend=mend) from None
        return os.environ.get(self.name) or self.default

    def on(self) -> bool:
        """Return a switch.

        Raises
        ------
        PortalError
            If it is neither ``on`` nor ``off``.
        """
        if (said := self.text().lower()) not in ("on", "off"):
            raise PortalError(f"{said}: neither on nor off", where=self.name, mend="write on or off")
        return said == "on"

    def number(self) -> int:
        """Return a whole number of at least 0.

        Raises
        ------
        PortalError
            If it is none.
        """
        if not (said := self.text()).isdecimal():
            raise PortalError(f"{said}: not a whole number", where=self.name, mend=f"write for example {self.default}")
        return int(said)

    def items(self) -> list[str]:
        """Return the comma-separated items."""
        return [item.strip() for item in self.text().split(",") if item.strip()]


HOME = Option("QILIAN_HOME", "", "Folder of this installation's data; default: the platform's user data folder.")
DATABASE = Option("DATABASE_URL", "", "`postgresql://USER:PASSWORD@HOST:5432/NAME`; default: SQLite in QILIAN_HOME.")
HOSTS = Option("QILIAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names that the portal answers to.")
ORIGINS = Option("QILIAN_ORIGINS", "", "Origins of its pages behind a proxy, e.g. `https://qilian.example`.")
HTTPS = Option("QILIAN_HTTPS", "on", "`off` only to try the portal out over plain HTTP: cookies then lose their guard.")
PROXIES = Option("QILIAN_PROXIES", "0", "How many proxies of yours stand in front; their headers are then believed.")
SIGNUP = Option("QILIAN_SIGNUP", "on", "`off`: accounts come by invitation only.")
SECOND_FACTOR = Option(
    "QILIAN_SECOND_FACTOR", "", "Whose members must use a second factor: kinds, e.g. `operator,regulator,window`."
)
MAIL = Option("QILIAN_MAIL", "", "`smtp://USER:PASSWORD@HOST:587`; default: mails are files in QILIAN_HOME/mail.")
SENDER = Option("QILIAN_SENDER", "qilian@localhost", "Sender of the mails.")
OIDC = Option("QILIAN_OIDC", "", "`ID,NAME,SERVER,CLIENT` of an OpenID Connect provider, e.g. a provincial login.")
OIDC_SECRET = Option("QILIAN_OIDC_SECRET", "", "The client's secret at that provider.")
LOG_LEVEL = Option("QILIAN_LOG_LEVEL", "INFO", "Least level of the log lines, which are JSON without personal data.")
METRICS_TOKEN = Option("QILIAN_METRICS_TOKEN", "", "Lets Prometheus read `/metrics`; without it only an operator may.")
CLAMD = Option("QILIAN_CLAMD", "", "Virus scanner that sees every upload: `HOST:PORT` or the path of clamd's socket.")
BREACHED = Option(
    "QILIAN_BREACHED_PASSWORDS", "", "File of breached passwords, as Have I Been Pwned gives it (SHA-1, sorted)."
)
PACK = Option("QILIAN_PACK", "robots", "Content pack that the portal plans by.")

OPTIONS = (
    HOME,
    DATABASE,
    HOSTS,
    ORIGINS,
    HTTPS,
    PROXIES,
    SIGNUP,
    SECOND_FACTOR,
    MAIL,
    SENDER,
    OIDC,
    OIDC_SECRET,
    LOG_LEVEL,
    METRICS_TOKEN,
    CLAMD,
    BREACHED,
    PACK,
)
