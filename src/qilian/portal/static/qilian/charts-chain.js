// The pictures of a chain: the map in layers, and the flow from system to system. A node leads to its page.
import { kind } from "./charts.js";

// The same as .chain-0 to .chain-none in portal.css: from red, the worst, to blue, which colour-blind readers tell apart.
const LEVELS = { 0: "#b2182b", 1: "#e66101", 2: "#e9b949", 3: "#74add1", 4: "#2166ac", none: "#9aa5b1" };
const BOX = { width: 0.7, height: 17 };

const go = (place, path) => {
  const { address, asked } = place.parentElement.dataset;
  window.location = `${address}${path}${asked}`;
};

/** The nodes up and down from one, itself included. */
function lineage(links, start) {
  const walk = (from, to) => {
    const seen = new Set([start]);
    for (const node of seen) for (const link of links) if (link[from] === node) seen.add(link[to]);
    return seen;
  };
  return new Set([...walk(0, 1), ...walk(1, 0)]);
}

/** A link: from box to box, or an arc beside the column where both are of one layer. */
function curve(values, colours, params, api) {
  const [origin, target] = values.links[params.dataIndex];
  const [from, to] = [values.nodes[origin].at, values.nodes[target].at];
  const half = (api.size([1, 0])[0] * BOX.width) / 2;
  const [x1, y1] = api.coord(from);
  const [x2, y2] = api.coord(to);
  const isBeside = from[0] === to[0];
  const shape = isBeside
    ? { x1: x1 - half, y1, x2: x2 - half, y2, cpx1: x1 - half - 26, cpy1: y1, cpx2: x2 - half - 26, cpy2: y2 }
    : { x1: x1 + half, y1, x2: x2 - half, y2, cpx1: x1 + half + (x2 - x1 - 2 * half) * 0.6, cpy1: y1, cpx2: x1 + half + (x2 - x1 - 2 * half) * 0.4, cpy2: y2 };
  const isLit = values.lit?.has(origin) && values.lit.has(target);
  const style = { fill: null, stroke: isLit ? colours.primary : colours.muted, lineWidth: isLit ? 1.5 : 1, opacity: isLit ? 0.9 : values.lit ? 0.06 : 0.3 };
  return { type: "bezierCurve", shape, silent: true, style, z2: 1 };
}

/** A node: its level as a bar, its name, its figure. */
function box(values, colours, params, api) {
  const node = values.nodes[params.dataIndex];
  const width = api.size([1, 0])[0] * BOX.width;
  const [x, y] = api.coord(node.at);
  const left = x - width / 2;
  const outline = { x: left, y: y - BOX.height / 2, width, height: BOX.height, r: 3 };
  const opacity = !values.lit || values.lit.has(params.dataIndex) ? 1 : 0.25;
  const figure = { text: node.said, x: left + width - 5, y, align: "right", verticalAlign: "middle", fill: colours.muted, fontSize: 10, opacity };
  const name = { text: node.name, x: left + 11, y, verticalAlign: "middle", fill: colours.text, fontSize: 11, fontWeight: node.focus ? 700 : 400, width: width - 48, overflow: "truncate", ellipsis: "…", opacity };
  return {
    type: "group",
    children: [
      { type: "rect", shape: outline, style: { fill: colours.surface, stroke: node.focus ? colours.primary : colours.line, lineWidth: node.focus ? 2.5 : 1 }, z2: 2 },
      { type: "rect", shape: { ...outline, width: 6, r: [3, 0, 0, 3] }, style: { fill: LEVELS[node.level], opacity }, z2: 3 },
      { type: "text", style: name, z2: 4 },
      { type: "text", style: figure, z2: 4 },
    ],
  };
}

/** Words that stand somewhere, without a mark. */
const said = (data, label) => ({ type: "scatter", silent: true, symbolSize: 0.1, data, label: { show: true, formatter: ({ name }) => name, ...label } });

kind(
  "chain-map",
  (values, colours) => ({
    grid: { left: 4, right: 4, top: 4, bottom: 4 },
    xAxis: { type: "value", min: -0.5, max: values.layers.length - 0.5, show: false },
    yAxis: { type: "value", inverse: true, min: -1.9, max: values.rows - 0.3, show: false },
    tooltip: { trigger: "item", formatter: ({ data }) => (data.id ? `${data.name}\n${values.label}: ${data.said}` : "") },
    series: [
      { type: "custom", silent: true, renderItem: (params, api) => curve(values, colours, params, api), data: values.links.map(([origin]) => values.nodes[origin].at) },
      { type: "custom", renderItem: (params, api) => box(values, colours, params, api), data: values.nodes.map((node) => ({ ...node, value: node.at })) },
      said(values.layers.map((name, column) => ({ value: [column, -1.5], name })), { color: colours.text, fontWeight: 700, fontSize: 14, position: "inside" }),
      said(values.heads.map(({ at, name }) => ({ value: [at[0] - BOX.width / 2, at[1] + 0.1], name })), { color: colours.muted, fontSize: 11, position: "right", distance: 1 }),
    ],
  }),
  ({ data }, place) => data?.id && go(place, `nodes/${encodeURIComponent(data.id)}/`),
  (chart, values) => {
    const light = (lit) => {
      values.lit = lit;
      chart.setOption({});
    };
    chart.on("mouseover", ({ data, dataIndex }) => data?.id && light(lineage(values.links, dataIndex)));
    chart.on("mouseout", ({ data }) => data?.id && light(null));
  },
);

const HUES = ["#4263eb", "#0ca678", "#f59f00", "#ae3ec9", "#d6336c"]; // a layer each

kind(
  "chain-flow",
  (values, colours) => ({
    tooltip: {
      formatter: ({ dataType, data, value }) => `${dataType === "edge" ? `${data.names[0]} → ${data.names[1]}` : `${data.label} · ${values.layers[data.layer]}`}\n${(value * 100).toFixed(1)} %`,
    },
    series: [
      {
        type: "sankey",
        left: 8, right: 130, top: 12, bottom: 12,
        nodeWidth: 14, nodeGap: 9, layoutIterations: 64, draggable: false,
        emphasis: { focus: "trajectory" },
        label: { color: colours.text, fontSize: 12, formatter: ({ data }) => data.label },
        lineStyle: { color: "gradient", opacity: 0.35, curveness: 0.5 },
        data: values.nodes.map(({ id, name, layer }) => ({ name: id, label: name, layer, itemStyle: { color: HUES[layer] }, ...(values.system ? {} : { depth: layer }) })),
        links: values.links.map(({ from, to, share }) => ({ source: from, target: to, value: share, names: [from, to].map((id) => values.nodes.find((node) => node.id === id).name) })),
      },
    ],
  }),
  ({ dataType, data }, place) => {
    if (dataType !== "node") return;
    const [layer, system] = data.name.split(":");
    if (system) window.location = `${place.parentElement.dataset.address}?picture=flow&system=${encodeURIComponent(system)}`;
    else go(place, `nodes/${encodeURIComponent(layer)}/`);
  },
);
