"""What a service window offers: services with their working days, and packages that open several orders together.

Both are data (``services.yaml``), read once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from pydantic import Field

from qilian.documents import read_yaml, shaped
from qilian.product.door import Form, FullText, Word
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Service:
    """One service; ``days`` are working days from opening to an answer."""

    id: str
    days: int
    icon: str
    name: Text
    words: Text


@dataclass(frozen=True, slots=True)
class Package:
    """A template of several services for one client."""

    id: str
    name: Text
    words: Text
    services: tuple[Service, ...]


class ServiceForm(Form):
    """A service as written."""

    id: Word
    days: int = Field(ge=1, le=250)
    icon: Word
    name: FullText
    words: FullText


class PackageForm(Form):
    """A package as written."""

    id: Word
    name: FullText
    words: FullText
    services: list[Word] = Field(min_length=2)


class OffersForm(Form):
    """The whole file."""

    services: list[ServiceForm]
    packages: list[PackageForm]


@cache
def _offers() -> OffersForm:
    with as_file(files("qilian.portal.window") / "services.yaml") as path:
        document = read_yaml(path)
    return shaped(document, document.value, OffersForm)


@cache
def services() -> Mapping[str, Service]:
    """Return the services by id, in the order of the file."""
    return {each.id: Service(each.id, each.days, each.icon, each.name, each.words) for each in _offers().services}


@cache
def packages() -> Mapping[str, Package]:
    """Return the packages by id, in the order of the file.

    Raises
    ------
    KeyError
        If one names a service that there is not.
    """
    return {
        each.id: Package(each.id, each.name, each.words, tuple(services()[name] for name in each.services))
        for each in _offers().packages
    }
