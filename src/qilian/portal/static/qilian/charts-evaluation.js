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
