"""The values of the pictures, in one language: the map in layers, and the flow from system to system.

Places are worked out here, so that the same chain always looks the same; static/qilian/charts-chain.js draws them. What
a picture shows stands in a table below it, too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from qilian.chain import LAYER_WORDS, LAYERS, Chain, Node
from qilian.portal.chain.measures import Measure, Row
from qilian.text import Language

SWEEPS = 6
GAP = 0.45
"""Free space between two systems of a column, in rows."""


def chain_map(
    known: Chain,
    shown: Collection[str],
    rows: Mapping[str, Row],
    measure: Measure,
    language: Language,
    focus: Collection[str] = (),
) -> dict[str, Any]:
    """Return the nodes with their places and levels, and the links between them.

    Parameters
    ----------
    shown
        Ids of the nodes.
    focus
        The nodes that the picture is about.
    """
    nodes = [node for node in known.nodes if node.id in shown]
    links = [(link.origin, link.target) for link in known.links if link.origin in shown and link.target in shown]
    columns = _columns(known, nodes, links)
    layers = [layer for layer in LAYERS if any(node.layer == layer for node in nodes)]
    places: dict[str, tuple[int, float]] = {}
    heads = []
    heights = {layer: _height(columns[layer]) for layer in layers}
    for column, layer in enumerate(layers):
        row, system = (max(heights.values()) - heights[layer]) / 2, ""  # in the middle, so that links stay short
        for node in columns[layer]:
            if node.system != system:
                row += 1 + (GAP if system else 0)
                heads.append({"at": [column, row - 1], "name": known.systems[node.system].say(language)})
                system = node.system
            places[node.id] = (column, row)
            row += 1
    number = {node.id: place for place, node in enumerate(nodes)}
    return {
        "layers": [LAYER_WORDS[layer].say(language) for layer in layers],
        "rows": max(heights.values(), default=1.0),
        "heads": heads,
        "nodes": [
            {
                "id": node.id,
                "name": node.name.say(language),
                "at": places[node.id],
                "level": measure.level(rows[node.id]),
                "said": measure.said(rows[node.id]),
                "focus": node.id in focus,
            }
            for node in nodes
        ],
        "links": [[number[origin], number[target]] for origin, target in links],
        "label": str(measure.label),
    }


def height_of(picture: Mapping[str, Any], row: int = 20) -> int:
    """Return the least height of a chart that has room for the rows."""
    needed = picture["rows"] * row + 40
    return next((height for height in (240, 320, 480, 640, 880) if height >= needed), 1120)


def flow(known: Chain, system: str, language: Language) -> dict[str, Any]:
    """Return how much of all ways from material to machine goes from where to where.

    Without a system the nodes of one layer and system are drawn as one, and links within a layer are left out; with
    one, its nodes are drawn with what lies next to them.
    """
    graph = known.graph
    origins = np.repeat(np.arange(graph.size), np.diff(graph.down.offsets))
    value: dict[tuple[str, str], float] = defaultdict(float)
    names: dict[str, tuple[str, int]] = {}
    for origin, target, share in zip(origins.tolist(), graph.down.targets.tolist(), graph.link_shares(), strict=True):
        a, b = known.nodes[origin], known.nodes[target]
        if system:
            if system not in (a.system, b.system):
                continue
            ends = tuple((node.id, node.name.say(language)) for node in (a, b))
        else:
            if a.layer == b.layer:
                continue
            ends = tuple(_group(known, node, language) for node in (a, b))
        for (key, name), node in zip(ends, (a, b), strict=True):
            names[key] = (name, LAYERS.index(node.layer))
        value[ends[0][0], ends[1][0]] += float(share)
    return {
        "nodes": [{"id": key, "name": name, "layer": layer} for key, (name, layer) in names.items()],
        "links": [{"from": a, "to": b, "share": share} for (a, b), share in value.items()],
        "layers": [LAYER_WORDS[layer].say(language) for layer in LAYERS],
        "system": system,
    }


def _height(column: Sequence[Node]) -> float:
    """Return how many rows a column takes: its nodes, a head for each system, and the gaps between these."""
    systems = len({node.system for node in column})
    return len(column) + systems + GAP * (systems - 1)


def _group(known: Chain, node: Node, language: Language) -> tuple[str, str]:
    return f"{node.layer}:{node.system}", known.systems[node.system].say(language)


def _columns(known: Chain, nodes: Sequence[Node], links: Sequence[tuple[str, str]]) -> dict[str, list[Node]]:
    """Order the nodes of each layer so that few links cross: systems together, each near what it is linked to.

    Sweeps of barycentres (Sugiyama, Tagawa and Toda 1981) over systems and over the nodes within them.
    """
    order = list(known.systems)
    columns: dict[str, list[Node]] = {
        layer: sorted((node for node in nodes if node.layer == layer), key=lambda node: order.index(node.system))
        for layer in LAYERS
    }
    beside: dict[str, list[str]] = defaultdict(list)
    for origin, target in links:
        beside[origin].append(target)
        beside[target].append(origin)
    for sweep in range(SWEEPS):
        for layer in LAYERS if sweep % 2 == 0 else LAYERS[::-1]:
            height = {
                node.id: place / max(1, len(column) - 1)
                for column in columns.values()
                for place, node in enumerate(column)
            }
            wish = {
                node.id: sum(height[other] for other in beside[node.id]) / len(beside[node.id])
                if beside[node.id]
                else height[node.id]
                for node in columns[layer]
            }
            of_system: dict[str, list[float]] = defaultdict(list)
            for node in columns[layer]:
                of_system[node.system].append(wish[node.id])
            mean = {system: sum(wishes) / len(wishes) for system, wishes in of_system.items()}
            columns[layer].sort(key=lambda node: (mean[node.system], order.index(node.system), wish[node.id]))
    return columns
