//! Programs that bring a provider's token. OA-6, OA-8, OA-13, OB-13.

use crate::{
    double::{CLIENT, Double, SECRET},
    site::{Answer, Site, token},
};
use serde_json::{Value, json};
use service::identities::Settings;
use sqlx::PgPool;

async fn site(pool: PgPool) -> (Double, Site) {
    let double = Double::start().await;
    let settings = Settings {
        google: Some(double.settings()),
        linkedin: Some(double.settings()),
        github: Some(double.settings()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    (double, site)
}

async fn bring(site: &Site, provider: &str, token: &str) -> Answer {
    let body = json!({"provider": provider, "token": token});
    site.api("", "POST", "/users/auth_social_user", Some(body)).await
}

fn google(double: &Double, sub: &str, email: &str) {
    double.say(
        "GET /tokeninfo",
        200,
        json!({"aud": CLIENT, "sub": sub, "expires_in": "3000"}),
    );
    let info = json!({"sub": sub, "email": email, "email_verified": true, "given_name": "Ada", "family_name": "Winter"});
    double.say("GET /v1/userinfo", 200, info);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_google_token_registers_and_then_signs_in(pool: PgPool) {
    let (double, site) = site(pool).await;
    google(&double, "1066", "Ada@gmail.example");
    let first = bring(&site, "google", "ya29.canary").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let set = first.json();
    assert_eq!(set["data"]["user"]["email"], "Ada@gmail.example");
    assert_eq!(set["data"]["user"]["email_verified"], true);
    assert_eq!(set["data"]["user"]["first_name"], "Ada");
    let stages = site
        .api(&token(&first), "GET", "/jobapps/get_statuses", None)
        .await;
    assert_eq!(stages.json()["data"].as_array().map(Vec::len), Some(5));
    // AT-29: the same account under another address.
    google(&double, "1066", "ada@elsewhere.example");
    let second = bring(&site, "google", "ya29.other").await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(second.json()["data"]["user"]["id"], set["data"]["user"]["id"]);
    assert_eq!(
        double.asked("GET /tokeninfo")[0].query,
        "access_token=ya29.canary"
    );
    // OA-15: the token is nowhere to be read.
    let dump: String = sqlx::query_scalar("select string_agg(i::text, ' ') from identities i")
        .fetch_one(&site.bench.owner)
        .await
        .expect("rows");
    let methods = site
        .api(&token(&second), "GET", "/users/get_identities", None)
        .await;
    assert_eq!(methods.status, 200);
    for text in [&dump, &methods.text, &second.text] {
        assert!(!text.contains("ya29") && !text.contains("796132392e"), "{text}");
    }
    assert_eq!(
        methods.json()["data"]["identities"][0]["email"],
        "ada@elsewhere.example"
    );
    assert_eq!(methods.json()["data"]["password"], false);
}

/// OA-6: a token that another application was given opens nothing here.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_token_for_another_client_opens_nothing(pool: PgPool) {
    let (double, site) = site(pool).await;
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert_eq!(answer.json()["code"], "invalid_provider_token");
    };
    google(&double, "1066", "ada@gmail.example");
    for info in [
        json!({"aud": "client-of-evil", "sub": "1066"}),
        json!({"aud": CLIENT, "sub": "1067"}),
    ] {
        double.say("GET /tokeninfo", 200, info);
        refused(bring(&site, "google", "t").await);
    }
    double.say("GET /tokeninfo", 400, json!({"error": "invalid_token"}));
    refused(bring(&site, "google", "t").await);

    linkedin(&double);
    for info in [
        json!({"active": false}),
        json!({"active": true}),
        json!({"active": true, "client_id": "client-of-evil"}),
    ] {
        double.say("POST /oauth/v2/introspectToken", 200, info);
        refused(bring(&site, "linkedin", "t").await);
    }

    github(&double);
    let inspect = format!("POST /applications/{CLIENT}/token");
    double.say(&inspect, 404, json!({"message": "Not Found"}));
    refused(bring(&site, "github", "t").await);
    double.say(
        &inspect,
        200,
        json!({"app": {"client_id": "other"}, "user": {"id": 42}}),
    );
    refused(bring(&site, "github", "t").await);
    double.say(
        &inspect,
        200,
        json!({"app": {"client_id": CLIENT}, "user": {"id": 43}}),
    );
    refused(bring(&site, "github", "t").await);
    assert_eq!(site.count("select count(*) from users").await, 0);
}

fn linkedin(double: &Double) {
    let inspect = json!({"active": true, "client_id": CLIENT, "status": "active"});
    double.say("POST /oauth/v2/introspectToken", 200, inspect);
    let info = json!({
        "sub": "x7", "name": "Ada Winter", "given_name": "Ada", "family_name": "Winter", "email": "ada@linkedin.example",
        "email_verified": true, "locale": {"country": "US", "language": "en"}, "picture": "https://media.example/a.jpg",
    });
    double.say("GET /v2/userinfo", 200, info);
}

fn github(double: &Double) {
    let inspect = json!({"app": {"client_id": CLIENT}, "user": {"id": 42, "login": "ada"}});
    double.say(&format!("POST /applications/{CLIENT}/token"), 200, inspect);
    double.say(
        "GET /user",
        200,
        json!({"id": 42, "login": "ada", "name": "Ada Winter"}),
    );
    let emails = json!([
        {"email": "old@github.example", "primary": false, "verified": true, "visibility": null},
        {"email": "ada@github.example", "primary": true, "verified": true, "visibility": "public"},
    ]);
    double.say("GET /user/emails", 200, emails);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn linkedin_says_who_somebody_is(pool: PgPool) {
    let (double, site) = site(pool).await;
    linkedin(&double);
    let answer = bring(&site, "linkedin", "AQX").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let asked = &double.asked("POST /oauth/v2/introspectToken")[0];
    assert!(asked.body.contains("token=AQX") && asked.body.contains(SECRET));
    let access = token(&answer);
    let profile = site
        .api(&access, "GET", "/users/get_linkedin_profile", None)
        .await;
    assert_eq!(profile.status, 200, "{}", profile.text);
    let expected = json!({"data": {
        "sub": "x7", "name": "Ada Winter", "given_name": "Ada", "family_name": "Winter", "email": "ada@linkedin.example",
        "picture": "https://media.example/a.jpg", "locale": "en-US",
    }});
    assert_eq!(profile.json(), expected);
    assert_eq!(
        double
            .asked("GET /v2/userinfo")
            .pop()
            .expect("asked")
            .authorization,
        "Bearer AQX"
    );

    double.say("GET /v2/userinfo", 401, json!({"code": "EXPIRED_ACCESS_TOKEN"}));
    let ended = site
        .api(&access, "GET", "/users/get_linkedin_profile", None)
        .await;
    assert_eq!(
        (ended.status.as_u16(), &ended.json()["code"]),
        (404, &json!("not_linked"))
    );
    for (status, body) in [
        (500, json!({})),
        (200, json!({"sub": 5})),
        (200, json!({"name": "x".repeat(100_000), "sub": "x7"})),
    ] {
        double.say("GET /v2/userinfo", status, body);
        let away = site
            .api(&access, "GET", "/users/get_linkedin_profile", None)
            .await;
        assert_eq!(
            (away.status.as_u16(), &away.json()["code"]),
            (502, &json!("provider_unavailable"))
        );
    }
    let other = site.register("ben@inbox.example").await;
    let none = site.api(&other, "GET", "/users/get_linkedin_profile", None).await;
    assert_eq!(
        (none.status.as_u16(), &none.json()["code"]),
        (404, &json!("not_linked"))
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn github_says_who_somebody_is(pool: PgPool) {
    let (double, site) = site(pool).await;
    github(&double);
    let answer = bring(&site, "github", "gho_canary").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["data"]["user"]["email"], "ada@github.example");
    let asked = &double.asked(&format!("POST /applications/{CLIENT}/token"))[0];
    assert_eq!(asked.body, r#"{"access_token":"gho_canary"}"#);
    assert!(asked.authorization.starts_with("Basic "));
    // Only the primary address counts, and only when it is verified.
    double.say("GET /user", 200, json!({"id": 77}));
    let inspect = json!({"app": {"client_id": CLIENT}, "user": {"id": 77}});
    double.say(&format!("POST /applications/{CLIENT}/token"), 200, inspect);
    let emails = json!([
        {"email": "eve@github.example", "primary": true, "verified": false},
        {"email": "ada@github.example", "primary": false, "verified": true},
    ]);
    double.say("GET /user/emails", 200, emails);
    let answer = bring(&site, "github", "gho_other").await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(answer.json()["errors"][0]["field"], "token");
}

/// An account with that address is never taken over.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_account_that_exists_is_not_taken_over(pool: PgPool) {
    let (double, site) = site(pool).await;
    site.register("ada@gmail.example").await;
    site.run("update users set email_verified_at = now()").await;
    google(&double, "1066", "ADA@gmail.example");
    let answer = bring(&site, "google", "t").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (409, &json!("account_exists"))
    );
    // AT-28.
    for verified in [json!("true"), json!(1), json!(false), Value::Null] {
        let info = json!({"sub": "1066", "email": "ada@gmail.example", "email_verified": verified});
        double.say("GET /v1/userinfo", 200, info);
        assert_eq!(bring(&site, "google", "t").await.status, 422, "{verified}");
    }
    assert_eq!(site.count("select count(*) from identities").await, 0);
    assert_eq!(site.count("select count(*) from sessions").await, 1);
}

/// OB-13: whatever a provider answers, it is one of the promised failures.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_provider_that_is_away_or_mad_is_said_to_be(pool: PgPool) {
    let (double, site) = site(pool).await;
    google(&double, "1066", "ada@gmail.example");
    let mad = [
        (500, "{}".to_owned()),
        (503, String::new()),
        (302, String::new()),
        (429, String::new()),
        (200, "<html>".into()),
        (200, "[]".into()),
        (200, r#"{"aud":["x"],"sub":5}"#.into()),
        (
            200,
            format!(
                r#"{{"aud":"{CLIENT}","sub":"1066","x":"{}"}}"#,
                "x".repeat(1_000_000)
            ),
        ),
    ];
    for (status, body) in mad {
        double.says(
            "GET /tokeninfo",
            vec![(status, vec![("location", "/v1/userinfo".into())], body)],
        );
        let answer = bring(&site, "google", "t").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (502, &json!("provider_unavailable")),
            "{status}"
        );
    }
    let body = json!({"provider": "google"});
    let answer = site.api("", "POST", "/users/auth_social_user", Some(body)).await;
    assert_eq!(answer.json()["errors"][0]["field"], "token");
    let body = json!({"provider": "myspace", "token": "t"});
    let answer = site.api("", "POST", "/users/auth_social_user", Some(body)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["errors"][0]["field"]),
        (422, &json!("provider"))
    );
    assert_eq!(site.count("select count(*) from users").await, 0);
}

/// A provider that never answers is waited for eight seconds, and not one that was not set up.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn patience_ends(pool: PgPool) {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let mut settings = Settings {
        google: Some(Double::start().await.settings()),
        ..Settings::default()
    };
    if let Some(google) = &mut settings.google {
        google.base_url = Some(format!("http://{}", silent.local_addr().expect("address")));
    }
    let site = Site::new(pool, settings);
    let begun = tokio::time::Instant::now();
    assert_eq!(bring(&site, "google", "t").await.status, 502);
    let took = begun.elapsed().as_secs_f64();
    assert!((7.5..10.0).contains(&took), "{took}");
    let answer = bring(&site, "github", "t").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["errors"][0]["field"]),
        (422, &json!("provider"))
    );
}

/// CF-3: as by a password, a new program is told by mail, and the log says who came.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn cf_3_a_program_with_a_providers_token_is_told_like_any_other(pool: PgPool) {
    let (double, site) = site(pool).await;
    google(&double, "1066", "ada@gmail.example");
    let log = crate::log::Log::begin();
    let bring = async |agent: &str| {
        let request = axum::http::Request::post("/api/users/auth_social_user")
            .header("host", crate::site::HOST)
            .header("user-agent", agent)
            .header("content-type", "application/json");
        let body = json!({"provider": "google", "token": "ya29.x"}).to_string();
        let answer = site.send(request.body(body.into()).expect("request")).await;
        let letters = site
            .count("select count(*) from letter where kind = 'new_sign_in'")
            .await;
        (answer.status.as_u16(), log.events(), letters)
    };
    assert_eq!(bring("curl/8.5").await, (201, "registered".to_owned(), 0));
    assert_eq!(bring("curl/8.6").await, (200, "signed_in".to_owned(), 0));
    assert_eq!(
        bring("python-requests/2.32").await,
        (200, "signed_in".to_owned(), 1)
    );
    double.say("GET /tokeninfo", 400, json!({}));
    assert_eq!(bring("curl/8.5").await, (401, "sign_in_failed".to_owned(), 1));
}
