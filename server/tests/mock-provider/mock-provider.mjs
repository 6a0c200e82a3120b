// What the mock providers have in common: `oidc-provider` on a free port, with one client, and a sign-in page on which users
// enter who they are.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

export const page = (body) =>
  `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main>${body}</main></html>`;

export async function text(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

// The claims of a login, which is a name or JSON.
function claimsOf(login) {
  if (login.startsWith("{")) return JSON.parse(login);
  return { sub: login, email: `${login}@provider.example`, email_verified: true, given_name: login, family_name: "Provider" };
}

// Serves until standard input ends, so that it does not outlive the tests that started it.
//   issuer(url)           the issuer; by default its URL
//   grantedScope          what each user consents to
//   configuration         options of oidc-provider that differ
//   client                properties of the client
//   formFields(params)    additional HTML for the sign-in form
//   onSignIn(claims,form) called for each sign-in
//   handle(…)             may handle a request itself and then returns true
export async function startProvider({
  issuer = (url) => url, grantedScope = "openid email profile", configuration, client, formFields = () => "",
  onSignIn = () => {}, handle,
}) {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const accounts = new Map();
  const provider = new Provider(issuer(base), {
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
    findAccount: (_, id) => (accounts.has(id) ? { accountId: id, claims: () => accounts.get(id) } : undefined),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(grantedScope);
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
        ${formFields(params)}<button>Sign in</button></form><a href="${request.url}/cancel">Cancel</a>`;
      response.setHeader("content-type", "text/html").end(page(form));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const claims = claimsOf(form.get("login"));
    accounts.set(claims.sub, claims);
    onSignIn(claims, form);
    const result = { select_account: {}, login: { accountId: claims.sub, remember: false }, consent: {} };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  const callback = provider.callback();
  const respond = async (request, response) => {
    const url = new URL(request.url, base);
    if (await handle?.(request, response, url, { provider, accounts })) return;
    if (/^\/interaction\/[^/]+$/.test(url.pathname)) await interact(request, response);
    else if (/^\/interaction\/[^/]+\/cancel$/.test(url.pathname)) {
      const denied = { error: "access_denied", error_description: "cancelled" };
      await provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
    } else callback(request, response);
  };
  server.on("request", (request, response) => {
    respond(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end(String(error));
    });
  });

  process.stdin.resume();
  process.stdin.once("end", () => process.exit(0));
  console.log(base);
  return provider;
}
