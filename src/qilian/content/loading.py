"""Reads a content pack's folder into a :class:`qilian.planning.Pack`.

The folder holds ``pack.yaml``, ``parameters.yaml``, ``implications.yaml``, ``rules/*.yaml``, ``tests.yaml``,
``order.yaml``, ``standards.csv``, ``network/`` and, read only when it is asked for, ``chain/``. Which file means what
is said in docs/reference/content-pack.md.
"""

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qilian.chain import Chain, read_chain
from qilian.compliance import read_implications, read_order, read_rules, read_tests
from qilian.content.errors import ContentError
from qilian.documents import read_yaml, shaped
from qilian.evidence import read_policies
from qilian.laboratories import read_network
from qilian.planning import Pack
from qilian.product import read_vocabulary
from qilian.standards import Catalogue, read_table

if TYPE_CHECKING:
    from qilian.content.door import PackForm
    from qilian.evaluation import IndicatorSystem, Toolbox

GROUP = "qilian.content"


def load_pack(name: str) -> Pack:
    """Read the installed pack called ``name``.

    Raises
    ------
    ContentError
        If no pack of that name is installed.
    QilianError
        If one of its files cannot be read; the message names file and line.
    """
    return read_pack(_folder(name))


def load_table(name: str) -> Catalogue:
    """Read only the table of standards of the installed pack called ``name``; errors as in :func:`load_pack`."""
    return _read_table(_folder(name))[1]


def load_systems(name: str) -> "dict[str, IndicatorSystem]":
    """Read the indicator systems of the installed pack called ``name``, by id; errors as in :func:`load_pack`."""
    return read_systems(_folder(name))


def load_chain(pack: Pack) -> Chain | None:
    """Read the chain of a pack, None where it has none.

    Raises
    ------
    QilianError
        If one of its files is missing or cannot be read; the message names file and line.
    """
    folder = pack.folder / "chain"
    return read_chain(folder, pack.tests, pack.catalogue) if folder.is_dir() else None


def read_systems(folder: Path) -> "dict[str, IndicatorSystem]":
    """Read the indicator systems of the pack that lies in ``folder``; there may be none.

    Raises
    ------
    QilianError
        For the first file that cannot be read, or two systems of the same id.
    """
    from qilian.evaluation import read_system  # late: it computes with arrays, which a plan does without

    systems: dict[str, IndicatorSystem] = {}
    for path in sorted((folder / "indicators").glob("*.yaml")):
        system = read_system(read_yaml(path))
        if system.id in systems:
            raise ContentError(f"{system.id}: two indicator systems", where=path.name, mend="rename one")
        systems[system.id] = system
    return systems


def load_tools(name: str) -> "Toolbox":
    """Read the policy tools of the installed pack called ``name``; errors as in :func:`load_pack`."""
    from qilian.evaluation import read_tools

    return read_tools(read_yaml(_folder(name) / "tools.yaml"))


def read_pack(folder: Path) -> Pack:
    """Read the pack that lies in ``folder``.

    Raises
    ------
    QilianError
        If one of its files is missing or cannot be read; the message names file and line.
    """
    head, table = _read_table(folder)
    vocabulary = read_vocabulary(read_yaml(folder / "parameters.yaml"))
    rule_files = sorted((folder / "rules").glob("*.yaml"))
    if not rule_files:
        raise ContentError("no rules", where=str(folder / "rules"), mend="write at least one rules/*.yaml")
    return Pack(
        id=head.id,
        title=head.title,
        version=head.version,
        compiled=head.compiled,
        folder=folder,
        markets=head.names(),
        vocabulary=vocabulary,
        implications=read_implications(read_yaml(folder / "implications.yaml"), vocabulary),
        rules=tuple(rule for path in rule_files for rule in read_rules(read_yaml(path), vocabulary)),
        tests={item.id: item for item in read_tests(read_yaml(folder / "tests.yaml"), vocabulary)},
        orders=read_order(read_yaml(folder / "order.yaml")),
        catalogue=table,
        network=read_network(folder / "network"),
        policies=read_policies(read_yaml(folder / "acceptance.yaml")) if (folder / "acceptance.yaml").exists() else (),
    )


def _folder(name: str) -> Path:
    installed = {point.name: point.value for point in entry_points(group=GROUP)}
    spec = find_spec(installed[name]) if name in installed else None
    if spec is None or spec.origin is None:
        known = ", ".join(sorted(installed)) or "none"
        raise ContentError(f"{name}: no such content pack", mend=f"installed: {known}")
    return Path(spec.origin).parent


def _read_table(folder: Path) -> "tuple[PackForm, Catalogue]":
    from qilian.content.door import PackForm

    document = read_yaml(folder / "pack.yaml")
    head = shaped(document, document.value, PackForm)
    source = f"{head.title.en} pack {head.version}, own table"
    return head, read_table(folder / "standards.csv", source, head.compiled)
