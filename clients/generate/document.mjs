// Prepares docs/openapi.json for the generators. The clients have a layer of their own for errors, and read nothing that depends on
// the exact set of members, so that responses of a newer server are still read.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

const LIMITS = ["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"];

const isObject = (value) => value !== null && typeof value === "object";

/** Calls `change` for each object in a value, the innermost first. It may return a replacement. */
function rewrite(value, change) {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewrite(member, change)]));
  return change(copy) ?? copy;
}

function* operationsOf(document) {
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item)) yield { path, method, operation };
}

// The generators read the description of a member that can be `null` there.
function hoistDescription(schema) {
  const described = schema.oneOf?.some(({ type }) => type === "null") && schema.oneOf.find(({ description }) => description);
  if (described) schema.description ??= described.description;
}

/** The document without what the handwritten layer does: errors, conditional requests. */
function read() {
  const document = rewrite(JSON.parse(readFileSync(join(root, "docs/openapi.json"), "utf8")), hoistDescription);
  for (const { operation } of operationsOf(document)) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith("2")));
    for (const response of Object.values(operation.responses)) delete response.headers;
    operation.parameters = operation.parameters?.filter(({ name }) => name !== "If-None-Match");
    for (const { content } of [operation.requestBody ?? {}]) for (const body of Object.values(content ?? {})) delete body.example;
    delete operation["x-codeSamples"];
  }
  delete document.components.responses;
  // The guide of the API and its examples, which no client contains.
  delete document.info.description;
  return document;
}

/** The operations that take an `Idempotency-Key`. */
const idempotent = (document) =>
  [...operationsOf(document)].filter(({ operation }) => operation.parameters?.some(({ name }) => name === "Idempotency-Key"));

export const idempotentPaths = (document) => idempotent(document).map(({ path }) => path).sort();

export const forTypeScript = read;

/** In OpenAPI 3.0, which progenitor reads. */
export function forRust() {
  const document = rewrite(read(), (schema) => {
    // Members that are added later are ignored.
    if (schema.additionalProperties === false) delete schema.additionalProperties;
    if (Array.isArray(schema.type) && schema.type.includes("null")) {
      schema.type = schema.type.find((type) => type !== "null");
      schema.nullable = true;
    }
    // The server checks lengths and ranges. They may grow, and a type for each text would be in the way.
    for (const limit of LIMITS) delete schema[limit];
    // `default: null` is what an absent member means anyway.
    if (schema.default === null) delete schema.default;
    const alternatives = schema.oneOf?.filter(({ type }) => type !== "null");
    if (alternatives && alternatives.length < schema.oneOf.length) {
      const { oneOf: _, ...rest } = schema;
      return { ...rest, allOf: alternatives.map(({ $ref }) => ({ $ref })), nullable: true };
    }
    // In 3.0 nothing may be next to a reference.
    if (schema.$ref) return { $ref: schema.$ref };
  });
  document.openapi = "3.0.3";
  document["x-idempotent-operations"] = idempotent(document).map(({ operation }) => operation.operationId).sort();
  // Kinds of objects that are added later are JSON.
  document.components.schemas.ChangeData.oneOf.push({ title: "Other" });
  for (const { path, operation } of operationsOf(document)) {
    // progenitor has no forms; the crate has methods of its own for them.
    if (operation.requestBody?.content["multipart/form-data"]) {
      delete document.paths[path];
      continue;
    }
    delete operation.security;
    const problem = { description: "Error.", content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } } };
    Object.assign(operation.responses, { "4XX": problem, "5XX": problem });
  }
  delete document.components.securitySchemes;
  return document;
}
