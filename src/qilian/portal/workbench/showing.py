"""What a kept plan's pages show: in comes the stored result, out come rows with words in both languages.

A page is made from the row alone; the pack gives the names of parameters, rules and laboratories, and where one is no
longer known its id stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeAlias

from qilian.laboratories.errors import LaboratoryError
from qilian.planning import Pack
from qilian.planning.words import ACCEPTANCE, CONFIDENCE, KINDS, WORDS, value_text
from qilian.portal.workbench.making import Settings
from qilian.portal.workbench.models import Plan
from qilian.text import Language, Text

Data: TypeAlias = Mapping[str, Any]

OUTCOMES: dict[str, Text] = {
    "applies": Text("适用", "applies"),
    "undecided": Text("待定", "undecided"),
    "does_not_apply": Text("不适用", "does not apply"),
}


def text(data: Data | None) -> Text:
    """Return stored words."""
    return Text(data["zh"], data["en"]) if data else Text("", "")


@dataclass(frozen=True, slots=True)
class Because:
    """A value that decided a rule, with the name of its parameter."""

    label: Text
    zh: str
    en: str
    implied_by: str

    @property
    def value(self) -> Text:
        """The value with its unit."""
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class ShownObligation:
    """A rule and its outcome; ``data`` is the stored obligation."""

    data: Data
    title: Text
    route: Text
    note: Text
    kind: Text
    outcome: Text
    confidence: Text
    because: tuple[Because, ...]
    missing: tuple[tuple[str, Text], ...]
    documents: tuple[Text, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What a market's programme says of the best report for a test, clause by clause."""

    markets: tuple[str, ...]
    programmes: tuple[Text, ...]
    outcome: str
    label: Text
    report: str
    file: str
    failing: tuple[tuple[str, Text, str], ...]
    met: int
    missing: tuple[Text, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class ShownTest:
    """A test of the plan; ``decision`` is the whole outcome, ``decisions`` those of the programmes."""

    data: Data
    name: Text
    outcome: str
    label: Text
    decisions: tuple[ShownDecision, ...]
    laboratories: int
    misses: tuple[tuple[Text, str, Text], ...]


class ShownPlan:
    """A kept plan, ready to be shown; nothing is worked out twice."""

    def __init__(self, plan: Plan, pack: Pack) -> None:
        self.plan, self.pack = plan, pack
        self.result: Data = plan.result
        self.settings = Settings.read(plan.settings)

    @property
    def on(self) -> date:
        """The day that it judges by."""
        return self.settings.on

    @cached_property
    def markets(self) -> list[Text]:
        """The names of the markets."""
        return [self._market(each) for each in self.result["markets"]]

    @cached_property
    def home(self) -> Text:
        """The name of the city of the samples."""
        return self.city_name(self.result["home"]) if self.result["home"] else Text("", "")

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many obligations have which outcome."""
        outcomes = [each["outcome"] for each in self.result["obligations"]]
        return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}

    def obligations(self, outcome: str) -> list[tuple[Text, list[ShownObligation]]]:
        """Return the obligations of one outcome by market, in the pack's order."""
        grouped: dict[str, list[ShownObligation]] = {}
        for each in self.result["obligations"]:
            if each["outcome"] == outcome:
                grouped.setdefault(each["market"], []).append(self._obligation(each))
        return [(self._market(market), found) for market, found in grouped.items()]

    @cached_property
    def questions(self) -> list[tuple[str, Text, int]]:
        """The open questions: parameter, words, and how many rules an answer can decide."""
        return [(each["parameter"], text(each["text"]), len(each["decides"])) for each in self.result["questions"]]

    @cached_property
    def changes(self) -> list[dict[str, object]]:
        """What will change, the soonest first."""
        return [
            {
                "date": date.fromisoformat(each["date"]),
                "what": text(each["what"]),
                "references": each["references"],
                "rule": each["rule"],
                "certain": each["certain"],
            }
            for each in sorted(self.result["coming_changes"], key=lambda each: str(each["date"]))
        ]

    @cached_property
    def tests(self) -> list[ShownTest]:
        """All tests, those that remain first."""
        shown = [self._test(each) for each in self.result["tests"]]
        return sorted(shown, key=lambda test: test.outcome == "accept")

    @cached_property
    def test_names(self) -> dict[str, Text]:
        """The names of the tests by id."""
        return {each["id"]: text(each["name"]) for each in self.result["tests"]}

    @cached_property
    def possible_tests(self) -> list[tuple[str, Text]]:
        """Tests that hang on open questions."""
        return [(each["id"], text(each["name"])) for each in self.result["possible_tests"]]

    @cached_property
    def unplaced(self) -> list[tuple[str, Text]]:
        """Tests that no laboratory of the network can take."""
        return [(each, self.test_names.get(each, Text(each, each))) for each in self.result["unplaced"]]

    @cached_property
    def notices(self) -> list[Text]:
        """What a reader must know."""
        return [text(each) for each in (*self.result["conflicts"], *self.result["notices"])]

    @cached_property
    def itineraries(self) -> list[Data]:
        """The itineraries for all objectives, the chosen one first."""
        found = [self.result["itinerary"], *self.result["alternatives"]]
        return [each for each in found if each]

    def itinerary(self, objective: str = "") -> Data | None:
        """Return the itinerary for an objective, or the chosen one."""
        first = self.itineraries[0] if self.itineraries else None
        return next((each for each in self.itineraries if each["objective"] == objective), first)

    def alternatives(self) -> list[dict[str, object]]:
        """Return the figures of the itineraries side by side."""
        return [
            {
                "objective": each["objective"],
                "label": WORDS[each["objective"]],
                "days": each["days"],
                "price": each["price"],
                "kilometres": each["kilometres"],
                "laboratories": each["laboratories"],
                "proven": each["proven"],
                "gap": _gap(each),
                "end": datetime.fromisoformat(each["end"]),
            }
            for each in self.itineraries
        ]

    def steps(self, itinerary: Data) -> list[dict[str, object]]:
        """Return the steps of an itinerary as a table shows them."""
        return [
            {
                "start": datetime.fromisoformat(step["start"]),
                "end": datetime.fromisoformat(step["end"]),
                "test": step["test"],
                "name": self.test_names.get(step["test"], Text(step["test"], step["test"])),
                "laboratory_id": step["laboratory"],
                "laboratory": text(step["laboratory_name"]),
                "city": text(step["city_name"]),
                "bench": step["bench"],
                "lot": text(step["lot_name"]),
                "unit": step["unit"] + 1,
                "price": step["price"],
                "transfer": step["transfer"],
                "unchecked": step["unchecked"],
                "row": step["scope_row"],
            }
            for step in itinerary["steps"]
        ]

    def laboratory_name(self, laboratory: str) -> Text:
        """Return the name of a laboratory of the network."""
        try:
            return self.pack.network.laboratory(laboratory).name
        except LaboratoryError:
            return Text(laboratory, laboratory)

    def city_name(self, city: str) -> Text:
        """Return the name of a city."""
        try:
            return self.pack.network.geography.find(city).name
        except LaboratoryError:
            return Text(city, city)

    def parameter_name(self, parameter: str) -> Text:
        """Return the name of a parameter."""
        found = self.pack.vocabulary.find(parameter)
        return found.label if found else Text(parameter, parameter)

    def _market(self, market: str) -> Text:
        return self.pack.markets.get(market, Text(market, market))

    def _value(self, parameter: str, value: object, language: Language) -> str:
        return value_text(self.pack.vocabulary.find(parameter), value, language)

    def _obligation(self, data: Data) -> ShownObligation:
        return ShownObligation(
            data=data,
            title=text(data["title"]),
            route=text(data["route"]),
            note=text(data["note"]),
            kind=KINDS.get(data["kind"], Text(data["kind"], data["kind"])),
            outcome=OUTCOMES[data["outcome"]],
            confidence=CONFIDENCE[data["confidence"]],
            because=tuple(
                Because(
                    self.parameter_name(each["parameter"]),
                    self._value(each["parameter"], each["value"], "zh"),
                    self._value(each["parameter"], each["value"], "en"),
                    each["implied_by"] or "",
                )
                for each in data["because"]
            ),
            missing=tuple((each, self.parameter_name(each)) for each in data["missing"]),
            documents=tuple(text(each) for each in data["documents"]),
            sources=tuple(data["source"]),
        )

    def _test(self, data: Data) -> ShownTest:
        decision = data["decision"]
        outcome = decision["outcome"] if decision else ""
        return ShownTest(
            data=data,
            name=text(data["name"]),
            outcome=outcome,
            label=ACCEPTANCE.get(outcome, Text("", "")),
            decisions=shown_decisions(decision) if decision else (),
            laboratories=len({each["id"] for each in data["laboratories"]}),
            misses=tuple(
                (self.laboratory_name(each["id"]), each["id"], text(each["by"])) for each in data["near_misses"]
            ),
        )


def shown_decisions(decision: Data) -> tuple[ShownDecision, ...]:
    """Return the decisions of the programmes; markets that decide alike by one report share one."""
    found: dict[tuple[str, str, str], ShownDecision] = {}
    for programme in decision["programmes"]:
        best = programme["best"]
        if best is None:
            continue
        failing = tuple((each["id"], text(each["title"]), each["holds"]) for each in best["clauses"] if _fails(each))
        key = (programme["outcome"], best["report"], str(failing))
        before = found.get(key)
        found[key] = ShownDecision(
            markets=(*(before.markets if before else ()), programme["market"]),
            programmes=(*(before.programmes if before else ()), text(programme["programme"])),
            outcome=programme["outcome"],
            label=ACCEPTANCE.get(programme["outcome"], Text(programme["outcome"], programme["outcome"])),
            report=best["report"],
            file=best["file"],
            failing=failing,
            met=len(best["clauses"]) - len(failing),
            missing=tuple(text(each) for each in best["missing"]),
            confidence=programme["confidence"] or "",
        )
    return tuple(found.values())


def _fails(clause: Data) -> bool:
    return str(clause["holds"]) != "applies"


def _gap(itinerary: Data) -> float:
    """Return how far the value can be from the best, in percent."""
    value, bound = float(itinerary["value"]), float(itinerary["lower_bound"])
    return 100 * (value - bound) / value if value else 0.0


def laboratories_of(steps: Sequence[Data]) -> list[str]:
    """Return the ids of the laboratories that take part, in order of their first test."""
    return list(dict.fromkeys(str(step["laboratory"]) for step in steps))
