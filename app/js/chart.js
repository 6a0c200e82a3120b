// Draws charts with ECharts, which is loaded from our own origin with the first chart.
const ECHARTS = "/vendor/echarts-5.6.0.js";
const disposers = new Map();
let library;

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

export async function mountChart(element, json) {
  let echarts;
  try {
    echarts = await (library ??= import(ECHARTS));
  } catch {
    library = undefined;
    element.setAttribute("data-missing", "");
    return;
  }
  if (!element.isConnected) return;
  disposeChart(element);
  const chart = echarts.init(element, null, { renderer: "svg" });
  const draw = () => chart.setOption(withTheme(JSON.parse(json)), { notMerge: true });
  draw();
  const size = new ResizeObserver(() => chart.resize());
  size.observe(element);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", draw);
  disposers.set(element, () => {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", draw);
    chart.dispose();
  });
}

export function disposeChart(element) {
  disposers.get(element)?.();
  disposers.delete(element);
}
