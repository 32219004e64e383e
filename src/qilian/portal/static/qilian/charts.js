// Draws the pictures that templates ask for with {% chart %}; each kind is a function from values to an ECharts option.
// Load it after echarts.min.js, on pages with pictures only. Tooltips are text, since pages allow no inline style.
const kinds = {};

/**
 * Add a kind of picture: draw(values, colours) returns an ECharts option; open(params, place) may go to what was clicked;
 * live(chart, values) may answer to more.
 */
export function kind(name, draw, open, live) {
  kinds[name] = { draw, open, live };
}

// A canvas knows neither var() nor color-mix(): the browser works a colour out, one painted pixel tells it.
function solid(probe, brush, name) {
  probe.style.color = `var(${name})`;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${alpha / 255})`;
}

function colours() {
  const probe = document.body.appendChild(document.createElement("span"));
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (name) => solid(probe, brush, name);
  try {
    return named(read);
  } finally {
    probe.remove();
  }
}

function named(read) {
  return {
    text: read("--tblr-body-color"),
    muted: read("--tblr-secondary"),
    line: read("--tblr-border-color"),
    primary: read("--tblr-primary"),
    good: read("--tblr-green"),
    warn: read("--tblr-orange"),
    bad: read("--tblr-red"),
    surface: read("--tblr-bg-surface"),
  };
}

/** Draw all pictures in a part of the page. */
export function drawAll(root = document) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    const { draw, open, live } = kinds[place.dataset.chart] ?? {};
    if (!draw || window.echarts.getInstanceByDom(place)) continue;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    const values = JSON.parse(place.dataset.values);
    const option = draw(values, colours());
    option.animation = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    option.tooltip = { renderMode: "richText", confine: true, ...option.tooltip };
    chart.setOption(option);
    if (open) chart.on("click", (params) => open(params, place));
    live?.(chart, values);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

/** Save the picture of a card as a file, drawn anew in lines that stay sharp. */
function save(button) {
  const place = button.closest(".card").querySelector("[data-chart]");
  const read = colours();
  const option = { ...kinds[place.dataset.chart].draw(JSON.parse(place.dataset.values), read), animation: false, backgroundColor: read.surface };
  const chart = window.echarts.init(null, null, { renderer: "svg", ssr: true, width: place.clientWidth, height: place.clientHeight });
  chart.setOption(option);
  const file = new Blob([chart.renderToSVGString()], { type: "image/svg+xml" });
  chart.dispose();
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${button.dataset.saves}.svg` });
  link.click();
  URL.revokeObjectURL(link.href);
}

document.addEventListener("DOMContentLoaded", () => {
  drawAll();
  for (const button of document.querySelectorAll("[data-saves]")) button.hidden = false; // nothing to save without this script
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-saves]");
  if (button) save(button);
});

/** Draw all anew, in the colours of now, before the next line runs. */
function redraw() {
  for (const place of document.querySelectorAll("[data-chart]")) window.echarts.getInstanceByDom(place)?.dispose();
  drawAll();
  for (const place of document.querySelectorAll("[data-chart]")) window.echarts.getInstanceByDom(place)?.getZr().flush();
}

// portal.js, which is loaded before, has changed the theme by then: a dark picture is not for paper
window.addEventListener("beforeprint", () => document.documentElement.dataset.printed && redraw());
window.addEventListener("afterprint", () => document.documentElement.dataset.bsTheme === "dark" && redraw());
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
