// The workbench's pictures: coming changes in time, Gantt chart of the sample units, map of their moves.
import { kind } from "./charts.js";

const PALETTE = ["#206bc4", "#2fb344", "#f76707", "#ae3ec9", "#0ca678", "#d6336c", "#4263eb", "#74b816", "#f59f00", "#17a2b8"];
const shade = (number) => PALETTE[number % PALETTE.length];
const clock = (text) => text.replace("T", " ").slice(0, 16);
const HOUR = 3_600_000, DAY = 24 * HOUR;
const two = (number) => String(number).padStart(2, "0");
const dayOf = (date) => `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const short = (value) => dayOf(new Date(value));

/** Return the number of a week as ISO 8601 counts them. */
function week(date) {
  const thursday = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7));
  return 1 + Math.floor((thursday - new Date(thursday.getFullYear(), 0, 1)) / (7 * DAY));
}

/** Return where an axis of time has its marks: hours, days, or the Mondays of weeks, by the span that is shown. */
export function marks(from, to) {
  const span = (to - from) / DAY;
  const hours = span <= 1.5 ? 3 : span <= 4 ? 12 : 24;
  const weeks = span <= 21 ? 0 : Math.ceil(span / 7 / 12);
  const mark = new Date(from);
  mark.setHours(0, 0, 0, 0);
  if (weeks) mark.setDate(mark.getDate() + ((8 - mark.getDay()) % 7));
  const found = [];
  while (mark.getTime() <= to) {
    if (mark.getTime() >= from) found.push(mark.getTime());
    if (weeks) mark.setDate(mark.getDate() + 7 * weeks);
    else mark.setHours(mark.getHours() + hours);
  }
  return found;
}

/** Return what stands at a mark: an hour, or a day with its weekday or its week. */
export function marked(value, from, to) {
  const date = new Date(value);
  if (date.getHours() || date.getMinutes()) return `${two(date.getHours())}:${two(date.getMinutes())}`;
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short" });
  return `${dayOf(date)}\n${(to - from) / DAY > 21 ? `W${two(week(date))}` : weekday.format(date)}`;
}

function axis(from, to) {
  const customValues = marks(from, to);
  return { axisTick: { customValues }, axisLabel: { customValues, formatter: (value) => marked(value, from, to) } };
}

kind("timeline", (values, colours) => {
  const last = values.changes.at(-1)?.date ?? values.from;
  const points = values.changes.map((change, place) => ({
    value: [change.date, 0],
    words: change.what,
    symbol: change.certain ? "circle" : "emptyCircle",
    itemStyle: { color: change.certain ? colours.primary : colours.warn },
    label: { position: place % 2 ? "bottom" : "top" },
  }));
  return {
    grid: { left: 24, right: 48, top: 30, bottom: 40 },
    xAxis: { type: "time", min: values.from, max: last, axisLabel: { color: colours.muted, hideOverlap: true }, axisLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: "value", min: -1, max: 1, show: false },
    tooltip: { trigger: "item", formatter: ({ data }) => `${data.value[0]}\n${data.words}` },
    series: [
      { type: "line", silent: true, symbol: "none", data: [[values.from, 0], [last, 0]], lineStyle: { color: colours.line, width: 3 } },
      { type: "scatter", symbolSize: 14, data: points, label: { show: true, color: colours.text, formatter: ({ data }) => data.value[0] }, labelLayout: { hideOverlap: true } },
    ],
  };
});

function bar(params, api) {
  const row = api.value(0);
  const start = api.coord([api.value(1), row]);
  const end = api.coord([api.value(2), row]);
  const height = api.size([0, 1])[1] * (api.value(3) < 0 ? 0.18 : 0.56);
  const box = { x: start[0], y: start[1] - height / 2, width: Math.max(2, end[0] - start[0]), height };
  const shape = window.echarts.graphic.clipRectByRect(box, params.coordSys);
  return shape && { type: "rect", shape: { ...shape, r: 3 }, style: api.style() };
}

kind("gantt", (values, colours) => {
  const tests = values.tests.map((test) => ({
    name: values.laboratories[test.laboratory],
    value: [test.row, test.start, test.end, test.laboratory],
    words: test.words,
    itemStyle: { color: shade(test.laboratory) },
  }));
  const moves = values.moves.map((move) => ({ value: [move.row, move.start, move.end, -1], words: move.words, itemStyle: { color: colours.muted } }));
  const times = [...values.tests, ...values.moves].flatMap((each) => [Date.parse(each.start), Date.parse(each.end)]);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const { axisTick, axisLabel } = axis(first, last);
  return {
    grid: { left: 8, right: 16, top: 12, bottom: 52, containLabel: true },
    xAxis: { type: "time", min: first, max: last, axisTick, axisLabel: { ...axisLabel, color: colours.muted, hideOverlap: true }, splitLine: { show: true, lineStyle: { color: colours.line } } },
    yAxis: { type: "category", data: values.rows, inverse: true, axisLabel: { color: colours.text }, axisTick: { show: false } },
    dataZoom: [{ type: "inside", filterMode: "weakFilter" }, { type: "slider", height: 18, bottom: 8, filterMode: "weakFilter", labelFormatter: (value) => short(value) }],
    tooltip: {
      formatter: ({ data }) => `${data.words}${data.name ? `\n${data.name}` : ""}\n${clock(data.value[1])} – ${clock(data.value[2])}`,
    },
    series: [
      { type: "custom", renderItem: bar, encode: { x: [1, 2], y: 0 }, data: moves },
      { type: "custom", renderItem: bar, encode: { x: [1, 2], y: 0 }, data: tests },
    ],
  };
}, undefined, (chart) => {
  chart.on("datazoom", () => {
    const [{ startValue, endValue }] = chart.getOption().dataZoom;
    chart.setOption({ xAxis: axis(startValue, endValue) });
  });
});

kind("route", (values, colours) => {
  const all = [...values.cities, ...values.others].map((city) => city.at);
  const [west, east] = [Math.min(...all.map((at) => at[0])), Math.max(...all.map((at) => at[0]))];
  const [south, north] = [Math.min(...all.map((at) => at[1])), Math.max(...all.map((at) => at[1]))];
  const pad = Math.max(east - west, north - south, 0.4) * 0.14;
  const hidden = { show: false, type: "value", scale: true };
  return {
    grid: { left: 8, right: 8, top: 16, bottom: 16 },
    xAxis: { ...hidden, min: west - pad, max: east + pad },
    yAxis: { ...hidden, min: south - pad, max: north + pad },
    tooltip: { formatter: ({ data }) => data.words ?? data.name },
    series: [
      { type: "scatter", silent: true, symbolSize: 5, itemStyle: { color: colours.line }, data: values.others.map((city) => ({ name: city.name, value: city.at })), label: { show: true, position: "right", color: colours.muted, fontSize: 10, formatter: "{b}" }, labelLayout: { hideOverlap: true } },
      {
        type: "lines", coordinateSystem: "cartesian2d", symbol: ["none", "arrow"], symbolSize: 9,
        lineStyle: { color: colours.primary, width: 2, curveness: 0.15, opacity: 0.8 },
        data: values.moves.map((move) => ({ coords: [move.from.at, move.to.at], words: `${move.from.name} → ${move.to.name} × ${move.count}` })),
      },
      {
        type: "scatter", z: 4,
        data: values.cities.map((city) => ({
          name: city.name, value: city.at, words: `${city.name}: ${city.tests}`,
          symbol: city.home ? "diamond" : "circle", symbolSize: 14 + 3 * Math.min(6, city.tests),
          itemStyle: { color: city.home ? colours.warn : colours.primary },
        })),
        label: { show: true, position: "top", color: colours.text, fontWeight: "bold", formatter: "{b}" },
      },
    ],
  };
});

kind(
  "front",
  (values, colours) => ({
    grid: { left: 12, right: 44, top: 36, bottom: 12, containLabel: true },
    xAxis: { type: "value", scale: true, name: values.axes[0], nameTextStyle: { color: colours.muted }, axisLabel: { color: colours.muted }, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, name: values.axes[1], nameTextStyle: { color: colours.muted }, axisLabel: { color: colours.muted }, splitLine: { lineStyle: { color: colours.line } } },
    tooltip: { formatter: ({ data }) => `${data.name ? `${data.name}\n` : ""}${data.value[0].toFixed(1)} / ${Math.round(data.value[1]).toLocaleString("en")}` },
    series: [
      {
        type: "line", step: "end", symbolSize: 11, lineStyle: { color: colours.primary },
        data: values.points.map((point, number) => ({
          value: point.at, number, symbol: point.proven ? "circle" : "emptyCircle",
          symbolSize: point.picked ? 18 : 11, itemStyle: { color: point.picked ? colours.warn : colours.primary },
        })),
      },
      {
        type: "scatter", symbol: "diamond", symbolSize: 12, itemStyle: { color: colours.good },
        data: values.objectives.map((each) => ({ value: each.at, name: each.name })),
        label: { show: true, position: "top", color: colours.text, formatter: "{b}" },
      },
    ],
  }),
  ({ data }) => {
    if (data.number !== undefined) window.location.search = `?point=${data.number}`;
  },
);
