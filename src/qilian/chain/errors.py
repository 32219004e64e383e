"""What can go wrong with a chain: a file that cannot be read, a node that nobody knows."""

from qilian.errors import QilianError


class ChainError(QilianError):
    """A chain that contradicts itself, or a question about what it does not hold."""
