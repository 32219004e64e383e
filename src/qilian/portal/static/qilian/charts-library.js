// Pictures of a standard: its line of time, and the standards around it.
import { kind } from "./charts.js";

const tone = (status, colours) =>
  ({ current: colours.good, draft: colours.primary, superseded: colours.warn, withdrawn: colours.bad })[status] ?? colours.muted;

kind("standard-timeline", (values, colours) => {
  const rows = [...new Set(values.points.map((point) => point.reference))];
  return {
    grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
    tooltip: { formatter: (item) => `${item.data.value[0]}\n${item.data.what}` },
    xAxis: { type: "time", axisLabel: { color: colours.muted }, splitLine: { show: true, lineStyle: { color: colours.line } } },
    yAxis: { type: "category", data: rows, inverse: true, axisLabel: { color: colours.text, width: 180, overflow: "truncate" }, axisTick: { show: false } },
    series: [
      {
        type: "scatter",
        symbolSize: 12,
        itemStyle: { color: colours.primary },
        data: values.points.filter((point) => point.date).map((point) => ({
          value: [point.date, point.reference],
          what: point.what,
          symbol: point.inferred ? "emptyCircle" : "circle",
        })),
        markLine: {
          symbol: "none",
          label: { formatter: values.on, color: colours.text },
          lineStyle: { color: colours.bad },
          data: [{ xAxis: values.on }],
        },
      },
    ],
  };
});

kind(
  "standard-graph",
  (values, colours) => ({
    tooltip: { formatter: (item) => (item.dataType === "edge" ? item.data.kind : `${item.data.name}\n${item.data.title}`) },
    series: [
      {
        type: "graph",
        layout: "force",
        roam: true,
        draggable: true,
        force: { repulsion: 260, edgeLength: 110 },
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        label: { show: true, position: "right", color: colours.text },
        lineStyle: { color: colours.muted, curveness: 0.08 },
        edgeLabel: { show: true, formatter: (item) => item.data.kind, color: colours.muted, fontSize: 10 },
        data: values.nodes.map((node) => ({
          ...node,
          symbolSize: node.far === 0 ? 26 : 14,
          itemStyle: { color: tone(node.status, colours) },
        })),
        links: values.edges.map((edge) => ({ source: edge.from, target: edge.to, kind: edge.kind })),
      },
    ],
  }),
  (item, place) => {
    if (item.dataType === "node") window.location = `${place.dataset.address ?? ""}?reference=${encodeURIComponent(item.data.name)}`;
  },
);
