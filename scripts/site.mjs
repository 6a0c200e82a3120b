// node scripts/site.mjs <site folder>
// Adds content hashes to the file names in pkg/, writes the new names to assets.json, which the server reads, and creates .br and .gz
// files next to all files that are not compressed already.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [site] = process.argv.slice(2);
const pkg = join(site, "pkg");

const hash = (...files) => {
  const digest = createHash("md5");
  for (const file of files) digest.update(readFileSync(join(pkg, file)));
  return digest.digest("base64url");
};
const rename = (from, to) => {
  renameSync(join(pkg, from), join(pkg, to));
  return `/pkg/${to}`;
};

const file = (name, kind) => rename(`${name}.${kind}`, `${name}.${hash(`${name}.${kind}`)}.${kind}`);

// The two files of a module refer to each other, so a hash of both is added to the name of their folder.
const module = (area) => {
  const [js, wasm] = [`${area}.js`, `${area}.wasm`];
  const folder = rename(area, `${area}.${hash(join(area, js), join(area, wasm))}`);
  return { js: `${folder}/${js}`, wasm: `${folder}/${wasm}` };
};

const areas = readdirSync(pkg, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const assets = {
  style: file("jobhax", "css"),
  charts: file("charts", "js"),
  palette: file("palette", "js"),
  modules: Object.fromEntries(areas.map(({ name }) => [name, module(name)])),
};

const compressed = new Set([".woff2", ".webp", ".png", ".br", ".gz", ".tgz", ".crate"]);
const files = readdirSync(site, { recursive: true })
  .map((name) => join(site, name))
  .filter((path) => statSync(path).isFile() && !compressed.has(extname(path)));
for (const path of files) {
  const content = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
writeFileSync(join(site, "assets.json"), `${JSON.stringify(assets, undefined, 2)}\n`);
