// Writes the examples of typescript/README.md to typescript/test/readme, one file for each, so that they are compiled and run. The first
// line of an example is its name.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const client = join(import.meta.dirname, "../typescript");
const folder = join(client, "test/readme");
const readme = readFileSync(join(client, "README.md"), "utf8");
const examples = [...readme.matchAll(/```ts\n\/\/ (\w+)\n([\s\S]*?)```/g)];
if (examples.length === 0) throw new Error("typescript/README.md has no examples");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [, name, code] of examples) writeFileSync(join(folder, `${name}.ts`), code);
