"""Whether a chain that can be read is also sound: nothing hangs loose, and nothing invented reads like a fact.

In comes a chain; out go findings, empty where all is well. What cannot be true at all, the reader refuses already.
"""

from collections.abc import Iterator

from qilian.chain.model import Chain
from qilian.compliance import Finding
from qilian.text import Text

SAMPLE = Text("示例", "Sample")
"""How the names of invented makers begin."""


def check_chain(chain: Chain) -> Iterator[Finding]:
    """Yield everything that is wrong with the chain."""
    yield from _loose(chain)
    for system in chain.systems:
        if all(node.system != system for node in chain.nodes):
            yield Finding(f"chain.yaml {system}", "a system without nodes", "drop it, or give it nodes")
    for maker in chain.makers:
        marked = maker.name.zh.startswith(SAMPLE.zh) and maker.name.en.startswith(SAMPLE.en)
        if maker.sample is not marked:
            what = "an invented maker that reads like a real one" if maker.sample else "a real maker marked as a sample"
            yield Finding(f"makers.csv {maker.name.zh}", what, f"begin its names with {SAMPLE.zh} and {SAMPLE.en}")
        if not maker.sample and maker.confidence == "unverified":
            yield Finding(f"makers.csv {maker.name.zh}", "a real maker without a source", "name one, or drop it")


def _loose(chain: Chain) -> Iterator[Finding]:
    """A node has to lead to a machine: what goes into nothing is not of this chain."""
    origins, targets = {link.origin for link in chain.links}, {link.target for link in chain.links}
    for node in chain.nodes:
        where = f"nodes.csv {node.id}"
        if node.layer == "machine" and node.id not in targets:
            yield Finding(where, "a machine that nothing goes into", "add its links")
        elif node.layer != "machine" and node.id not in origins:
            yield Finding(where, "goes into nothing", "add its links, or drop it")
