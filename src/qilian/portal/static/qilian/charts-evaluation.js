// The pictures of evaluation: the course of a figure to its target, ranks with their intervals.
import { kind } from "./charts.js";

kind("course", (values, colours) => ({
  grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
  xAxis: { type: "category", data: values.periods, axisLabel: { color: colours.muted }, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } },
  yAxis: { type: "value", scale: true, axisLabel: { color: colours.muted }, splitLine: { lineStyle: { color: colours.line } } },
  tooltip: { trigger: "axis", formatter: (points) => [points[0].axisValue, ...points.filter((each) => each.value != null).map((each) => `${each.value} ${values.unit}`)].join("\n") },
  series: [
    { type: "line", data: values.expected, connectNulls: true, symbol: "none", lineStyle: { color: colours.muted, type: "dashed", width: 2 } },
    { type: "line", data: values.figures, connectNulls: true, symbolSize: 9, lineStyle: { color: colours.primary, width: 3 }, itemStyle: { color: colours.primary }, label: { show: true, position: "top", color: colours.text } },
  ],
}));

// A firm's interval as a bar from its best to its worst rank, the rank as a point on it; the first is on top.
kind("ranks", (values, colours) => ({
  grid: { left: 8, right: 24, top: 8, bottom: values.names.length > 30 ? 8 : 24, containLabel: true },
  xAxis: { type: "value", min: 1, minInterval: 1, position: "top", axisLabel: { color: colours.muted }, splitLine: { lineStyle: { color: colours.line } } },
  yAxis: { type: "category", inverse: true, data: values.names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.text, width: 140, overflow: "truncate" } },
  dataZoom: values.names.length > 30 ? [{ type: "slider", yAxisIndex: 0, startValue: 0, endValue: 29, width: 14 }, { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: false, moveOnMouseWheel: true }] : [],
  tooltip: { formatter: ({ dataIndex: at }) => `${values.names[at]}\n${values.unit} ${values.ranks[at]} (${values.ends[at].join("–")}), ${values.scores[at]}` },
  series: [
    {
      type: "custom", encode: { x: [1, 2], y: 0 }, data: values.ends.map(([best, worst], at) => [at, best, worst]),
      renderItem: (params, api) => {
        const [from, to] = [api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])];
        const style = { stroke: colours.muted, lineWidth: 2 };
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
        return { type: "group", children: [line(from[0], from[1], to[0], to[1]), line(from[0], from[1] - 4, from[0], from[1] + 4), line(to[0], to[1] - 4, to[0], to[1] + 4)] };
      },
    },
    { type: "scatter", symbolSize: 10, itemStyle: { color: colours.primary }, data: values.ranks.map((rank, at) => [rank, at]) },
  ],
}));
