"""The chain of the portal's content pack, and what the laboratories that are kept today can test of it.

Laboratories are public here, so that everybody who may open the map sees the same figures. Other apps name nodes by id
and :func:`find` them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from qilian.chain import Capacity, Chain, ChainError, Node, Where, capacity
from qilian.content import load_chain
from qilian.portal.accounts.actor import Actor
from qilian.portal.library import commands
from qilian.portal.library.fetching import Snapshot, snapshots
from qilian.portal.network.storing import State, state, stored
from qilian.portal.rulebook.reading import pack


@cache
def chain() -> Chain | None:
    """Return the chain of the content pack, None where it has none; read once by each process."""
    return load_chain(pack())


def find(key: str) -> Node | None:
    """Return the node of an id."""
    known = chain()
    try:
        return known.node(key) if known else None
    except ChainError:
        return None


def asked(on: date, where: Where) -> Capacity:
    """Return what the laboratories that count can test of the chain on a day, as network and library are now."""
    return _whole(state(), tuple(snapshots()), on).narrowed(where)


@lru_cache(maxsize=4)
def _whole(of: State, held: tuple[Snapshot, ...], on: date) -> Capacity:
    """Ask once for each state of network and library."""
    del of, held
    knowledge, known = pack(), chain()
    if known is None:
        raise ChainError(f"{knowledge.id}: a pack without a chain", mend="name one that has a folder chain/")
    catalogue = commands.catalogue(knowledge.catalogue)
    return capacity(known, knowledge.tests, stored() or knowledge.network, on, catalogue=catalogue)


@dataclass(frozen=True, slots=True)
class Known:
    """Something that another app knows of a node, as its page shows it."""

    title: str
    url: str
    state: str


Problems = Callable[[Actor, str], Iterable[Known]]
_problems: list[Problems] = []


def problems(find: Problems) -> Problems:
    """Register what finds the problems of a node that an actor may see, in the ``ready`` of an app."""
    _problems.append(find)
    return find


def problems_of(actor: Actor, key: str) -> list[Known] | None:
    """Return the problems of a node, None while no app keeps any."""
    return [each for find in _problems for each in find(actor, key)] if _problems else None
