// Copies the files of others that pages load into the package, and draws the icons of icons.txt as one sprite.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "..", "src", "qilian", "portal", "static", "vendor");

const files = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "echarts.min.js": "echarts/dist/echarts.min.js",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const path = join(modules, source);
  const text = readFileSync(path, "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*$/m, ""); // the maps are not shipped
  writeFileSync(join(target, name), text);
}
// Tabler says its licence in the head of its files.
for (const [name, folder] of Object.entries({ htmx: "htmx.org", echarts: "echarts", icons: "@tabler/icons" })) {
  copyFileSync(join(modules, folder, "LICENSE"), join(target, `LICENSE-${name}.txt`));
}

const symbols = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean).map((name) => {
  const drawing = readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const paths = drawing.slice(drawing.indexOf(">") + 1, drawing.lastIndexOf("</svg>")).trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
});
writeFileSync(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
