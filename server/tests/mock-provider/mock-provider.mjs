// What the providers of the tests have in common: `oidc-provider` on a free port of this machine, with one client, and a
// page on which people say who they are.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

export const page = (body) =>
  `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main>${body}</main></html>`;

export async function text(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

// What was typed, as claims.
function claimsOf(typed) {
  if (typed.startsWith("{")) return JSON.parse(typed);
  return { sub: typed, email: `${typed}@provider.example`, email_verified: true, given_name: typed, family_name: "Provider" };
}

// Serves until the input ends, so that it never outlives the tests that started it. `issuer` makes its name out of its
// address, `configuration` goes over what all have; whoever signs in agrees to what is `granted`, and `signedIn` is told of
// them, with their form; `other` may answer a request itself and says whether it did; `ask` is more of the form.
export async function stand({
  issuer = (at) => at, granted = "openid email profile", configuration, client, ask = () => "", signedIn = () => {}, other,
}) {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const at = `http://127.0.0.1:${server.address().port}`;
  const accounts = new Map();
  const provider = new Provider(issuer(at), {
    clients: [
      {
        client_id: "jobhax",
        client_secret: "secret-of-jobhax-at-the-provider",
        grant_types: ["authorization_code"],
        response_types: ["code"],
        ...client,
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
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(granted);
      await grant.save();
      return grant;
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
    ...configuration,
  });
  provider.on("server_error", (_, error) => console.error(error));

  async function interact(request, response) {
    const { params } = await provider.interactionDetails(request, response);
    if (request.method === "GET") {
      const form = `<h1>Sign in at the provider</h1><form method="post"><label>Name <input name="login"></label>
        ${ask(params)}<button>Sign in</button></form><a href="${request.url}/cancel">Cancel</a>`;
      response.setHeader("content-type", "text/html").end(page(form));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const claims = claimsOf(form.get("login"));
    accounts.set(claims.sub, claims);
    signedIn(claims, form);
    const done = { login: { accountId: claims.sub, remember: false }, consent: {} };
    await provider.interactionFinished(request, response, done, { mergeWithLastSubmission: false });
  }

  const callback = provider.callback();
  const answer = async (request, response) => {
    const url = new URL(request.url, at);
    if (await other?.(request, response, url, { provider, accounts })) return;
    if (/^\/interaction\/[^/]+$/.test(url.pathname)) await interact(request, response);
    else if (/^\/interaction\/[^/]+\/cancel$/.test(url.pathname)) {
      const no = { error: "access_denied", error_description: "cancelled" };
      await provider.interactionFinished(request, response, no, { mergeWithLastSubmission: false });
    } else callback(request, response);
  };
  server.on("request", (request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end(String(error));
    });
  });

  process.stdin.resume();
  process.stdin.once("end", () => process.exit(0));
  console.log(at);
  return provider;
}
