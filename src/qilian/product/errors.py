"""The errors of this room: a product file or a vocabulary that cannot be used."""

from qilian.errors import QilianError


class ProductError(QilianError):
    """A value, parameter or product that cannot be used."""
