// Checks the structure of each crate:
//   - the top-level modules of a crate do not import each other in a cycle;
//   - where scripts/module-layers.json lists the modules of a crate, a module imports only those listed before it;
//   - no identifier contains a word that docs/GLOSSARY.md excludes.
// Imports are found in the source text as paths `crate::module::…`, including grouped imports. Test modules are not checked.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join, relative } from "node:path";

const layers = JSON.parse(readFileSync("scripts/module-layers.json", "utf8"));
const failures = [];

// Every module may use `lib.rs` and `error.rs`, and the test harness in `testing` may use every module.
const unlayered = ["error", "testing"];
// Names from the REST API and from other crates, which are exempt.
const allowedIdentifiers = [
  "place", "mails", "CoverLetter", "mails_ignored", "mails_in_review", "import_mails", "get_mails", "get_user_google_emails", "open_in_place", "seal_in_place_append_tag", "forget",
];

function rustFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return rustFiles(path);
    return entry.name.endsWith(".rs") ? [path] : [];
  });
}

// Replaces comments, string literals and character literals with spaces, so that only code is left.
function stripText(source) {
  const pattern =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#+)"[\s\S]*?"\1|b?r"[^"]*"|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|.)|[^'\\])'/g;
  return source.replace(pattern, (text) => text.replace(/[^\n]/g, " "));
}

// Removes the inline test module, which by convention is at the end of a file.
function stripTests(code) {
  const at = code.search(/#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*mod \w+ \{/);
  return at < 0 ? code : code.slice(0, at);
}

// The first path segments after `crate::`, of plain and grouped imports.
function importedModules(code) {
  const found = new Set();
  for (const match of code.matchAll(/\bcrate::/g)) {
    const rest = code.slice(match.index + match[0].length);
    if (!rest.startsWith("{")) {
      found.add(rest.match(/^\w+/)?.[0]);
      continue;
    }
    let depth = 0;
    let item = "";
    for (const char of rest) {
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      if ((char === "," && depth === 1) || depth === 0) {
        found.add(item.trim().match(/^\w+/)?.[0]);
        item = "";
        if (depth === 0) break;
      } else if (!(char === "{" && depth === 1)) item += char;
    }
  }
  found.delete(undefined);
  return found;
}

// Edges between the top-level modules of a crate: module -> (imported module -> first file that imports it).
function moduleGraph(crate) {
  const root = join(crate, "src");
  const graph = new Map();
  const files = rustFiles(root).filter((file) => !/(^|\/|_)tests\.rs$/.test(file));
  const nameOf = (file) => relative(root, file).split("/")[0].replace(/\.rs$/, "");
  const names = new Set(files.map(nameOf).filter((name) => name !== "lib" && name !== "main"));
  for (const name of names) graph.set(name, new Map());
  for (const file of files) {
    const edges = graph.get(nameOf(file));
    if (!edges) continue;
    for (const target of importedModules(stripTests(stripText(readFileSync(file, "utf8"))))) {
      if (names.has(target) && target !== nameOf(file) && !edges.has(target)) edges.set(target, file);
    }
  }
  return graph;
}

function findCycle(graph) {
  const state = new Map();
  const path = [];
  const visit = (name) => {
    if (state.get(name) === "done") return null;
    if (state.get(name) === "open") return [...path.slice(path.indexOf(name)), name];
    state.set(name, "open");
    path.push(name);
    for (const target of graph.get(name).keys()) {
      const cycle = visit(target);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(name, "done");
    return null;
  };
  for (const name of graph.keys()) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return null;
}

function checkCrate(crate, order) {
  const graph = moduleGraph(crate);
  const cycle = findCycle(graph);
  if (cycle) {
    const steps = cycle.slice(1).map((to, at) => `    ${cycle[at]} -> ${to} in ${graph.get(cycle[at]).get(to)}`);
    failures.push(`${crate}: import cycle ${cycle.join(" -> ")}\n${steps.join("\n")}`);
  }
  if (order.length === 0) return;
  for (const [name, edges] of graph) {
    if (unlayered.includes(name)) continue;
    if (!order.includes(name)) failures.push(`${crate}: module ${name} is missing in scripts/module-layers.json`);
    for (const [target, file] of edges) {
      if (order.indexOf(target) > order.indexOf(name)) {
        failures.push(`${crate}: ${name} imports ${target}, which is above it: ${file}`);
      }
    }
  }
}

// Excluded word -> its replacement, from the last table of the glossary.
function bannedWords() {
  const glossary = readFileSync("docs/GLOSSARY.md", "utf8");
  const section = glossary.split("## Words not used in identifiers")[1] ?? "";
  const words = new Map();
  for (const row of section.matchAll(/^\| ([a-z_, ]+) \| (.+) \|$/gm)) {
    if (row[1] === "word") continue;
    for (const word of row[1].split(", ")) words.set(word, row[2]);
  }
  if (words.size === 0) throw new Error("docs/GLOSSARY.md lists no banned words");
  return words;
}

const splitWords = (identifier) =>
  identifier
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");

function checkIdentifiers(folders) {
  const banned = bannedWords();
  for (const file of folders.filter(existsSync).flatMap(rustFiles)) {
    const lines = stripText(readFileSync(file, "utf8")).split("\n");
    lines.forEach((line, at) => {
      for (const [identifier] of line.matchAll(/\b[A-Za-z_][A-Za-z0-9_]*\b/g)) {
        if (allowedIdentifiers.includes(identifier)) continue;
        for (const word of splitWords(identifier)) {
          if (banned.has(word)) {
            failures.push(`${file}:${at + 1}: ${identifier}: use ${banned.get(word)} (docs/GLOSSARY.md)`);
          }
        }
      }
    });
  }
}

for (const [crate, order] of Object.entries(layers)) checkCrate(crate, order);
checkIdentifiers(["domain", "service", "app/src", "frontend/src", "server", "crates"]);

if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
console.log(`${Object.keys(layers).length} crates: no import cycle, no upward import, no excluded word.`);
