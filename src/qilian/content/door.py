"""The written form of ``pack.yaml``, as pydantic models; imported only when a pack is read."""

from collections.abc import Mapping

from qilian.product.door import Form, FullText, IsoDate, Word
from qilian.text import Text


class MarketForm(Form):
    """A market and its names."""

    id: Word
    name: FullText


class PackForm(Form):
    """The head of a pack."""

    id: Word
    title: FullText
    version: Word
    compiled: IsoDate
    markets: list[MarketForm]

    def names(self) -> Mapping[str, Text]:
        """Return the names of the markets, in the pack's order."""
        return {market.id: market.name for market in self.markets}
