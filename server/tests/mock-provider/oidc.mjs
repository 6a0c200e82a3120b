// A real OpenID Connect provider for the tests. Prints its issuer when it serves, and ends when its input does.
//
//   node provider.mjs http://127.0.0.1:3000/auth/oidc/callback …
//
// Its arguments are the addresses that it sends browsers back to. Whoever signs in types a name, and is then
// name@provider.example with a verified address; or types claims as JSON, to be whoever the test wants.
import { stand } from "./mock-provider.mjs";

const revoked = [];

const provider = await stand({
  client: { redirect_uris: process.argv.slice(2) },
  other: (_, response, url) => {
    if (url.pathname !== "/test/revoked") return false;
    response.end(JSON.stringify(revoked));
    return true;
  },
});
provider.on("grant.revoked", () => revoked.push("grant"));
provider.on("access_token.destroyed", () => revoked.push("access_token"));
