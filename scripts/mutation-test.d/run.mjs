// run.mjs --check tree            verifies the list of mutations without running tests
// run.mjs packages tree [text…]   applies each mutation whose description contains one of the texts, runs its test, and reverts it
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mutations } from "./mutations.mjs";

const occurrences = (text, search) => text.split(search).length - 1;

function rustFiles(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return path.endsWith(".rs") ? [path] : [];
  return readdirSync(path).filter((name) => name !== "node_modules").flatMap((name) => rustFiles(join(path, name)));
}

// The source files of a test binary. All modules of server/tests belong to a single binary.
function testSources(tree, [crate, binary]) {
  const folder = ["mail-reader", "http-server"].includes(crate) ? join(tree, "crates", crate) : join(tree, crate);
  if (binary === "lib") return rustFiles(join(folder, "src"));
  if (binary === "integration") return rustFiles(join(folder, "tests"));
  return [...rustFiles(join(folder, "tests", `${binary}.rs`)), ...rustFiles(join(folder, "tests", binary))];
}

// The reason why an entry of the list is outdated; null if it is valid.
function defectOf({ file, search, test }, tree) {
  const path = join(tree, file);
  if (!existsSync(path)) return `${file} does not exist`;
  const found = occurrences(readFileSync(path, "utf8"), search);
  if (found !== 1) return `the text occurs ${found} times in ${file}: ${JSON.stringify(search)}`;
  const [crate, binary, name] = test;
  const definitions = testSources(tree, test)
    .map((source) => occurrences(readFileSync(source, "utf8"), `fn ${name}(`))
    .reduce((sum, count) => sum + count, 0);
  if (definitions !== 1) return `${definitions} tests in ${crate} ${binary} are called ${name}`;
  return null;
}

function check(tree) {
  const defects = mutations.map((mutation) => [mutation.description, defectOf(mutation, tree)]).filter(([, defect]) => defect);
  for (const [description, defect] of defects) console.error(`"${description}": ${defect}`);
  console.log(`    ${mutations.length} mutations, ${defects.length} of them outdated`);
  return defects.length === 0;
}

// Whether the test fails. It must have run: a mutation that does not compile is not counted as detected.
function isDetected(packages, tree, [crate, binary, name]) {
  const target = binary === "lib" ? ["--lib"] : ["--test", binary];
  const filter = `package(${crate}) & test(/(^|::)${name}$/)`;
  // A database with the migrations of this tree, because the mutated file may be a migration.
  const run = spawnSync("scripts/with-postgres", ["cargo", "nextest", "run", "--cargo-quiet", ...packages, ...target, "-E", filter], {
    cwd: tree,
    encoding: "utf8",
  });
  const output = run.stdout + run.stderr;
  const [, ran, passed] = output.match(/(\d+) tests? run: (\d+) passed/) ?? [];
  if (!ran) throw new Error(`${name} did not run:\n${output.slice(-2000)}`);
  return passed !== ran;
}

function run(packages, tree, texts) {
  const counts = { passed: 0, failed: 0 };
  const isChosen = ({ description }) => texts.length === 0 || texts.some((text) => description.includes(text));
  for (const mutation of mutations.filter(isChosen)) {
    const path = join(tree, mutation.file);
    const original = readFileSync(path, "utf8");
    let result;
    try {
      const defect = defectOf(mutation, tree);
      if (defect) throw new Error(defect);
      writeFileSync(path, original.replace(mutation.search, () => mutation.replace));
      result = isDetected(packages, tree, mutation.test) ? "detected" : "NOT DETECTED";
    } catch (error) {
      result = `NOT TESTED: ${error.message}`;
    } finally {
      writeFileSync(path, original);
    }
    counts[result === "detected" ? "passed" : "failed"] += 1;
    console.log(`${result}: ${mutation.description} (${mutation.test[2]})`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0;
}

const [mode, tree, ...texts] = process.argv.slice(2);
process.exitCode = (mode === "--check" ? check(tree) : run(mode.split(" "), tree, texts)) ? 0 : 1;
