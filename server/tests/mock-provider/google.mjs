// Google's OAuth endpoints, the scope for reading mail that users can deny, and the part of the Gmail API that JobHax uses.
// Prints its URL when it is ready, and exits when its standard input ends.
//
//   node google.mjs http://127.0.0.1:3000/auth/google/callback
//
// Every mailbox has the same four messages, three of which confirm an application. `POST /test/revoke_access?sub=…` revokes the
// access of a user, as in their Google account; `GET /test/revoked` lists the tokens that JobHax has revoked.
import { readFileSync } from "node:fs";
import { interactionPolicy } from "oidc-provider";
import { startProvider, text } from "./mock-provider.mjs";

const READ_MAIL = "https://www.googleapis.com/auth/gmail.readonly";
const fixtures = new URL("../../../crates/mail-reader/tests/fixtures/", import.meta.url);
const messages = new Map(
  ["linkedin/receipt-plain", "lever/receipt", "linkedin/job-alert", "linkedin/receipt-de"].map((name, at) => [
    `m${at + 1}`,
    {
      internalDate: String(1_768_200_000_000 + at * 100_000_000),
      raw: readFileSync(new URL(`${name}.eml`, fixtures)).toString("base64url"),
    },
  ]),
);

// Users who denied the scope for mail, and users who revoked the access.
const denied = new Set();
const revokedAccess = new Set();
const revoked = [];
const policy = interactionPolicy.base();
// A denied scope is not requested again.
policy.get("consent").checks.clear();

const json = (response, status, body) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

// The Gmail API, for tokens of users who allow it.
async function gmail(request, response, url, { provider, accounts }) {
  const token = await provider.AccessToken.find(request.headers.authorization?.replace("Bearer ", "") ?? "");
  if (!token || revokedAccess.has(token.accountId)) return json(response, 401, {});
  if (!token.scopes.has(READ_MAIL) || denied.has(token.accountId)) {
    return json(response, 403, { error: { code: 403, errors: [{ reason: "insufficientPermissions" }] } });
  }
  const [resource, id] = url.pathname.split("/").slice(5);
  if (resource === "profile") return json(response, 200, { emailAddress: accounts.get(token.accountId).email });
  if (id) return json(response, messages.has(id) ? 200 : 404, messages.get(id) ?? {});
  return json(response, 200, { messages: [...messages.keys()].reverse().map((id) => ({ id })) });
}

async function handle(request, response, url, parts) {
  if (url.pathname.startsWith("/gmail/v1/users/me/")) await gmail(request, response, url, parts);
  else if (url.pathname === "/revoke") {
    revoked.push(new URLSearchParams(await text(request)).get("token"));
    json(response, 200, {});
  } else if (url.pathname === "/test/revoke_access") {
    revokedAccess.add(url.searchParams.get("sub"));
    json(response, 200, {});
  } else if (url.pathname === "/test/revoked") json(response, 200, revoked);
  else return false;
  return true;
}

await startProvider({
  // oidc-provider issues a code only for granted scopes, so a denied one is granted too, and then rejected by the API.
  grantedScope: `openid email profile ${READ_MAIL}`,
  issuer: () => "https://accounts.google.com",
  client: {
    redirect_uris: process.argv.slice(2),
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "client_secret_post",
  },
  configuration: {
    interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: (_, client, code) => code.scopes.has(READ_MAIL),
    routes: {
      authorization: "/o/oauth2/v2/auth",
      jwks: "/oauth2/v3/certs",
      token: "/token",
      userinfo: "/v1/userinfo",
    },
    scopes: ["openid", "email", "profile", READ_MAIL],
    rotateRefreshToken: false,
  },
  formFields: ({ scope }) =>
    scope.includes(READ_MAIL)
      ? `<label><input type="checkbox" name="mail" checked> View your email messages and settings</label>`
      : "",
  onSignIn: ({ sub }, form) => {
    revokedAccess.delete(sub);
    if (form.get("mail")) denied.delete(sub);
    else denied.add(sub);
  },
  handle,
});
