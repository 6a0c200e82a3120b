// Draws charts with ECharts, which is fetched from our own origin when the first one is on a page.
const ECHARTS = "/vendor/echarts-5.6.0.js";
const drawn = new Map();
let library;

// The option speaks of colours by role, var(--…), so the browser recolours the SVG when the theme changes; what
// ECharts computes itself (hover shades, the tooltip) is redrawn.
function complete(option) {
  const css = getComputedStyle(document.documentElement);
  const role = (name) => css.getPropertyValue(name).trim();
  option.textStyle = { fontFamily: css.fontFamily };
  option.animation = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  option.animationDuration = 360;
  if (option.tooltip) {
    // Drawn inside the SVG: markup with style attributes is against our content policy.
    Object.assign(option.tooltip, {
      renderMode: "richText", confine: true, transitionDuration: 0, padding: [8, 10],
      backgroundColor: role("--color-base-100"), borderColor: role("--line-strong"), borderWidth: 1,
      textStyle: { color: role("--color-base-content"), fontSize: 12, fontFamily: css.fontFamily },
    });
  }
  return option;
}

export async function mount(element, json) {
  let echarts;
  try {
    echarts = await (library ??= import(ECHARTS));
  } catch {
    library = undefined;
    element.setAttribute("data-missing", "");
    return;
  }
  if (!element.isConnected) return;
  dispose(element);
  const chart = echarts.init(element, null, { renderer: "svg" });
  const draw = () => chart.setOption(complete(JSON.parse(json)), { notMerge: true });
  draw();
  const size = new ResizeObserver(() => chart.resize());
  size.observe(element);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", draw);
  drawn.set(element, () => {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", draw);
    chart.dispose();
  });
}

export function dispose(element) {
  drawn.get(element)?.();
  drawn.delete(element);
}
