"""Proves that a content pack is sound, beyond what its readers already refuse.

In comes a pack; out come findings, empty where all is well. The rules, tests and their order are checked by the
compliance room; here their ties to markets and laboratories are.
"""

from collections.abc import Iterator

from qilian.chain import check_chain
from qilian.compliance import Finding, check_content
from qilian.content.loading import load_chain, read_systems
from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.intake import read_lexicon
from qilian.planning import Pack


def check_pack(pack: Pack) -> tuple[Finding, ...]:
    """Return everything that is wrong with ``pack``."""
    return (
        *check_content(pack.rules, pack.implications, pack.vocabulary, pack.tests, pack.orders, pack.catalogue),
        *_unknown_markets(pack),
        *_strange_scope_lines(pack),
        *_untestable(pack),
        *_empty_words(pack),
        *_unsound_evaluation(pack),
        *_unsound_chain(pack),
    )


def _unknown_markets(pack: Pack) -> Iterator[Finding]:
    for rule in pack.rules:
        if rule.market not in pack.markets:
            yield Finding(f"{rule.where} {rule.id}", f"unknown market {rule.market}", "add it to pack.yaml or mend it")


def _strange_scope_lines(pack: Pack) -> Iterator[Finding]:
    for laboratory in pack.network.laboratories:
        for line in laboratory.lines:
            if line.test is not None and line.test not in pack.tests:
                yield Finding(f"scope.csv row {line.row}", f"unknown test {line.test}", "name a test of tests.yaml")


def _untestable(pack: Pack) -> Iterator[Finding]:
    """A test that fewer than two laboratories offer leaves no choice."""
    for test in pack.tests.values():
        offering = {line.laboratory for line in pack.network.lines_by_test.get(test.id, ())}
        if len(offering) < 2:
            yield Finding(
                f"tests.yaml {test.id}", f"offered by {len(offering)} laboratories", "let two or more offer it"
            )


def _empty_words(pack: Pack) -> Iterator[Finding]:
    """Words of ``words.yaml`` must name what the pack has; its reader says where they do not."""
    try:
        read_lexicon(pack)
    except QilianError as error:
        yield Finding(error.where, error.what, error.mend)


def _unsound_evaluation(pack: Pack) -> Iterator[Finding]:
    """Indicator systems and policy tools that cannot be read, and comparisons that contradict each other."""
    from qilian.evaluation import check_judgements, read_tools

    try:
        if (pack.folder / "tools.yaml").exists():
            read_tools(read_yaml(pack.folder / "tools.yaml"))
        for system in read_systems(pack.folder).values():
            check_judgements(system)
    except QilianError as error:
        yield Finding(error.where or "indicators", error.what, error.mend)


def _unsound_chain(pack: Pack) -> Iterator[Finding]:
    """The chain's reader says where it cannot be true; what it can read may still hang loose."""
    try:
        chain = load_chain(pack)
    except QilianError as error:
        yield Finding(error.where, error.what, error.mend)
        return
    if chain is not None:
        yield from check_chain(chain)
