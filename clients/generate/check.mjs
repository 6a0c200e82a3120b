// Compares the generated clients with clients/generated.json, which has hashes of what they were generated from and of the result; so no
// generator is needed.
//   node check.mjs            fails if they are outdated or were edited
//   node check.mjs --write    after they were generated
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { forRust, forTypeScript } from "./document.mjs";

const clients = join(import.meta.dirname, "..");
const record = join(clients, "generated.json");

const hash = (...texts) => {
  const digest = createHash("sha256");
  for (const text of texts) digest.update(`${text.length}\n${text}`);
  return digest.digest("hex");
};
const file = (path) => readFileSync(join(clients, path), "utf8");

function folder(path) {
  const files = readdirSync(join(clients, path), { recursive: true }).sort();
  const texts = files.filter((name) => statSync(join(clients, path, name)).isFile()).map((name) => `${name}\n${file(join(path, name))}`);
  return hash(...texts);
}

const current = {
  "what TypeScript is generated from": hash(
    JSON.stringify(forTypeScript()),
    file("generate/typescript.mjs"),
    JSON.parse(file("package.json")).devDependencies["@hey-api/openapi-ts"],
  ),
  "typescript/src/generated": folder("typescript/src/generated"),
  "what Rust is generated from": hash(
    JSON.stringify(forRust()),
    file("generate/rust.mjs"),
    file("rust/generator/src/main.rs"),
    file("rust/generator/Cargo.lock"),
  ),
  "rust/src/generated.rs": hash(file("rust/src/generated.rs")),
};

if (process.argv.includes("--write")) {
  writeFileSync(record, `${JSON.stringify(current, null, 2)}\n`);
} else {
  const recorded = JSON.parse(readFileSync(record, "utf8"));
  const different = Object.keys(current).filter((name) => current[name] !== recorded[name]);
  if (different.length > 0) {
    console.error(`Changed since the clients were generated: ${different.join(", ")}. Run \`make clients\`.`);
    process.exit(1);
  }
}
