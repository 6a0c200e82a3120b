//! ID tokens that are not what they seem, keys that are asked for again and again, two providers mixed up. OA-3, OA-4, OA-6,
//! OA-13; AT-26, AT-31, AT-32.

use crate::{
    browser::{Browser, parameter},
    double::{CLIENT, Double, Signer},
    provider::Provider,
    site::Site,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::identities::Settings;
use sqlx::PgPool;

const KEYS: &str = "GET /oauth2/v3/certs";

async fn google(pool: PgPool) -> (Double, Signer, Site) {
    let (double, signer) = (Double::start().await, Signer::new("k1", 1));
    double.say(KEYS, 200, signer.jwks());
    let settings = Settings {
        google: Some(double.settings()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    (double, signer, site)
}

fn claims(site: &Site) -> Value {
    let now = site.now().timestamp();
    json!({
        "iss": "https://accounts.google.com", "aud": CLIENT, "azp": CLIENT, "sub": "1066", "iat": now, "exp": now + 3600,
        "email": "ada@gmail.example", "email_verified": true, "given_name": "Ada", "family_name": "Winter",
    })
}

async fn bring(site: &Site, token: &str) -> crate::site::Answer {
    let body = json!({"provider": "google", "id_token": token});
    site.api("", "POST", "/users/auth_social_user", Some(body)).await
}

/// AT-31, OA-6.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn forged_id_tokens_open_nothing(pool: PgPool) {
    let (_double, signer, site) = google(pool).await;
    let good = claims(&site);
    let now = site.now().timestamp();
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        signer.sign(&claims)
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().expect("object").remove(name);
        signer.sign(&claims)
    };
    let stranger = Signer::new("k1", 2);
    let whole = signer.sign(&good);
    let parts: Vec<&str> = whole.split('.').collect();
    let forged = [
        ("alg none", signer.forge(&json!({"alg": "none"}), &good)),
        (
            "alg None",
            signer.forge(&json!({"alg": "None", "kid": "k1"}), &good),
        ),
        (
            "shared secret made of the public key",
            signer.forge(&json!({"alg": "HS256", "kid": "k1"}), &good),
        ),
        (
            "another algorithm",
            signer.forge(&json!({"alg": "RS256", "kid": "k1"}), &good),
        ),
        (
            "a key in the header",
            signer.forge(&json!({"alg": "EdDSA", "jwk": stranger.jwks()["keys"][0]}), &good),
        ),
        (
            "keys elsewhere",
            signer.forge(
                &json!({"alg": "EdDSA", "kid": "k1", "jku": "http://127.0.0.1:1/keys"}),
                &good,
            ),
        ),
        ("signed by another", stranger.sign(&good)),
        ("an unknown key", Signer::new("k9", 1).sign(&good)),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("another issuer", with("iss", json!("https://evil.example"))),
        (
            "almost the issuer",
            with("iss", json!("https://accounts.google.com/")),
        ),
        ("another audience", with("aud", json!("client-of-evil"))),
        ("no audience", without("aud")),
        ("several audiences, no party", {
            let mut claims = good.clone();
            claims["aud"] = json!([CLIENT, "client-of-evil"]);
            claims.as_object_mut().expect("object").remove("azp");
            signer.sign(&claims)
        }),
        ("another party", with("azp", json!("client-of-evil"))),
        ("expired", with("exp", json!(now - 61))),
        ("a text for an end", with("exp", json!((now + 3600).to_string()))),
        ("no end", without("exp")),
        ("issued long ago", with("iat", json!(now - 4000))),
        ("issued in the future", with("iat", json!(now + 120))),
        ("not valid yet", with("nbf", json!(now + 120))),
        ("no subject", without("sub")),
        ("an empty subject", with("sub", json!(""))),
        ("a subject of another type", with("sub", json!(1066))),
        ("an endless subject", with("sub", json!("1".repeat(256)))),
        ("not a token", "a.b.c".into()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
    ];
    for (what, token) in forged {
        let answer = bring(&site, &token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text);
        assert_eq!(answer.json()["code"], "invalid_provider_token", "{what}");
    }
    assert_eq!(site.count("select count(*) from users").await, 0);
    assert_eq!(bring(&site, &whole).await.status, 201);
    assert_eq!(bring(&site, &whole).await.status, 200);
}

/// OA-3: in a browser the nonce must be that of this very sign-in.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_id_token_of_another_sign_in_is_refused(pool: PgPool) {
    let (double, signer, site) = google(pool).await;
    let good = claims(&site);
    for nonce in [None, Some(String::new()), Some("A".repeat(43))] {
        let mut browser = Browser::default();
        let url = browser.begin(&site, "google", "").await;
        let mut claims = good.clone();
        claims["nonce"] = json!(nonce);
        let answer = come_back(&double, &signer, &site, &mut browser, &url, &claims).await;
        assert_eq!(answer.location(), "/sign-in", "{nonce:?}");
        assert_eq!(browser.cookie("__Host-jobhax"), None);
    }
    let mut browser = Browser::default();
    let url = browser.begin(&site, "google", "").await;
    let mut claims = good.clone();
    claims["nonce"] = json!(parameter(&url, "nonce"));
    let answer = come_back(&double, &signer, &site, &mut browser, &url, &claims).await;
    assert!(
        answer.location().starts_with("/w/"),
        "{} {}",
        answer.location(),
        answer.text
    );
    let asked = double.asked("POST /token").pop().expect("the code was redeemed");
    for part in [
        "grant_type=authorization_code",
        "code=c0de",
        "code_verifier=",
        CLIENT,
    ] {
        assert!(asked.body.contains(part), "{part} of {}", asked.body);
    }
}

async fn come_back(
    double: &Double,
    signer: &Signer,
    site: &Site,
    browser: &mut Browser,
    url: &str,
    claims: &Value,
) -> crate::site::Answer {
    let tokens = json!({
        "access_token": "ya29.canary", "token_type": "Bearer", "expires_in": 3599, "id_token": signer.sign(claims),
    });
    double.say("POST /token", 200, tokens);
    let state = parameter(url, "state");
    browser
        .get(site, &format!("/auth/google/callback?code=c0de&state={state}"))
        .await
}

/// AT-32, OA-13.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn keys_are_asked_for_once_a_minute_and_old_ones_stay(pool: PgPool) {
    let (double, signer, site) = google(pool).await;
    let good = claims(&site);
    assert_eq!(bring(&site, &signer.sign(&good)).await.status, 201);
    assert_eq!(double.asked(KEYS).len(), 1);
    for n in 0..1_000 {
        let answer = bring(&site, &Signer::new(&format!("random-{n}"), 3).sign(&good)).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(double.asked(KEYS).len(), 1, "within the minute of the first");

    let poison = [
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(1_000_000), "kid": "k1"}]}),
        json!({"keys": []}),
        json!({"keys": "none"}),
        json!({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}]}),
    ];
    for (n, keys) in poison.into_iter().enumerate() {
        double.say(KEYS, 200, keys);
        site.bench.clock.advance(chrono::TimeDelta::seconds(61));
        assert_eq!(bring(&site, &Signer::new("new", 3).sign(&good)).await.status, 401);
        assert_eq!(double.asked(KEYS).len(), n + 2);
        assert_eq!(
            bring(&site, &signer.sign(&good)).await.status,
            200,
            "the old key still holds"
        );
    }
    // Rotation.
    let next = Signer::new("k2", 4);
    double.say(KEYS, 200, next.jwks());
    site.bench.clock.advance(chrono::TimeDelta::seconds(61));
    assert_eq!(bring(&site, &next.sign(&good)).await.status, 200);
    assert_eq!(
        bring(&site, &signer.sign(&good)).await.status,
        401,
        "the old key was withdrawn"
    );
}

/// AT-26, OA-4: what one provider answers is not taken to another.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn two_providers_are_not_mixed_up(pool: PgPool) {
    let honest = Provider::start();
    let evil = Double::start().await;
    let settings = Settings {
        google: Some(evil.settings()),
        oidc: Some(honest.settings()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    let mut browser = Browser::default();
    let to_honest = browser.begin(&site, "oidc", "").await;
    let to_evil = browser.begin(&site, "google", "").await;
    let back = browser.at_provider(&to_honest, "ada").await;
    let code = parameter(&back, "code");
    // The honest code at the other's callback, with either state.
    for state in [parameter(&back, "state"), parameter(&to_evil, "state")] {
        let answer = browser
            .get(
                &site,
                &format!(
                    "/auth/google/callback?code={code}&state={state}&iss={}",
                    honest.issuer
                ),
            )
            .await;
        assert_ne!(
            answer
                .headers
                .get("location")
                .map(axum::http::HeaderValue::as_bytes),
            Some(&b"/home"[..])
        );
        assert_eq!(browser.cookie("__Host-jobhax"), None, "{}", answer.text);
    }
    assert!(
        evil.asked("POST /token").is_empty(),
        "the code went to the wrong server"
    );
    // The other's answer at the honest callback.
    let state = parameter(&to_evil, "state");
    let answer = browser
        .get(
            &site,
            &format!(
                "/auth/oidc/callback?code=evil&state={state}&iss={}",
                honest.issuer
            ),
        )
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(site.count("select count(*) from users").await, 0);
}

/// OA-1: providers that know nothing of PKCE, and say nothing of it, are sent the challenge and the verifier all the same.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn oa_1_pkce_is_sent_to_providers_without_it(pool: PgPool) {
    let (double, signer) = (Double::start().await, Signer::new("k1", 1));
    double.say(KEYS, 200, signer.jwks());
    let settings = Settings {
        google: Some(double.settings()),
        github: Some(double.settings()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    let value = |form: &str, name: &str| {
        let found = form_urlencoded::parse(form.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    for (provider, token) in [
        ("google", "POST /token"),
        ("github", "POST /login/oauth/access_token"),
    ] {
        let mut browser = Browser::default();
        let url = browser.begin(&site, provider, "").await;
        let (_, query) = url.split_once('?').expect("a query");
        assert_eq!(value(query, "code_challenge_method"), "S256", "{url}");
        let mut claims = claims(&site);
        claims["nonce"] = json!(value(query, "nonce"));
        let granted = json!({"access_token": "t", "token_type": "Bearer", "id_token": signer.sign(&claims)});
        double.say(token, 200, granted);
        let back = format!("/auth/{provider}/callback?code=c&state={}", value(query, "state"));
        browser.get(&site, &back).await;
        let asked = double.asked(token);
        assert_eq!(asked.len(), 1, "{provider}");
        let verifier = value(&asked[0].body, "code_verifier");
        assert!(verifier.len() >= 43, "{provider}: {verifier:?}");
        let challenge = URL_SAFE_NO_PAD.encode(service::rng::sha256(verifier.as_bytes()));
        assert_eq!(value(query, "code_challenge"), challenge, "{provider}");
    }
    assert_eq!(
        site.count("select count(*) from users").await,
        1,
        "Google's person"
    );
}
