// node scripts/page-sizes.mjs [--check]
// Prints the Brotli-compressed size of what each page loads, next to its budget in scripts/budgets.json: inline scripts (app/js),
// browser modules, charts, the command palette, and the style sheet. With --check, fails if a page exceeds its budget.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const site = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "site");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const budgets = read(join(import.meta.dirname, "budgets.json"));
const assets = read(join(site, "assets.json"));

const inline = (name) => {
  const path = join(root, "app/js", `${name}.js`);
  if (!existsSync(path)) throw new Error(`scripts/budgets.json names the script ${path}, which does not exist`);
  // The same transformation as `compact` in app/src/assets.rs.
  const lines = readFileSync(path, "utf8").split("\n").map((line) => line.trimStart());
  return brotliCompressSync(lines.filter((line) => !line.startsWith("//")).join("\n")).length;
};
const file = (path) => statSync(join(site, `${path}.br`)).size;
const module = (area) => {
  const { js, wasm } = assets.modules[area];
  return file(js) + file(wasm);
};
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);

let exceeded = 0;
for (const [page, { kib, inline: scripts = [], modules = [], charts, palette, style }] of Object.entries(budgets)) {
  const bytes =
    sum(scripts.map(inline)) +
    sum(modules.map(module)) +
    sum([charts && assets.charts, palette && assets.palette, style && assets.style].filter(Boolean).map(file));
  const isOver = bytes > kib * 1024;
  exceeded += isOver ? 1 : 0;
  console.log(`    ${isOver ? "OVER" : "ok  "} ${page}: ${(bytes / 1024).toFixed(1)} of ${kib} KiB`);
}
const unlisted = Object.keys(assets.modules).filter((area) => !Object.values(budgets).some(({ modules }) => modules?.includes(area)));
if (unlisted.length) throw new Error(`no page in scripts/budgets.json loads ${unlisted.join(", ")}`);
if (exceeded) {
  console.log("    Some pages are over budget: `make test` fails.");
  if (process.argv.includes("--check")) process.exit(1);
}
