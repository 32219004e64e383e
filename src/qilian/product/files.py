"""Product files: in comes the YAML file of one product and a vocabulary; out goes a frozen :class:`Product`.

What the file leaves out is unknown, which is not false. ``{unknown: true}`` says that it was looked for and not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qilian.documents import Document, Trail, read_yaml, shaped
from qilian.product.errors import ProductError
from qilian.product.vocabulary import Confidence, Parameter, ParameterValue, Vocabulary
from qilian.text import Text

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a product file says of one parameter.

    Attributes
    ----------
    value
        In the vocabulary's unit; None where the file says that it is unknown.
    source, confidence
        Where the value was read, and how sure it is; None where the file does not say.
    line
        Of the product file.
    """

    parameter: Parameter
    value: ParameterValue | None
    source: str | None
    confidence: Confidence | None
    note: Text
    line: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product and all that its file says of it, by parameter id."""

    id: str
    name: Text
    maker: Text
    note: Text
    given: Mapping[str, Given]
    file: Path

    @property
    def values(self) -> dict[str, ParameterValue]:
        """The known values by parameter id."""
        return {name: given.value for name, given in self.given.items() if given.value is not None}


def read_product(path: Path, vocabulary: Vocabulary) -> Product:
    """Read a product file.

    Raises
    ------
    QilianError
        One line that names the file, the line, the parameter and the mend.
    """
    return product_of(read_yaml(path, MAX_BYTES), vocabulary)


def product_of(document: Document, vocabulary: Vocabulary) -> Product:
    """Return the product that a document says; errors as in :func:`read_product`."""
    from qilian.product.door import ProductForm

    if not isinstance(document.value, dict):
        raise ProductError("not a product file", where=document.where(), mend="write id:, name: and parameters:")
    form = shaped(document, document.value, ProductForm)
    given: dict[str, Given] = {}
    for name, raw in form.parameters.items():
        one = _given(document, ("parameters", name), raw, vocabulary)
        first = given.get(one.parameter.id)
        if first:
            raise ProductError(
                f"{name}: {one.parameter.id} is already given in line {first.line}",
                where=document.where(("parameters", name)),
                mend="keep one of the two",
            )
        given[one.parameter.id] = one
    return Product(form.id, form.name, form.maker, form.note, given, document.path)


def _given(document: Document, trail: Trail, raw: object, vocabulary: Vocabulary) -> Given:
    from qilian.product.door import GivenForm

    where = document.where(trail)
    parameter = vocabulary.require(str(trail[-1]), where)
    form = shaped(document, raw, GivenForm, trail) if isinstance(raw, dict) else GivenForm(value=raw)
    if form.unknown == (form.value is not None):
        fault = "both a value and unknown" if form.unknown else "no value"
        raise ProductError(f"{parameter.id}: {fault}", where=where, mend="write a value, or {unknown: true}")
    if not form.unknown:
        where = document.where((*trail, "value"))
    value = None if form.unknown else vocabulary.convert(parameter, form.value, where)
    line = document.lines.get(trail, 1)
    return Given(parameter, value, form.source, form.confidence, form.note, line)
