// Draws the charts of the page with ECharts, of which it contains the parts in use.
import { BarChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, SankeyChart, GridComponent, TooltipComponent, SVGRenderer]);

const mounted = new WeakSet();

// Colors in the option are CSS variables, so the browser recolors the SVG when the theme changes. What ECharts computes
// itself (hover shades, the tooltip) needs a redraw.
function withTheme(option) {
  const css = getComputedStyle(document.documentElement);
  const variable = (name) => css.getPropertyValue(name).trim();
  option.textStyle = { fontFamily: css.fontFamily };
  option.animation = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  option.animationDuration = 360;
  if (option.tooltip) {
    // Drawn inside the SVG, because the content security policy forbids style attributes.
    Object.assign(option.tooltip, {
      renderMode: "richText", confine: true, transitionDuration: 0, padding: [8, 10],
      backgroundColor: variable("--color-base-100"), borderColor: variable("--line-strong"), borderWidth: 1,
      textStyle: { color: variable("--color-base-content"), fontSize: 12, fontFamily: css.fontFamily },
    });
  }
  return option;
}

function mountChart(element) {
  if (mounted.has(element)) return;
  mounted.add(element);
  const chart = init(element, null, { renderer: "svg" });
  const draw = () => chart.setOption(withTheme(JSON.parse(element.dataset.option)), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

// Mounts every `.chart[data-option]` of the document, whose option is the JSON in the attribute. A chart that cannot be
// drawn gets `data-missing`, which shows its error text instead.
export function mountCharts() {
  for (const element of document.querySelectorAll(".chart[data-option]")) {
    try {
      mountChart(element);
    } catch (error) {
      element.setAttribute("data-missing", "");
      console.error(error);
    }
  }
}
