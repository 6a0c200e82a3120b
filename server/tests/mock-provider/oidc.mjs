// A real OpenID Connect provider for the tests. Prints its issuer when it is ready, and exits when its standard input ends.
//
//   node oidc.mjs http://127.0.0.1:3000/auth/oidc/callback …
//
// The arguments are the redirect URIs. Users sign in with a name, and are then name@provider.example with a verified address;
// or with claims as JSON. `GET /test/revoked` lists the revocations.
import { startProvider } from "./mock-provider.mjs";

const revoked = [];

const provider = await startProvider({
  client: { redirect_uris: process.argv.slice(2) },
  handle: (_, response, url) => {
    if (url.pathname !== "/test/revoked") return false;
    response.end(JSON.stringify(revoked));
    return true;
  },
});
provider.on("grant.revoked", () => revoked.push("grant"));
provider.on("access_token.destroyed", () => revoked.push("access_token"));
