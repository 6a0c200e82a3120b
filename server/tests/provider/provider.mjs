// A real OpenID Connect provider for the tests: `oidc-provider` on a free port of this machine. Prints its issuer when it
// serves, and ends when its input does, so that it never outlives the tests that started it.
//
//   node provider.mjs http://127.0.0.1:3000/auth/oidc/callback …
//
// Its arguments are the addresses that it sends browsers back to. Whoever signs in types a name, and is then
// name@provider.example with a verified address; or types claims as JSON, to be whoever the test wants.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const server = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const accounts = new Map();
const revoked = [];

// What was typed, as claims.
function claimsOf(typed) {
  if (typed.startsWith("{")) return JSON.parse(typed);
  return { sub: typed, email: `${typed}@provider.example`, email_verified: true, given_name: typed, family_name: "Provider" };
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "jobhax",
      client_secret: "secret-of-jobhax-at-the-provider",
      redirect_uris: process.argv.slice(2),
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "picture"],
  },
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => accounts.get(id) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Whoever signs in agrees.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
});
provider.on("grant.revoked", () => revoked.push("grant"));
provider.on("access_token.destroyed", () => revoked.push("access_token"));
provider.on("server_error", (_, error) => console.error(error));

const page = (body) => `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main>${body}</main></html>`;

async function text(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

async function interact(request, response) {
  if (request.method === "GET") {
    const form = `<h1>Sign in at the provider</h1><form method="post"><label>Name <input name="login"></label>
      <button>Sign in</button></form><a href="${request.url}/cancel">Cancel</a>`;
    response.setHeader("content-type", "text/html").end(page(form));
    return;
  }
  const claims = claimsOf(new URLSearchParams(await text(request)).get("login"));
  accounts.set(claims.sub, claims);
  const done = { login: { accountId: claims.sub, remember: false } };
  await provider.interactionFinished(request, response, done, { mergeWithLastSubmission: false });
}

const callback = provider.callback();
server.on("request", (request, response) => {
  const path = new URL(request.url, issuer).pathname;
  const failed = (error) => response.writeHead(500).end(String(error));
  if (path === "/test/revoked") response.end(JSON.stringify(revoked));
  else if (/^\/interaction\/[^/]+$/.test(path)) interact(request, response).catch(failed);
  else if (/^\/interaction\/[^/]+\/cancel$/.test(path)) {
    const no = { error: "access_denied", error_description: "cancelled" };
    provider.interactionFinished(request, response, no, { mergeWithLastSubmission: false }).catch(failed);
  } else callback(request, response);
});

process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
console.log(issuer);
