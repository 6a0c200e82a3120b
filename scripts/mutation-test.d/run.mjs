// run.mjs tree [words]: breaks the tree, one breakage after another, runs the test that must notice, and mends it again.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { breakages } from "./breakages.mjs";

const [tree, words = ""] = process.argv.slice(2);
const cargo = (target, test) => {
  const which = target === "lib" ? ["--lib"] : ["--test", target];
  const packages = ["-p", "domain", "-p", "service", "-p", "app", "-p", "server", "--features", "app/ssr"];
  const said = spawnSync("cargo", ["nextest", "run", "--cargo-quiet", ...packages, ...which, "-E", `test(${test})`], {
    cwd: tree,
    encoding: "utf8",
  });
  const text = said.stdout + said.stderr;
  // Only a test that ran and failed counts: what does not compile proves nothing.
  const [, ran, passed] = text.match(/(\d+) tests? run: (\d+) passed/) ?? [];
  if (!ran) throw new Error(`${test} did not run:\n${text.slice(-2000)}`);
  return { noticed: passed !== ran };
};

const counts = { passed: 0, failed: 0 };
for (const [what, file, good, bad, target, test] of breakages.filter(([what]) => what.includes(words))) {
  const path = join(tree, file);
  const text = readFileSync(path, "utf8");
  let verdict;
  try {
    if (text.split(good).length !== 2) throw new Error(`the words are not once in ${file}`);
    writeFileSync(path, text.replace(good, () => bad));
    verdict = cargo(target, test).noticed ? "noticed" : "NOT NOTICED";
  } catch (error) {
    verdict = `NOT TRIED: ${error.message}`;
  } finally {
    writeFileSync(path, text);
  }
  counts[verdict === "noticed" ? "passed" : "failed"] += 1;
  console.log(`${verdict}: ${what} (${test})`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
