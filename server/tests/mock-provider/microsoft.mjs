// Microsoft's OAuth endpoints for mailboxes, and what Dovecot asks about access tokens. Prints its URL when it is ready, and exits when
// its standard input ends.
//
//   node microsoft.mjs http://127.0.0.1:3000/auth/microsoft/callback
//
// `GET /tokeninfo/<access token>` says whose it is. `POST /test/revoke_access?email=…` revokes the access of a user, as an administrator
// of their organization does.
import { interactionPolicy } from "oidc-provider";
import { startProvider } from "./mock-provider.mjs";

const TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";
const READ_MAIL = "https://outlook.office.com/IMAP.AccessAsUser.All";

// Microsoft asks which account when the request says so, and for consent once.
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
policy.get("consent").checks.clear();

async function handle(request, response, url, { provider, accounts }) {
  // Unlike Microsoft, the provider ignores `offline_access` without this.
  request.url = request.url.replace("prompt=select_account", "prompt=select_account%20consent");
  if (url.pathname === "/test/revoke_access") {
    const revoked = [...accounts].filter(([, { email }]) => email === url.searchParams.get("email"));
    revoked.forEach(([id]) => accounts.delete(id));
    response.end();
  } else if (url.pathname.startsWith("/tokeninfo/")) {
    const token = await provider.AccessToken.find(url.pathname.split("/").at(-1));
    const email = accounts.get(token?.accountId)?.email;
    response.writeHead(email ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(email ? { email, active: true } : { error: "invalid_token" }));
  } else return false;
  return true;
}

await startProvider({
  grantedScope: `openid email profile offline_access ${READ_MAIL}`,
  issuer: () => `https://login.microsoftonline.com/${TENANT}/v2.0`,
  client: {
    redirect_uris: process.argv.slice(2),
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "client_secret_post",
  },
  configuration: {
    claims: { openid: ["sub", "tid"], email: ["email"], profile: ["preferred_username"] },
    conformIdTokenClaims: false,
    interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    routes: {
      authorization: "/common/oauth2/v2.0/authorize",
      jwks: "/common/discovery/v2.0/keys",
      token: "/common/oauth2/v2.0/token",
    },
    scopes: ["openid", "email", "profile", "offline_access", READ_MAIL],
  },
  onSignIn: (claims) => Object.assign(claims, { tid: TENANT }),
  handle,
});
