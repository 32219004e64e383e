// The pictures of the laboratories: where they are, and when their benches are free.
import { kind } from "./charts.js";

kind(
  "laboratories",
  (values, colours) => {
    const all = values.cities.map((city) => city.at);
    const [west, east] = [Math.min(...all.map((at) => at[0])), Math.max(...all.map((at) => at[0]))];
    const [south, north] = [Math.min(...all.map((at) => at[1])), Math.max(...all.map((at) => at[1]))];
    const pad = Math.max(east - west, north - south, 0.4) * 0.12;
    const degree = (value) => `${value.toFixed(0)}°`;
    const axis = { type: "value", scale: true, minInterval: 1, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: colours.muted, formatter: degree, showMinLabel: false, showMaxLabel: false }, splitLine: { lineStyle: { color: colours.line } } };
    return {
      grid: { left: 8, right: 64, top: 12, bottom: 8, containLabel: true },
      xAxis: { ...axis, min: west - pad, max: east + pad },
      yAxis: { ...axis, min: south - pad, max: north + pad },
      tooltip: { formatter: ({ data }) => `${data.name}: ${data.count}` },
      series: [
        {
          type: "scatter",
          data: values.cities.map((city) => ({
            name: city.name, value: city.at, id: city.id, count: city.count,
            symbolSize: city.count ? 16 + 4 * Math.sqrt(city.count) : 6,
            itemStyle: { color: city.count ? colours.primary : colours.muted, opacity: city.count ? 0.85 : 0.5 },
          })),
          label: { show: true, position: "right", color: colours.text, fontSize: 12, formatter: ({ data }) => (data.count ? `${data.name} ${data.count}` : data.name) },
          labelLayout: { hideOverlap: true },
        },
      ],
    };
  },
  ({ data }, place) => {
    if (data?.count) window.location = `${place.parentElement.dataset.address}?city=${encodeURIComponent(data.id)}`;
  },
);

const dayAxis = (days, colours) => ({
  type: "category", position: "top", data: days.map((day) => day.date),
  axisLabel: { color: colours.muted, formatter: (date, place) => `${date}\n${days[place].weekday}`, hideOverlap: true },
  axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false },
});

kind("benches", (values, colours) => ({
  grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
  xAxis: dayAxis(values.days, colours),
  yAxis: { type: "category", inverse: true, data: values.benches, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.text, width: 150, overflow: "truncate" } },
  tooltip: {
    formatter: ({ data: { value } }) => {
      const [column, row, free, open] = value;
      return `${values.benches[row]}\n${values.days[column].date}: ${open ? `${free} ${values.words.of} ${open} ${values.words.free}` : values.words.closed}`;
    },
  },
  series: [
    {
      type: "heatmap",
      data: values.cells.map((cell) => {
        const [, , free, open] = cell;
        const share = open ? free / open : 0;
        const colour = !open ? "transparent" : share === 0 ? colours.warn : colours.good;
        return { value: cell, itemStyle: { color: colour, opacity: open ? (share === 0 ? 0.75 : 0.2 + 0.6 * share) : 1, borderColor: colours.surface, borderWidth: 2, borderRadius: 3 }, label: { show: open > 0 } };
      }),
      label: { color: colours.text, fontSize: 10, formatter: ({ data }) => data.value[2] },
      emphasis: { itemStyle: { opacity: 1 } },
    },
  ],
}));

function hours(params, api) {
  const [column, start, end] = [api.value(0), api.value(1), api.value(2)];
  const low = api.coord([column, start]);
  const high = api.coord([column, end]);
  const width = api.size([1, 0])[0] * 0.8;
  const box = { x: low[0] - width / 2, y: low[1], width, height: high[1] - low[1] };
  const shape = window.echarts.graphic.clipRectByRect(box, params.coordSys);
  return shape && { type: "rect", shape: { ...shape, r: 3 }, style: api.style() };
}

kind("bench", (values, colours) => ({
  grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
  xAxis: dayAxis(values.days, colours),
  yAxis: { type: "value", inverse: true, min: values.from, max: values.until, interval: Math.max(1, Math.round((values.until - values.from) / 10)), axisLabel: { color: colours.muted, formatter: (hour) => `${hour}:00` }, splitLine: { lineStyle: { color: colours.line } } },
  tooltip: { formatter: ({ data }) => `${values.days[data.value[0]].date} ${data.value[1]}:00–${data.value[2]}:00\n${values.words[data.state]}` },
  series: [
    {
      type: "custom", renderItem: hours, encode: { x: 0, y: [1, 2] },
      data: values.spans.map(([column, start, end, state]) => ({
        value: [column, start, end], state,
        itemStyle: { color: state === "free" ? colours.good : colours.warn, opacity: state === "free" ? 0.55 : 0.9 },
      })),
    },
  ],
}));
