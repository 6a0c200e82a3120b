//! A mock of Microsoft as OAuth provider of mailboxes. It issues and refreshes tokens, and tells the IMAP server which user they belong to.
//! Replaces login.microsoftonline.com, where tests cannot have an account.

use super::{CLIENT_ID, Dovecot, IMAP_USER, MockProvider, TokenSigner};
use serde_json::{Value, json};
use service::auth::oauth::Settings;

/// The token endpoint.
const TOKEN: &str = "POST /common/oauth2/v2.0/token";
const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

pub struct Microsoft {
    pub provider: MockProvider,
    pub signer: TokenSigner,
}

impl Microsoft {
    pub async fn start() -> Self {
        let (provider, signer) = (MockProvider::start().await, TokenSigner::new("m1", 5));
        provider.respond("GET /common/discovery/v2.0/keys", 200, signer.jwks());
        Self { provider, signer }
    }

    /// Starts a Dovecot with the mailbox of the user, which accepts the tokens.
    pub async fn start_dovecot(&self) -> Dovecot {
        Dovecot::with_access_tokens(&format!("{}/tokeninfo/", self.provider.url)).await
    }

    /// Settings of a server that uses these mocks instead of Microsoft.
    pub fn settings(&self, dovecot: &Dovecot) -> Settings {
        Settings {
            microsoft: Some(self.provider.client_settings()),
            outlook_imap_server: Some(("127.0.0.1".into(), dovecot.port)),
            ..Settings::default()
        }
    }

    /// The claims of an ID token. As in some organizations, the user name is not the address of the mailbox.
    pub fn claims(now: i64, nonce: &str) -> Value {
        json!({
            "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "tid": TENANT, "aud": CLIENT_ID, "sub": "AAAB", "iat": now,
            "nbf": now, "exp": now + 3600, "nonce": nonce, "preferred_username": "a.winter@tenant.example", "email": IMAP_USER,
        })
    }

    /// Responds to the next token requests with these tokens. The IMAP server accepts the access token. The ID token is only returned in
    /// exchange for a code.
    pub fn issue(&self, access_token: &str, refresh_token: &str, claims: Option<&Value>) {
        self.accept(access_token);
        let mut body = json!({
            "token_type": "Bearer", "scope": "https://outlook.office.com/IMAP.AccessAsUser.All", "expires_in": 3600,
            "access_token": access_token, "refresh_token": refresh_token,
        });
        if let Some(claims) = claims {
            body["id_token"] = json!(self.signer.sign(claims));
        }
        self.provider.respond(TOKEN, 200, body);
    }

    /// Responds to the next token requests with this error.
    pub fn refuse(&self, status: u16, error: &str) {
        self.provider
            .respond(TOKEN, status, json!({"error": error, "error_codes": [70_008]}));
    }

    /// Makes the IMAP server accept this access token.
    pub fn accept(&self, access_token: &str) {
        let user = json!({"email": IMAP_USER, "active": true});
        self.provider
            .respond(&format!("GET /tokeninfo/{access_token}"), 200, user);
    }

    /// Makes the IMAP server reject this access token.
    pub fn reject(&self, access_token: &str) {
        let error = json!({"error": "invalid_token"});
        self.provider
            .respond(&format!("GET /tokeninfo/{access_token}"), 401, error);
    }

    /// The bodies of the token requests, in order.
    pub fn token_requests(&self) -> Vec<String> {
        let requests = self.provider.requests(TOKEN);
        requests.into_iter().map(|request| request.body).collect()
    }
}
