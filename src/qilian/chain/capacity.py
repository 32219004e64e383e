"""Which laboratories can do the tests of a chain, as seen from somewhere.

In come a chain, the pack's tests and a network; out goes a :class:`Capacity`. It asks the same matching as a plan does,
so that a laboratory that cannot do a test of a plan cannot cover a control point either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from qilian.chain.errors import ChainError
from qilian.chain.model import Chain
from qilian.compliance import TestItem
from qilian.laboratories import Capable, City, Laboratory, Network, Tier, match
from qilian.laboratories.holding import region_prefix
from qilian.standards import Catalogue
from qilian.text import Text

TIER_WORDS: Mapping[Tier, Text] = {
    "province": Text("省级", "province"),
    "city": Text("市级", "city"),
    "district": Text("县级", "district"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """Which laboratories count.

    Attributes
    ----------
    place, within_km
        Only those whose city is at most so many road kilometres from the place; both are given, or neither.
    tiers
        Only those of one of the tiers; of any if None.
    region
        Only those in this administrative division: its six-digit code or the beginning of one; anywhere if empty.
    region_name
        How the division is called; its code is, without.
    """

    place: City | None = None
    within_km: float | None = None
    tiers: tuple[Tier, ...] | None = None
    region: str = ""
    region_name: Text | None = None

    def __post_init__(self) -> None:
        if (self.place is None) is not (self.within_km is None):
            raise ChainError("a place without a distance, or a distance without a place", mend="give both")
        if self.within_km is not None and self.within_km < 0:
            raise ChainError(f"{self.within_km:g} km", mend="write 0 or more kilometres")
        if self.region and not (self.region.isascii() and self.region.isdigit() and 2 <= len(self.region) <= 6):
            raise ChainError(f"{self.region}: not a division", mend="write two to six digits, e.g. 3301")

    def takes(self, laboratory: Laboratory, network: Network) -> bool:
        """Return whether a laboratory of the network counts."""
        if self.tiers is not None and laboratory.tier not in self.tiers:
            return False
        if not laboratory.region.startswith(region_prefix(self.region)):
            return False
        if self.place is None or self.within_km is None:
            return True
        return km_to(laboratory, self.place, network) <= self.within_km

    @property
    def words(self) -> Text:
        """The same in words."""
        zh, en = "", ""
        if self.place is not None:
            zh = f"距{self.place.name.zh} {self.within_km:g} 公里内"
            en = f" within {self.within_km:g} km of {self.place.name.en}"
        if self.region:
            zh += f"{self.region_name.zh if self.region_name else f'区划 {self.region} '}内"
            en += f" in {self.region_name.en if self.region_name else f'division {self.region}'}"
        if self.tiers is not None:
            zh += "、".join(TIER_WORDS[tier].zh for tier in self.tiers)
            en += f" of tier {', '.join(self.tiers)}"
        return Text(zh or "网络内", en or " in the network")


@dataclass(frozen=True)
class Capacity:
    """Who can do each test of a chain.

    Attributes
    ----------
    proofs
        The scope lines of the whole network that prove it, by test.
    able
        The laboratories that count, by test.
    """

    network: Network
    where: Where
    tests: Mapping[str, TestItem]
    proofs: Mapping[str, tuple[Capable, ...]]
    able: Mapping[str, tuple[Laboratory, ...]]

    def anywhere(self, test: str) -> tuple[Laboratory, ...]:
        """Return all laboratories of the network that can do a test."""
        return _laboratories(self.proofs[test])

    def narrowed(self, where: Where) -> "Capacity":
        """Return the same network as seen from elsewhere."""
        able = {
            test: tuple(each for each in _laboratories(found) if where.takes(each, self.network))
            for test, found in self.proofs.items()
        }
        return replace(self, where=where, able=able)

    def joined(self, laboratory: Laboratory, tests: Iterable[str]) -> "Capacity":
        """Return what it would be if a laboratory that counts could do these tests, too."""
        able = {**self.able, **{test: (*self.able[test], laboratory) for test in tests}}
        return replace(self, able=able)


def capacity(
    chain: Chain,
    tests: Mapping[str, TestItem],
    network: Network,
    on: date,
    *,
    catalogue: Catalogue,
    where: Where = Where(),
) -> Capacity:
    """Match every test that a control point names to the network.

    No product is asked about, so that the limits of scope lines are left unchecked: a laboratory counts where it can do
    the test for some product.

    Parameters
    ----------
    on
        The day on which accreditation has to be valid, and editions are judged.
    """
    wanted = dict.fromkeys(test for point in chain.points for test in point.tests)
    proofs = {test: match(tests[test], (), {}, network, on, catalogue=catalogue).capable for test in wanted}
    return Capacity(network, where, tests, proofs, {}).narrowed(where)


def km_to(laboratory: Laboratory, place: City, network: Network) -> int:
    """Return the road kilometres from the laboratory's city to a place."""
    return network.geography.km(network.geography.find(laboratory.city), place)


def nearest(laboratories: Iterable[Laboratory], place: City | None, network: Network) -> tuple[Laboratory, int] | None:
    """Return the laboratory nearest to a place with its kilometres; None without place or laboratory."""
    if place is None:
        return None
    ways = ((each, km_to(each, place, network)) for each in laboratories)
    return min(ways, key=lambda way: way[1], default=None)


def _laboratories(proofs: Iterable[Capable]) -> tuple[Laboratory, ...]:
    return tuple({each.laboratory.id: each.laboratory for each in proofs}.values())
