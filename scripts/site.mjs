// node scripts/site.mjs <site folder> <hash file>
// Adds content hashes to the names of the three files in pkg/ and writes them to the hash file, which the server reads (both
// as cargo-leptos does), and creates .br and .gz files next to all files that are not compressed already.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [site, hashFile] = process.argv.slice(2);
const pkg = join(site, "pkg");

const hash = (file) => createHash("md5").update(readFileSync(file)).digest("base64url");

const lines = ["js", "wasm", "css"].map((kind) => {
  const file = join(pkg, `jobhax.${kind}`);
  const value = hash(file);
  renameSync(file, join(pkg, `jobhax.${value}.${kind}`));
  return `${kind}: ${value}\n`;
});
writeFileSync(hashFile, lines.join(""));

const files = readdirSync(site, { recursive: true })
  .map((name) => join(site, name))
  .filter((file) => statSync(file).isFile());

const compressed = new Set([".woff2", ".webp", ".png", ".br", ".gz"]);
for (const file of files.filter((name) => !compressed.has(extname(name)))) {
  const content = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const brotli = brotliCompressSync(content, { params });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  if (file.endsWith(".wasm")) {
    const kib = (size) => `${Math.round(size / 1024)} KiB`;
    console.log(`    browser module: ${kib(content.length)}, ${kib(brotli.length)} as brotli`);
  }
}
