// Draws the charts of the page with ECharts and offers them as files. Only the parts of ECharts that are used are bundled.
import { BarChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  BarChart, LineChart, SankeyChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent,
  CanvasRenderer, SVGRenderer,
]);

const PICTURE_WIDTH = 900;
const mounted = new WeakSet();

const pageStyle = () => getComputedStyle(document.documentElement);

// Colors in the option are CSS variables, so the browser recolors the SVG when the theme changes. Colors that ECharts computes
// itself (hover shades, the tooltip) need a redraw.
function withTheme(option) {
  const css = pageStyle();
  const variable = (name) => css.getPropertyValue(name).trim();
  option.textStyle = { fontFamily: css.fontFamily };
  option.animation = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  option.animationDuration = 360;
  if (option.tooltip) {
    // `richText` draws the tooltip inside the SVG, because the content security policy forbids style attributes.
    Object.assign(option.tooltip, {
      renderMode: "richText", confine: true, transitionDuration: 0, padding: [8, 10],
      backgroundColor: variable("--color-base-100"), borderColor: variable("--line-strong"), borderWidth: 1,
      textStyle: { color: variable("--color-base-content"), fontSize: 12, fontFamily: css.fontFamily },
    });
  }
  return option;
}

const readOption = (element) => JSON.parse(element.dataset.option);

function mountChart(element) {
  if (mounted.has(element)) return;
  mounted.add(element);
  const chart = init(element, null, { renderer: "svg" });
  const draw = () => chart.setOption(withTheme(readOption(element)), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

// Converts any CSS color to `#rrggbb`, because image viewers do not support newer color functions such as `oklch`.
function toHex(color) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

// The option for an image file. A file has no page around it, so it contains a title, a legend, and colors instead of CSS variables.
function pictureOption(element, title) {
  const css = pageStyle();
  const text = element.dataset.option.replace(/var\((--[\w-]+)\)/g, (_, name) => toHex(css.getPropertyValue(name).trim()));
  const option = JSON.parse(text);
  const color = toHex(css.getPropertyValue("--color-base-content").trim());
  const named = option.series.filter((series) => series.type !== "sankey" && series.name !== "Total" && series.name !== "Lower end");
  const hasLegend = named.length > 1;
  const top = hasLegend ? 72 : 48;
  option.animation = false;
  option.backgroundColor = toHex(css.getPropertyValue("--color-base-100").trim());
  option.textStyle = { fontFamily: "Inter Variable, Inter, sans-serif" };
  option.title = { text: title, left: 16, top: 12, textStyle: { fontSize: 15, fontWeight: 600, color } };
  if (hasLegend) {
    option.legend = { left: 16, top: 40, icon: "rect", data: named.map((series) => series.name), textStyle: { color, fontSize: 11 } };
  }
  for (const grid of [option.grid].flat().filter(Boolean)) Object.assign(grid, { left: 16, right: 40, top, bottom: 16 });
  for (const series of option.series) if (series.type === "sankey") Object.assign(series, { left: 16, top, bottom: 16 });
  return option;
}

function drawPicture(element, title, renderer) {
  const size = { width: PICTURE_WIDTH, height: Math.round(element.clientHeight * 1.4) };
  const options = renderer === "svg" ? { renderer, ssr: true, ...size } : { renderer, ...size };
  const chart = init(renderer === "svg" ? null : document.createElement("div"), null, options);
  chart.setOption(pictureOption(element, title));
  return chart;
}

async function toPng(element, title) {
  const chart = drawPicture(element, title, "canvas");
  const canvas = chart.renderToCanvas({ pixelRatio: 2 });
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  chart.dispose();
  return blob;
}

function toSvg(element, title) {
  const chart = drawPicture(element, title, "svg");
  const svg = chart.renderToSVGString();
  chart.dispose();
  return new Blob([svg], { type: "image/svg+xml" });
}

// A cell of a CSV file (RFC 4180). Text that starts like a formula gets an apostrophe, because a spreadsheet would run it.
function toCell(text) {
  const isFormula = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));
  const value = isFormula ? `'${text}` : text;
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function toCsv(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => toCell(cell.textContent.trim())).join(","));
  return new Blob([`\uFEFF${rows.join("\r\n")}\r\n`], { type: "text/csv" });
}

async function download(button) {
  const figure = button.closest("figure");
  const [chart, title] = [figure.querySelector(".chart"), figure.querySelector("h2").textContent];
  const format = button.dataset.download;
  const blob = format === "csv"
    ? toCsv(figure.querySelector(".chart-foot table"))
    : await (format === "png" ? toPng(chart, title) : toSvg(chart, title));
  const url = URL.createObjectURL(blob);
  const name = `${title.toLowerCase().replace(/\W+/g, "-")}.${format}`;
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// Mounts every `.chart[data-option]` of the document. The attribute contains the option as JSON. A chart that cannot be drawn gets
// `data-missing`, and the style sheet then shows its error text.
export function mountCharts() {
  for (const element of document.querySelectorAll(".chart[data-option]")) {
    try {
      mountChart(element);
    } catch (error) {
      element.setAttribute("data-missing", "");
      console.error(error);
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-download]");
    if (button) download(button);
  });
}
