"""What is made: the parameters of a product, in the words and units of a content pack's vocabulary."""

from qilian.product.errors import ProductError
from qilian.product.files import Given, Product, product_of, read_product
from qilian.product.vocabulary import (
    Choice,
    Confidence,
    Kind,
    Parameter,
    ParameterValue,
    Vocabulary,
    read_vocabulary,
)

__all__ = [
    "Choice",
    "Confidence",
    "Given",
    "Kind",
    "Parameter",
    "ParameterValue",
    "Product",
    "ProductError",
    "Vocabulary",
    "product_of",
    "read_product",
    "read_vocabulary",
]
