// Compares the REST API in docs/openapi.json with docs/api-surface.txt, the released API that clients rely on. Fails on a breaking
// change that docs/API-CHANGELOG.md does not list under "Breaking changes" of the unreleased version.
//   node scripts/check-api.mjs              checks
//   node scripts/check-api.mjs --release    writes docs/api-surface.txt, when a version is released
//
// A change is breaking if a line of the surface is removed, or if an existing input has a new required field. Additions are compatible:
// clients must ignore unknown fields and values.
import { readFileSync, writeFileSync } from "node:fs";

const SURFACE = "docs/api-surface.txt";
const CHANGELOG = "docs/API-CHANGELOG.md";
const document = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
const schemas = document.components.schemas;

const nameOf = (reference) => reference.split("/").at(-1);

// The type of a schema as text, without the members of objects, which have lines of their own.
function typeName(schema) {
  if (!schema || schema === true) return "any";
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const alternatives = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (alternatives) return alternatives.map(typeName).sort().join(schema.allOf ? "&" : "|");
  const types = [schema.type ?? "any"].flat().map((type) => {
    if (type === "array") return `[${typeName(schema.items)}]`;
    return type === "string" && schema.format ? `string(${schema.format})` : type;
  });
  return types.sort().join("|");
}

// One line per property and enum value of a schema.
function* membersOf(name, schema) {
  if (schema.enum) for (const value of schema.enum) yield `enum ${name}: ${value}`;
  const required = new Set(schema.required);
  for (const [member, type] of Object.entries(schema.properties ?? {})) {
    yield `type ${name}.${member}: ${typeName(type)}${required.has(member) ? " required" : ""}`;
    const values = type.enum ?? type.items?.enum ?? [];
    for (const value of values) yield `enum ${name}.${member}: ${value}`;
    if (type.properties) yield* membersOf(`${name}.${member}`, type);
    if (type.items?.properties) yield* membersOf(`${name}.${member}[]`, type.items);
  }
  if (!schema.enum && !schema.properties) yield `type ${name}: ${typeName(schema)}`;
}

function* linesOf(path, method, operation) {
  const name = `${method.toUpperCase()} ${path}`;
  yield name;
  for (const parameter of operation.parameters ?? []) {
    const required = parameter.required ? " required" : "";
    yield `${name} ${parameter.in} ${parameter.name}: ${typeName(parameter.schema)}${required}`;
  }
  for (const [mediaType, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    yield `${name} body ${mediaType}: ${typeName(schema)}`;
    if (!schema.$ref) yield* membersOf(`${name} body`, schema);
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!status.startsWith("2")) continue;
    const contents = Object.entries(response.content ?? {});
    if (contents.length === 0) yield `${name} ${status}`;
    for (const [mediaType, { schema }] of contents) {
      yield `${name} ${status} ${mediaType}: ${typeName(schema)}`;
      if (!schema.$ref) yield* membersOf(`${name} ${status}`, schema);
    }
  }
  const scopes = (operation.security ?? []).flatMap((security) => security.api_key ?? []);
  for (const scope of scopes) yield `${name} scope ${scope}`;
}

function currentSurface() {
  const lines = new Set();
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item))
      for (const line of linesOf(path, method, operation)) lines.add(line);
  for (const [name, schema] of Object.entries(schemas)) for (const line of membersOf(name, schema)) lines.add(line);
  return [...lines].sort();
}

// The names of all schemas used in requests.
function inputs() {
  const found = new Set();
  const visit = (value) => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!value || typeof value !== "object") return;
    if (value.$ref && !found.has(nameOf(value.$ref))) {
      found.add(nameOf(value.$ref));
      visit(schemas[nameOf(value.$ref)]);
    }
    Object.values(value).forEach(visit);
  };
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item)) visit([operation.requestBody, operation.parameters]);
  return found;
}

// The texts in backticks in the changelog below "Breaking changes" of the unreleased version.
function namedChanges() {
  const unreleased = readFileSync(CHANGELOG, "utf8").split(/^## /m).find((section) => section.startsWith("Unreleased")) ?? "";
  const breaking = unreleased.split(/^### /m).find((section) => section.startsWith("Breaking changes")) ?? "";
  return new Set([...breaking.matchAll(/`([^`]+)`/g)].map((match) => match[1]));
}

const current = currentSurface();
if (process.argv.includes("--release")) {
  writeFileSync(SURFACE, `${current.join("\n")}\n`);
  console.log(`${current.length} lines in ${SURFACE}.`);
  process.exit();
}

const promised = new Set(readFileSync(SURFACE, "utf8").trim().split("\n"));
const inputNames = inputs();
const isInput = (line) => {
  const type = line.match(/^type (\w+)\./);
  return type ? inputNames.has(type[1]) : /^(GET|POST) \S+ (query|header|body)/.test(line) || /^type POST \S+ body/.test(line);
};
// Whether the operation or type existed before. A new one may have required inputs.
const existed = (line) => {
  const owner = line.match(/^type ([^.]+)\./)?.[1] ?? line.match(/^\S+ \S+/)[0];
  return [...promised].some((other) => other === owner || other.startsWith(`type ${owner}.`));
};
const now = new Set(current);
const gone = [...promised].filter((line) => {
  if (now.has(line)) return false;
  // An input that is no longer required is compatible, even if it is now nullable as well.
  if (!line.endsWith(" required") || !isInput(line)) return true;
  const [name, type] = line.slice(0, -" required".length).split(": ");
  const nullable = [...type.split("|"), "null"].sort().join("|");
  return !now.has(`${name}: ${type}`) && !now.has(`${name}: ${nullable}`);
});
const demanded = current.filter((line) => line.endsWith(" required") && !promised.has(line) && isInput(line) && existed(line));
const named = namedChanges();
const unnamed = [...gone.map((line) => ["no longer", line]), ...demanded.map((line) => ["newly", line])].filter(
  ([, line]) => !named.has(line),
);
if (unnamed.length > 0) {
  for (const [what, line] of unnamed) console.error(`Breaking change, ${what}: ${line}`);
  console.error(`Keep the API compatible, or name each line in backticks under "Breaking changes" in ${CHANGELOG}. See docs/API-STABILITY.md.`);
  process.exit(1);
}
const added = current.filter((line) => !promised.has(line)).length;
console.log(`${promised.size} lines of the API are kept, ${added} added since, ${named.size} breaking changes are named.`);
