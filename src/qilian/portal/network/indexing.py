"""The lines that can be booked, as a body of scope lines that the engine's matcher can be asked of.

The index is derived data in QILIAN_HOME, a folder for each state of the lines, built when it is first asked for (a
second for 1,600 lines); hours and prices are not in it, so that changing them costs nothing.
"""

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from qilian import laboratories as engine
from qilian.laboratories.scopes import (
    Bridge,
    Matcher,
    ScopeLaboratory,
    ScopeStore,
    has_scopes,
    import_scopes,
    open_scopes,
)
from qilian.portal.home import home_folder
from qilian.portal.network import storing
from qilian.portal.rulebook.reading import pack
from qilian.text import Text

FOLDER = "bookable"
_OUTSIDE = "#"
"""Ends the id under which a laboratory's lines outside of its accredited scope stand: none is accredited for those."""

_HEADER = ("laboratory", "object", "parameter", "standard", "limit")


@dataclass(frozen=True)
class KeptLines:
    """The lines of the network, found by words and limits.

    Attributes
    ----------
    lines
        In the order of the indexed table.
    names
        The laboratories' names by their codes.
    is_kept
        Whether the laboratories are kept here; else they are those of the content pack.
    """

    store: ScopeStore
    lines: tuple[engine.ScopeLine, ...]
    names: Mapping[str, Text]
    is_kept: bool

    def matcher(self, bridge: Bridge) -> Matcher:
        """Return what is asked."""
        return Matcher(self.store, catalogue=pack().catalogue, bridge=bridge)

    def line(self, place: str) -> engine.ScopeLine:
        """Return the line at a ``SOURCE:LINE`` of the index."""
        return self.lines[int(place.rpartition(":")[2]) - 2]  # the header is line 1


def code_of(laboratory: str) -> str:
    """Return the code of the laboratory that an id of the index stands for."""
    return laboratory.removesuffix(_OUTSIDE)


def kept_lines() -> KeptLines:
    """Return the lines as they are now."""
    return _kept_lines(storing.state())


@lru_cache(maxsize=1)
def _kept_lines(state: storing.State) -> KeptLines:
    del state
    kept = storing.stored()
    network = kept or pack().network
    names = {laboratory.id: laboratory.name for laboratory in network.laboratories}
    return KeptLines(_opened(network), _lines(network), names, kept is not None)


def _lines(network: engine.Network) -> tuple[engine.ScopeLine, ...]:
    return tuple(line for laboratory in network.laboratories for line in laboratory.lines)


def _opened(network: engine.Network) -> ScopeStore:
    """Open the index of a network's lines; build it first if there is none of this state."""
    table, register = _table(network), _register(network)
    digest = blake2b(f"{table}{sorted(map(repr, register.values()))}".encode(), digest_size=12).hexdigest()
    folder = home_folder() / FOLDER / digest
    if not has_scopes(folder):
        with TemporaryDirectory(prefix="qilian-") as temporary:
            path = Path(temporary) / "lines.csv"
            path.write_text(table, encoding="utf-8")
            import_scopes(path, folder, name="network", register=register)
        for older in folder.parent.iterdir():
            if older.name != digest:
                shutil.rmtree(older, ignore_errors=True)
    return open_scopes(folder)


def _table(network: engine.Network) -> str:
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    for line in _lines(network):
        owner = line.laboratory if line.accredited else f"{line.laboratory}{_OUTSIDE}"
        method = f"{line.reference} {line.clause}".strip()
        limits = "; ".join(map(str, line.limits))
        writer.writerow((owner, _both(line.object), _both(line.parameter), method, limits))
    return stream.getvalue()


def _both(words: Text) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} / {words.en}"


def _register(network: engine.Network) -> Mapping[str, ScopeLaboratory]:
    found = {}
    for each in network.laboratories:
        facts = (each.name.zh, each.region, each.tier)
        found[each.id] = ScopeLaboratory(each.id, *facts, each.accreditations)
        found[f"{each.id}{_OUTSIDE}"] = ScopeLaboratory(f"{each.id}{_OUTSIDE}", *facts)
    return found
