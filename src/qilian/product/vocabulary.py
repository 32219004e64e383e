"""The vocabulary of a content pack: which parameters a product can have, in which words and which unit.

In comes the pack's parameter table; out goes a :class:`Vocabulary`, which finds a parameter by id or alias and turns
what people write into values: numbers in the vocabulary's unit, booleans, choices, sets of choices, texts and dates.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from qilian.documents import Document, shaped
from qilian.product.errors import ProductError
from qilian.product.quantity import read_quantity, shorten
from qilian.text import Text

Kind: TypeAlias = Literal["number", "boolean", "choice", "set", "text", "date"]
ParameterValue: TypeAlias = float | bool | str | frozenset[str] | date
Confidence: TypeAlias = Literal["verified", "secondary", "unverified"]

_NO_TEXT = Text("", "")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words that a choice or set parameter can take."""

    id: str
    label: Text
    note: Text = _NO_TEXT


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that can be known of a product.

    Attributes
    ----------
    unit
        The unit that all values are kept in; None for what has none.
    quantity
        What a number measures ("an energy"), for error messages.
    idta
        Semantic id of the Industrial Digital Twin Association, where one exists.
    minimum, maximum
        The range in which a number is possible at all, in ``unit``.
    """

    id: str
    label: Text
    question: Text
    kind: Kind
    unit: str | None = None
    quantity: Text | None = None
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()
    idta: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def choice_ids(self) -> tuple[str, ...]:
        """The words that a choice or set parameter can take."""
        return tuple(choice.id for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All parameters of a pack by id, in the order of the pack."""

    parameters: Mapping[str, Parameter]
    _by_name: Mapping[str, Parameter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = dict(self.parameters)
        for parameter in self.parameters.values():
            for alias in parameter.aliases:
                if by_name.setdefault(alias, parameter) is not parameter:
                    raise ProductError(
                        f"{parameter.id}: its alias {alias} already names {by_name[alias].id}",
                        mend="choose another alias",
                    )
        object.__setattr__(self, "_by_name", by_name)

    def __getitem__(self, parameter_id: str) -> Parameter:
        return self.parameters[parameter_id]

    def find(self, name: str) -> Parameter | None:
        """Return the parameter with this id or alias, or None."""
        return self._by_name.get(name)

    def nearest(self, name: str) -> str | None:
        """Return the id of the parameter whose id, alias or last part is spelled most like ``name``, if one is near."""
        spellings = {alias: parameter.id for alias, parameter in self._by_name.items()}
        for parameter_id in self.parameters:
            spellings.setdefault(parameter_id.rpartition(".")[2], parameter_id)
        near = difflib.get_close_matches(name[:80], spellings, n=1)
        return spellings[near[0]] if near else None

    def require(self, name: str, where: str) -> Parameter:
        """Return the parameter with this id or alias.

        Raises
        ------
        ProductError
            If there is none; names the nearest.
        """
        found = self.find(name)
        if found is None:
            near = self.nearest(name)
            mend = f"did you mean {near}?" if near else "see the vocabulary of the content pack"
            raise ProductError(f"{shorten(name)}: unknown parameter", where=where, mend=mend)
        return found

    def convert(self, parameter: Parameter, raw: object, where: str) -> ParameterValue:
        """Return what was written for ``parameter`` as a value of its kind.

        Raises
        ------
        ProductError
            If it does not fit the kind, unit, range or choices.
        """
        match parameter.kind:
            case "number":
                return _number(parameter, raw, where)
            case "boolean":
                if isinstance(raw, bool):
                    return raw
                raise _misfit(parameter, raw, where, "not true or false", "write true or false")
            case "choice":
                return _choice(parameter, raw, where)
            case "set":
                if isinstance(raw, list):
                    return frozenset(_choice(parameter, member, where) for member in raw)
                raise _misfit(parameter, raw, where, "not a list", f"write [{_said(raw)}], or [] for none")
            case "text":
                if isinstance(raw, str) and raw.strip():
                    return raw.strip()
                raise _misfit(parameter, raw, where, "not a text", "write words, in quotes if they look like a number")
            case "date":
                return _date(parameter, raw, where)


def read_vocabulary(document: Document) -> Vocabulary:
    """Read the parameter table of a pack.

    Raises
    ------
    QilianError
        For the first entry that is not well formed, with its line.
    """
    from qilian.product.door import ParameterForm

    parameters: dict[str, Parameter] = {}
    for index, form in enumerate(shaped(document, document.value, list[ParameterForm])):
        where = document.where((index, "id"))
        if form.id in parameters:
            raise ProductError(f"{form.id}: defined twice", where=where, mend="keep one of the two")
        if form.kind in ("choice", "set") and not form.choices:
            raise ProductError(f"{form.id}: a {form.kind} without choices", where=where, mend="list its choices")
        parameters[form.id] = Parameter(
            id=form.id,
            label=form.label,
            question=form.question,
            kind=form.kind,
            unit=form.unit,
            quantity=form.quantity,
            choices=tuple(Choice(choice.id, choice.label, choice.note) for choice in form.choices),
            aliases=tuple(form.aliases),
            idta=form.idta,
            minimum=form.minimum,
            maximum=form.maximum,
        )
    return Vocabulary(parameters)


def _number(parameter: Parameter, raw: object, where: str) -> float:
    quantity = parameter.quantity.en if parameter.quantity else ""
    value = read_quantity(raw, parameter.unit, quantity, parameter.id, where)
    unit = f" {parameter.unit}" if parameter.unit else ""
    if parameter.minimum is not None and value < parameter.minimum:
        raise _misfit(parameter, raw, where, f"below {parameter.minimum:g}{unit}", "check the number and its unit")
    if parameter.maximum is not None and value > parameter.maximum:
        raise _misfit(parameter, raw, where, f"above {parameter.maximum:g}{unit}", "check the number and its unit")
    return value


def _choice(parameter: Parameter, raw: object, where: str) -> str:
    if isinstance(raw, str) and raw in parameter.choice_ids:
        return raw
    near = difflib.get_close_matches(_said(raw), parameter.choice_ids, n=1)
    known = ", ".join(parameter.choice_ids)
    raise _misfit(parameter, raw, where, "unknown choice", f"did you mean {near[0]}?" if near else f"one of {known}")


def _date(parameter: Parameter, raw: object, where: str) -> date:
    if isinstance(raw, str) and _ISO_DATE.match(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise _misfit(parameter, raw, where, "not a date", "write year-month-day, e.g. 2026-12-01")


def _misfit(parameter: Parameter, raw: object, where: str, fault: str, mend: str) -> ProductError:
    return ProductError(f"{parameter.id}: {_said(raw)}: {fault}", where=where, mend=mend)


def _said(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    return "nothing" if raw is None else shorten(str(raw))
