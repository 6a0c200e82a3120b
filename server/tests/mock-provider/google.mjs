// Google as browsers and JobHax meet it: its paths, its name, its box for reading mail that people may leave empty, and
// as much of Gmail as is asked for. Prints its address when it serves, and ends when its input does.
//
//   node google.mjs http://127.0.0.1:3000/auth/google/callback
//
// Every mailbox holds the same four mails, of which three make an application. `POST /test/withdraw?sub=…` is somebody who
// takes the grant back at Google; `GET /test/revoked` lists the tokens that were given back to it.
import { readFileSync } from "node:fs";
import { interactionPolicy } from "oidc-provider";
import { stand, text } from "./mock-provider.mjs";

const READ_MAIL = "https://www.googleapis.com/auth/gmail.readonly";
const fixtures = new URL("../../../crates/mail-reader/tests/fixtures/", import.meta.url);
const mails = new Map(
  ["linkedin/receipt-plain", "lever/receipt", "linkedin/job-alert", "linkedin/receipt-de"].map((name, at) => [
    `m${at + 1}`,
    {
      internalDate: String(1_768_200_000_000 + at * 100_000_000),
      raw: readFileSync(new URL(`${name}.eml`, fixtures)).toString("base64url"),
    },
  ]),
);

// Who left the box empty, and who took the grant back.
const empty = new Set();
const withdrawn = new Set();
const revoked = [];
const policy = interactionPolicy.base();
// What was left out is left out: nobody is asked twice.
policy.get("consent").checks.clear();

const json = (response, status, body) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

// Gmail answers whoever brings a token of somebody who lets it.
async function gmail(request, response, url, { provider, accounts }) {
  const token = await provider.AccessToken.find(request.headers.authorization?.replace("Bearer ", "") ?? "");
  if (!token || withdrawn.has(token.accountId)) return json(response, 401, {});
  if (!token.scopes.has(READ_MAIL) || empty.has(token.accountId)) {
    return json(response, 403, { error: { code: 403, errors: [{ reason: "insufficientPermissions" }] } });
  }
  const [what, id] = url.pathname.split("/").slice(5);
  if (what === "profile") return json(response, 200, { emailAddress: accounts.get(token.accountId).email });
  if (id) return json(response, mails.has(id) ? 200 : 404, mails.get(id) ?? {});
  return json(response, 200, { messages: [...mails.keys()].reverse().map((id) => ({ id })) });
}

async function other(request, response, url, parts) {
  if (url.pathname.startsWith("/gmail/v1/users/me/")) await gmail(request, response, url, parts);
  else if (url.pathname === "/revoke") {
    revoked.push(new URLSearchParams(await text(request)).get("token"));
    json(response, 200, {});
  } else if (url.pathname === "/test/withdraw") {
    withdrawn.add(url.searchParams.get("sub"));
    json(response, 200, {});
  } else if (url.pathname === "/test/revoked") json(response, 200, revoked);
  else return false;
  return true;
}

await stand({
  // A code comes only of something granted. Of an empty box it is worth a token that Gmail does not let in.
  granted: `openid email profile ${READ_MAIL}`,
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
  ask: ({ scope }) =>
    scope.includes(READ_MAIL)
      ? `<label><input type="checkbox" name="mail" checked> View your email messages and settings</label>`
      : "",
  signedIn: ({ sub }, form) => {
    withdrawn.delete(sub);
    if (form.get("mail")) empty.delete(sub);
    else empty.add(sub);
  },
  other,
});
