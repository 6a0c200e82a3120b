// The reference client of MCP. Connects as its argument says, takes the steps that it lists, and prints the results as JSON.
//
//   {"url", "headers", "steps"} or {"command", "args", "env", "steps"}; a step is {"list": true} or {"call": name, "arguments": {…}}

import { isDeepStrictEqual } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { url, headers, command, args, env, steps } = JSON.parse(process.argv[2]);
const transport = url
  ? new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
  : new StdioClientTransport({ command, args, env, stderr: "inherit" });
const client = new Client({ name: "test", version: "1.0.0" });

async function take(step) {
  if (step.list) return await client.listTools();
  const result = await client.callTool({ name: step.call, arguments: step.arguments });
  if (!result.structuredContent) return result;
  return { ...result, isSameAsText: isDeepStrictEqual(JSON.parse(result.content[0].text), result.structuredContent) };
}

const results = [];
const record = async (action) => {
  try {
    results.push(await action());
  } catch (error) {
    results.push({ thrown: error.message, code: error.code ?? null });
  }
};
await record(async () => {
  await client.connect(transport);
  return { server: client.getServerVersion(), instructions: client.getInstructions() };
});
// Lists first, so that the client checks every structured result against the schema of its tool.
for (const step of steps) await record(() => take(step));
await client.close();
console.log(JSON.stringify(results));
