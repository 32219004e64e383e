"""Writes the docs page of the table: ``python -m qilian.portal.history.reference > docs/reference/transitions.md``."""

import sys

from qilian.portal.history.table import machines

_HEAD = """# What may happen when

Everything with a state moves by one table, `src/qilian/portal/history/transitions.csv`; this page is written from it.
A state in bold is final. `system` is the portal itself, for example when a hold has expired. Every move is
[recorded](../how-to/audit-the-history.md).
"""


def written() -> str:
    """Return the page."""
    parts = [_HEAD]
    for machine in machines().values():
        parts.append(f"## {machine.name}\n\n| state | event | by | state after |\n|---|---|---|---|")
        for move in machine.moves:
            to = f"**{move.to}**" if move.to in machine.final else move.to
            state = move.state or "(new)"
            parts[-1] += f"\n| {state} | {move.event} | {', '.join(sorted(move.roles))} | {to} |"
        parts[-1] += "\n"
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(written())
