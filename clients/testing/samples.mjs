// Writes the samples of code in docs/openapi.json to typescript/test/samples.ts and rust/examples/samples.rs, a function for each
// operation, so that they are compiled. They are not run.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const clients = join(import.meta.dirname, "..");
const { paths } = JSON.parse(readFileSync(join(clients, "../docs/openapi.json"), "utf8"));
const operations = Object.values(paths).flatMap((item) => Object.values(item));

const sources = (language) =>
  operations.map(({ operationId, "x-codeSamples": samples }) => {
    const sample = samples?.find(({ lang }) => lang === language);
    if (!sample) throw new Error(`${operationId} has no sample in ${language}`);
    return { name: operationId, source: sample.source };
  });

// Imports are only allowed at the beginning of a file.
const imports = new Set();
const functions = sources("TypeScript").map(({ name, source }) => {
  const lines = source.split("\n");
  for (const line of lines) if (line.startsWith("import ")) imports.add(line);
  const body = lines.filter((line) => !line.startsWith("import ")).join("\n");
  return `export async function ${name}() {\n${body}\n}\n`;
});
writeFileSync(join(clients, "typescript/test/samples.ts"), `${[...imports].join("\n")}\n\n${functions.join("\n")}`);

const rust = sources("Rust").map(
  ({ name, source }) => `async fn ${name}() -> Result<(), Box<dyn std::error::Error>> {\n${source}\nOk(())\n}\n`,
);
mkdirSync(join(clients, "rust/examples"), { recursive: true });
writeFileSync(
  join(clients, "rust/examples/samples.rs"),
  `//! The samples of the API documentation, compiled by the tests.\n#![allow(dead_code, clippy::all, clippy::pedantic)]\n\n${rust.join("\n")}\nfn main() {}\n`,
);
