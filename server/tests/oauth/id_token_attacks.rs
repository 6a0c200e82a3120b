//! Attacks with forged ID tokens, key ids and key sets, and mix-up attacks.

use crate::support::{
    Browser, CLIENT_ID, MockProvider, OidcProvider, TestResponse, TestServer, TokenSigner, query_parameter,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::{auth::oauth::Settings, platform::rng::sha256};
use sqlx::PgPool;

const JWKS: &str = "GET /oauth2/v3/certs";

async fn google_server(pool: PgPool) -> (MockProvider, TokenSigner, TestServer) {
    let (provider, signer) = (MockProvider::start().await, TokenSigner::new("k1", 1));
    provider.respond(JWKS, 200, signer.jwks());
    let settings = Settings {
        google: Some(provider.client_settings()),
        github: Some(provider.client_settings()),
        ..Settings::default()
    };
    let server = TestServer::with_providers(pool, settings);
    (provider, signer, server)
}

fn valid_claims(server: &TestServer) -> Value {
    let now = server.now().timestamp();
    json!({
        "iss": "https://accounts.google.com", "aud": CLIENT_ID, "azp": CLIENT_ID, "sub": "1066", "iat": now, "exp": now + 3600,
        "email": "ada@gmail.example", "email_verified": true, "given_name": "Ada", "family_name": "Winter",
    })
}

async fn sign_in(server: &TestServer, id_token: &str) -> TestResponse {
    let body = json!({"provider": "google", "id_token": id_token});
    server.anonymous().post("/users/auth_social_user", body).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forged_id_tokens_are_rejected(pool: PgPool) {
    let (_provider, signer, server) = google_server(pool).await;
    let valid = valid_claims(&server);
    let now = server.now().timestamp();
    let with = |name: &str, value: Value| {
        let mut claims = valid.clone();
        claims[name] = value;
        signer.sign(&claims)
    };
    let without = |name: &str| {
        let mut claims = valid.clone();
        claims.as_object_mut().expect("object").remove(name);
        signer.sign(&claims)
    };
    let attacker = TokenSigner::new("k1", 2);
    let valid_token = signer.sign(&valid);
    let parts: Vec<&str> = valid_token.split('.').collect();
    let forged = [
        ("alg none", signer.forge(&json!({"alg": "none"}), &valid)),
        (
            "alg None",
            signer.forge(&json!({"alg": "None", "kid": "k1"}), &valid),
        ),
        (
            "the public key as an HMAC secret",
            signer.forge(&json!({"alg": "HS256", "kid": "k1"}), &valid),
        ),
        (
            "another algorithm",
            signer.forge(&json!({"alg": "RS256", "kid": "k1"}), &valid),
        ),
        (
            "a key in the header",
            signer.forge(
                &json!({"alg": "EdDSA", "jwk": attacker.jwks()["keys"][0]}),
                &valid,
            ),
        ),
        (
            "a key URL in the header",
            signer.forge(
                &json!({"alg": "EdDSA", "kid": "k1", "jku": "http://127.0.0.1:1/keys"}),
                &valid,
            ),
        ),
        ("another signer", attacker.sign(&valid)),
        ("an unknown key id", TokenSigner::new("k9", 1).sign(&valid)),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("another issuer", with("iss", json!("https://evil.example"))),
        (
            "a similar issuer",
            with("iss", json!("https://accounts.google.com/")),
        ),
        ("another audience", with("aud", json!("client-of-evil"))),
        ("no audience", without("aud")),
        ("several audiences without azp", {
            let mut claims = valid.clone();
            claims["aud"] = json!([CLIENT_ID, "client-of-evil"]);
            claims.as_object_mut().expect("object").remove("azp");
            signer.sign(&claims)
        }),
        ("another authorized party", with("azp", json!("client-of-evil"))),
        ("expired", with("exp", json!(now - 61))),
        ("exp as a string", with("exp", json!((now + 3600).to_string()))),
        ("no exp", without("exp")),
        ("issued long ago", with("iat", json!(now - 4000))),
        ("issued in the future", with("iat", json!(now + 120))),
        ("not valid yet", with("nbf", json!(now + 120))),
        ("no subject", without("sub")),
        ("an empty subject", with("sub", json!(""))),
        ("a numeric subject", with("sub", json!(1066))),
        ("a subject that is too long", with("sub", json!("1".repeat(256)))),
        ("not a token", "a.b.c".into()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
    ];
    for (attack, token) in forged {
        let response = sign_in(&server, &token).await;
        assert_eq!(response.status, 401, "{attack}: {}", response.text);
        assert_eq!(response.json["code"], "invalid_provider_token", "{attack}");
    }
    assert_eq!(server.count("select count(*) from users").await, 0);
    assert_eq!(sign_in(&server, &valid_token).await.status, 201);
    assert_eq!(sign_in(&server, &valid_token).await.status, 200);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn id_token_must_have_the_nonce_of_its_flow(pool: PgPool) {
    let (provider, signer, server) = google_server(pool).await;
    let mut claims = valid_claims(&server);
    for nonce in [None, Some(String::new()), Some("A".repeat(43))] {
        let mut browser = server.browser();
        let url = browser.start_authorization("google", "").await;
        claims["nonce"] = json!(nonce);
        let response = complete(&provider, &signer, &mut browser, &url, &claims).await;
        assert_eq!(response.location(), "/sign-in", "{nonce:?}");
        assert_eq!(browser.cookie("__Host-jobhax"), None);
    }
    let mut browser = server.browser();
    let url = browser.start_authorization("google", "").await;
    claims["nonce"] = json!(query_parameter(&url, "nonce"));
    let response = complete(&provider, &signer, &mut browser, &url, &claims).await;
    assert!(
        response.location().starts_with("/w/"),
        "{} {}",
        response.location(),
        response.text
    );
    let exchange = provider
        .requests("POST /token")
        .pop()
        .expect("the code was exchanged");
    for part in [
        "grant_type=authorization_code",
        "code=c0de",
        "code_verifier=",
        CLIENT_ID,
    ] {
        assert!(exchange.body.contains(part), "{part} of {}", exchange.body);
    }
}

/// Requests the callback of a flow. The token endpoint returns an ID token with these claims.
async fn complete(
    provider: &MockProvider,
    signer: &TokenSigner,
    browser: &mut Browser,
    url: &str,
    claims: &Value,
) -> TestResponse {
    let tokens = json!({
        "access_token": "ya29.canary", "token_type": "Bearer", "expires_in": 3599, "id_token": signer.sign(claims),
    });
    provider.respond("POST /token", 200, tokens);
    let state = query_parameter(url, "state");
    browser
        .get(&format!("/auth/google/callback?code=c0de&state={state}"))
        .await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_set_is_fetched_once_a_minute_and_kept_when_the_new_one_is_invalid(pool: PgPool) {
    let (provider, signer, server) = google_server(pool).await;
    let claims = valid_claims(&server);
    assert_eq!(sign_in(&server, &signer.sign(&claims)).await.status, 201);
    assert_eq!(provider.requests(JWKS).len(), 1);
    for n in 0..1_000 {
        let unknown_key = TokenSigner::new(&format!("random-{n}"), 3);
        assert_eq!(sign_in(&server, &unknown_key.sign(&claims)).await.status, 401);
    }
    assert_eq!(provider.requests(JWKS).len(), 1, "within the same minute");

    let invalid_key_sets = [
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(1_000_000), "kid": "k1"}]}),
        json!({"keys": []}),
        json!({"keys": "none"}),
        json!({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}]}),
    ];
    for (n, keys) in invalid_key_sets.into_iter().enumerate() {
        provider.respond(JWKS, 200, keys);
        server.advance_clock(TimeDelta::seconds(61));
        let unknown_key = TokenSigner::new("new", 3);
        assert_eq!(sign_in(&server, &unknown_key.sign(&claims)).await.status, 401);
        assert_eq!(provider.requests(JWKS).len(), n + 2);
        assert_eq!(
            sign_in(&server, &signer.sign(&claims)).await.status,
            200,
            "the old key is still valid"
        );
    }
    // The provider rotates its keys.
    let next = TokenSigner::new("k2", 4);
    provider.respond(JWKS, 200, next.jwks());
    server.advance_clock(TimeDelta::seconds(61));
    assert_eq!(sign_in(&server, &next.sign(&claims)).await.status, 200);
    assert_eq!(
        sign_in(&server, &signer.sign(&claims)).await.status,
        401,
        "the old key was withdrawn"
    );
}

/// Mix-up attack: a code or callback of one provider is not accepted for another.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn code_of_one_provider_is_not_sent_to_another(pool: PgPool) {
    let honest = OidcProvider::start();
    let evil = MockProvider::start().await;
    let settings = Settings {
        google: Some(evil.client_settings()),
        ..honest.settings()
    };
    let server = TestServer::with_providers(pool, settings);
    let mut browser = server.browser();
    let honest_url = browser.start_authorization("oidc", "").await;
    let evil_url = browser.start_authorization("google", "").await;
    let callback = browser.authorize_at_provider(&honest_url, "ada").await;
    let code = query_parameter(&callback, "code");
    let iss = &honest.issuer;
    // The honest provider's code at the attacker's callback, with either state.
    for state in [
        query_parameter(&callback, "state"),
        query_parameter(&evil_url, "state"),
    ] {
        let path = format!("/auth/google/callback?code={code}&state={state}&iss={iss}");
        let response = browser.get(&path).await;
        assert_ne!(response.location(), "/home");
        assert_eq!(browser.cookie("__Host-jobhax"), None, "{}", response.text);
    }
    assert!(
        evil.requests("POST /token").is_empty(),
        "the code was sent to the wrong provider"
    );
    // The attacker's callback parameters at the honest provider's callback.
    let state = query_parameter(&evil_url, "state");
    let path = format!("/auth/oidc/callback?code=evil&state={state}&iss={iss}");
    assert_eq!(browser.get(&path).await.status, 400);
    assert_eq!(server.count("select count(*) from users").await, 0);
}

/// The parameter is sent even to providers that do not announce support for it.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pkce_challenge_and_verifier_are_always_sent(pool: PgPool) {
    let (provider, signer, server) = google_server(pool).await;
    let value = |form: &str, name: &str| {
        let found = form_urlencoded::parse(form.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    for (name, token_endpoint) in [
        ("google", "POST /token"),
        ("github", "POST /login/oauth/access_token"),
    ] {
        let mut browser = server.browser();
        let url = browser.start_authorization(name, "").await;
        let (_, query) = url.split_once('?').expect("a query");
        assert_eq!(value(query, "code_challenge_method"), "S256", "{url}");
        let mut claims = valid_claims(&server);
        claims["nonce"] = json!(value(query, "nonce"));
        let tokens = json!({"access_token": "t", "token_type": "Bearer", "id_token": signer.sign(&claims)});
        provider.respond(token_endpoint, 200, tokens);
        let callback = format!("/auth/{name}/callback?code=c&state={}", value(query, "state"));
        browser.get(&callback).await;
        let exchanges = provider.requests(token_endpoint);
        assert_eq!(exchanges.len(), 1, "{name}");
        let verifier = value(&exchanges[0].body, "code_verifier");
        assert!(verifier.len() >= 43, "{name}: {verifier:?}");
        let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
        assert_eq!(value(query, "code_challenge"), challenge, "{name}");
    }
    let users = server.count("select count(*) from users").await;
    assert_eq!(users, 1, "only Google returned an identity");
}
