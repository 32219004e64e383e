"""The written form of a pack's ``words.yaml``, as pydantic models; imported only when the file is read."""

from pydantic import Field

from qilian.product.door import Form, FullText, Word

Words = list[Word]


class ValueForm(Form):
    """Words that say a value: ``cobot`` is a kind of product, ``Wi-Fi`` says that there is radio."""

    parameter: Word
    value: object
    part: bool = False
    words: Words = Field(min_length=1)


class HeadingForm(Form):
    """A name under which people order several tests at once: all of a domain, or those listed."""

    id: Word
    name: FullText
    domain: Word | None = None
    tests: Words = Field(default_factory=list)
    words: Words = Field(min_length=1)


class PatternForm(Form):
    """A regular expression whose groups are the values of parameters, in order (``IP54``, ``6-axis``)."""

    pattern: Word
    parameters: list[Word] = Field(min_length=1)


class WordsForm(Form):
    """The words of a content pack that people use beyond its labels and names."""

    parameters: dict[str, Words] = Field(default_factory=dict)
    values: list[ValueForm] = Field(default_factory=list)
    headings: list[HeadingForm] = Field(default_factory=list)
    tests: dict[str, Words] = Field(default_factory=dict)
    markets: dict[str, Words] = Field(default_factory=dict)
    patterns: list[PatternForm] = Field(default_factory=list)
    ignore: Words = Field(default_factory=list)
