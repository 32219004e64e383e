"""How answers in words call laboratories, tests and hours: by their ids, or as a caller knows them.

In come ids and hours of a problem; out come words in Chinese and English.
"""

from typing import TYPE_CHECKING

from qilian.text import Text

if TYPE_CHECKING:
    from qilian.routing.changes import Place


class Names:
    """The ids themselves, and hours counted from hour 0; a caller that knows more overrides what it knows."""

    def laboratory(self, laboratory: str) -> Text:
        """Return what a laboratory is called."""
        return Text(laboratory, laboratory)

    def city(self, city: str) -> Text:
        """Return what a city is called."""
        return Text(city, city)

    def bench(self, bench: str) -> Text:
        """Return what a bench is called."""
        return Text(bench, bench)

    def test(self, product: str, test: str) -> Text:
        """Return what a test is called."""
        name = f"{product}/{test}" if product else test
        return Text(name, name)

    def product(self, product: str) -> Text:
        """Return what a product is called."""
        return Text(product, product)

    def hour(self, hour: int) -> Text:
        """Return how an hour is written."""
        return Text(f"第 {hour} 小时", f"hour {hour}")

    def place(self, place: "Place") -> Text:
        """Return what a place is called; of several laboratories, cities or benches each is named."""
        kind = _KINDS[place.kind]
        say = {"laboratory": self.laboratory, "city": self.city, "bench": self.bench}[place.kind]
        names = [say(each) for each in place.ids]
        return Text(
            kind.zh + " " + "、".join(name.zh for name in names), f"{kind.en} {' or '.join(name.en for name in names)}"
        )

    def tests(self, tests: tuple[tuple[str, str], ...]) -> Text:
        """Return a list of tests."""
        names = [self.test(*each) for each in tests]
        return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


_KINDS = {"laboratory": Text("实验室", "laboratory"), "city": Text("城市", "city"), "bench": Text("工位", "bench")}


def duration(hours: float) -> Text:
    """Write a span of time: below two days in hours, else in days."""
    if abs(hours) < 48:
        return Text(f"{hours:g} 小时", f"{hours:g} hour{'' if hours == 1 else 's'}")
    return Text(f"{hours / 24:.1f} 天", f"{hours / 24:.1f} days")
