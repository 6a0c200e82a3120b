// Writes rust/src/generated.rs by progenitor (rust/generator).
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { forRust } from "./document.mjs";

const rust = join(import.meta.dirname, "../rust");
const { stdout, status } = spawnSync("cargo", ["run", "--quiet", "--manifest-path", join(rust, "generator/Cargo.toml")], {
  input: JSON.stringify(forRust()),
  encoding: "utf8",
  maxBuffer: 2 ** 26,
  stdio: ["pipe", "pipe", "inherit"],
});
if (status !== 0) throw new Error("the generator of the Rust client failed");
writeFileSync(join(rust, "src/generated.rs"), `// Written by scripts/clients from docs/openapi.json.\n${stdout}`);
