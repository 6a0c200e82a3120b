//! The way to the provider and back, as people and attackers go it. OA-1 to OA-5, OA-11, OA-17, OA-18; AT-23, AT-25, AT-27.

use crate::{
    browser::{Browser, parameter},
    log::Log,
    provider::Provider,
    site::Site,
};
use service::identities::Settings;
use sqlx::PgPool;

fn site(pool: PgPool, provider: &Provider) -> Site {
    let settings = Settings {
        oidc: Some(provider.settings()),
        ..Settings::default()
    };
    Site::new(pool, settings)
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_first_time_makes_an_account_and_the_next_finds_it(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut browser = Browser::default();
    let page = browser.get(&site, "/sign-in").await;
    assert!(page.text.contains("Continue with") && page.text.contains("action=\"/auth/oidc\""));
    let first = browser.sign_in(&site, "ada").await;
    assert_eq!(first.status, 303, "{}", first.text);
    let board = first.location().to_owned();
    assert!(browser.opens(&site, &board).await, "{board}");

    let mut other = Browser::default();
    let again = other.sign_in(&site, "ada").await;
    assert_eq!(again.location(), board);
    assert_eq!(site.count("select count(*) from users where email = 'ada@provider.example' and email_verified_at is not null and password_hash is null").await, 1);
    // AT-29: who changed their address at the provider is still the same.
    let moved = r#"{"sub":"ada","email":"ada@elsewhere.example","email_verified":true}"#;
    let again = Browser::default().sign_in(&site, moved).await;
    assert_eq!(again.location(), board);
    assert_eq!(site.count("select count(*) from users").await, 1);
}

/// OA-1, OA-3, OA-17: what goes out is ours alone.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_goes_to_the_provider_is_ours_alone(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut browser = Browser::default();
    let injected = "login_hint=eve&prompt=none&redirect_uri=https%3A%2F%2Fevil.example&scope=mail&state=x";
    let first = browser.begin(&site, "oidc", injected).await;
    let second = browser.begin(&site, "oidc", injected).await;
    for url in [&first, &second] {
        assert_eq!(parameter(url, "response_type"), "code");
        assert_eq!(parameter(url, "code_challenge_method"), "S256");
        assert_eq!(parameter(url, "code_challenge").len(), 43);
        assert_eq!(parameter(url, "nonce").len(), 43);
        assert_eq!(parameter(url, "scope"), "openid+email+profile");
        assert_eq!(
            parameter(url, "redirect_uri"),
            "https%3A%2F%2Fjobs.example.org%2Fauth%2Foidc%2Fcallback"
        );
        assert!(
            !url.contains("login_hint") && !url.contains("prompt") && !url.contains("evil"),
            "{url}"
        );
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(
            parameter(&first, name),
            parameter(&second, name),
            "{name} is used once"
        );
    }
    let stored: String = sqlx::query_scalar("select string_agg(f::text, ' ') from sign_in_flows f")
        .fetch_one(&site.bench.owner)
        .await
        .expect("flows");
    for name in ["state", "nonce"] {
        assert!(
            !stored.contains(parameter(&first, name)),
            "{name} lies in the database"
        );
    }
}

/// The button's form is protected like every other.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn only_our_own_pages_begin_it(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let forged = axum::http::Request::post("/auth/oidc")
        .header("host", crate::site::HOST)
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", crate::browser::FORM)
        .body(axum::body::Body::empty())
        .expect("request");
    assert_eq!(site.send(forged).await.status, 403);
    let mut browser = Browser::default();
    assert_eq!(
        browser.form(&site, "/auth/google", "").await.status,
        404,
        "not configured"
    );
    assert_eq!(browser.form(&site, "/auth/evil", "").await.status, 404);
    assert_eq!(browser.get(&site, "/auth/oidc").await.status, 405);
    assert_eq!(
        browser.form(&site, "/auth/oidc", "purpose=link").await.status,
        401
    );
    assert_eq!(site.count("select count(*) from sign_in_flows").await, 0);
}

/// AT-23, OA-2, OA-11.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_state_is_good_once_in_its_own_browser_and_for_ten_minutes(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut browser = Browser::default();
    let url = browser.begin(&site, "oidc", "").await;
    let back = browser.at_provider(&url, "ada").await;

    let refused = |answer: &crate::site::Answer| {
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    };
    let code = parameter(&back, "code").to_owned();
    for path in [
        "/auth/oidc/callback".to_owned(),
        format!("/auth/oidc/callback?code={code}"),
        format!("/auth/oidc/callback?code={code}&state="),
        format!("/auth/oidc/callback?code={code}&state={}", "A".repeat(43)),
        format!("/auth/oidc/callback?code={code}&state=a&state=b"),
        format!("/auth/evil/callback?{}", back.split_once('?').expect("query").1),
        format!("/auth/google/callback?{}", back.split_once('?').expect("query").1),
    ] {
        refused(&browser.get(&site, &path).await);
    }
    // Another browser, with a cookie of its own.
    let mut thief = Browser::default();
    refused(&thief.get(&site, &back).await);
    thief.begin(&site, "oidc", "").await;
    refused(&thief.get(&site, &back).await);
    assert_eq!(
        site.count("select count(*) from users").await,
        0,
        "nobody was signed in"
    );

    let answer = browser.get(&site, &back).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    let session = browser.cookie("__Host-jobhax").expect("a session").to_owned();

    // Used: not even in the same browser, once the moment has passed.
    site.bench.clock.advance(chrono::TimeDelta::seconds(11));
    browser.forget("__Host-jobhax");
    refused(&browser.get(&site, &back).await);
    assert_eq!(browser.cookie("__Host-jobhax"), None);
    assert_ne!(session, "");

    // Too late.
    let url = browser.begin(&site, "oidc", "").await;
    let back = browser.at_provider(&url, "ada").await;
    site.bench.clock.advance(chrono::TimeDelta::minutes(11));
    refused(&browser.get(&site, &back).await);
    service::users::sweep(&site.services).await.expect("swept");
    assert_eq!(site.count("select count(*) from sign_in_flows").await, 0);
}

/// OA-5, AT-25: a stolen code does not fit another's verifier.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_stolen_code_does_not_fit_another_way(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut victim = Browser::default();
    let url = victim.begin(&site, "oidc", "").await;
    let stolen = victim.at_provider(&url, "ada").await;
    let mut thief = Browser::default();
    let url = thief.begin(&site, "oidc", "").await;
    let own = thief.at_provider(&url, "eve").await;
    let (code, own_code) = (parameter(&stolen, "code"), parameter(&own, "code"));
    let answer = thief.get(&site, &own.replace(own_code, code)).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
    assert_eq!(thief.cookie("__Host-jobhax"), None);
    let page = thief.get(&site, "/sign-in").await;
    assert!(
        page.text.contains("did not confirm this sign-in"),
        "{}",
        page.text
    );
    assert_eq!(site.count("select count(*) from users").await, 0);
}

/// OA-4: the answer must name the provider that was asked.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_answer_of_another_issuer_is_refused(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    for change in ["evil", "none"] {
        let mut browser = Browser::default();
        let url = browser.begin(&site, "oidc", "").await;
        let back = browser.at_provider(&url, "ada").await;
        let iss = parameter(&back, "iss");
        assert_ne!(iss, "", "this provider names itself");
        let bent = match change {
            "evil" => back.replace(iss, "https%3A%2F%2Fevil.example"),
            _ => back
                .replace(&format!("&iss={iss}"), "")
                .replace(&format!("iss={iss}&"), ""),
        };
        assert_eq!(browser.get(&site, &bent).await.location(), "/sign-in");
        assert_eq!(browser.cookie("__Host-jobhax"), None);
    }
    assert_eq!(site.count("select count(*) from users").await, 0);
}

/// OA-18: phones come back twice.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn coming_back_twice_is_no_error_and_no_second_account(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut browser = Browser::default();
    let url = browser.begin(&site, "oidc", "").await;
    let back = browser.at_provider(&url, "ada").await;
    let cookie = format!(
        "__Host-jobhax-sign-in={}",
        browser.cookie("__Host-jobhax-sign-in").expect("cookie")
    );
    let visit = || {
        let request = axum::http::Request::get(&back)
            .header("host", crate::site::HOST)
            .header("cookie", &cookie)
            .body(axum::body::Body::empty())
            .expect("request");
        site.send(request)
    };
    let (one, two) = tokio::join!(visit(), visit());
    assert_eq!(
        (one.status.as_u16(), two.status.as_u16()),
        (303, 303),
        "{} {}",
        one.text,
        two.text
    );
    assert_eq!(one.location(), two.location());
    assert_eq!(site.count("select count(*) from users").await, 1);
    assert_eq!(site.count("select count(*) from identities").await, 1);
}

/// AT-27, WB-10.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn it_leads_only_to_our_own_pages(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let board = Browser::default()
        .sign_in(&site, "ada")
        .await
        .location()
        .to_owned();
    let long = format!("/w/{}/board", "a".repeat(10_000));
    let import = board.replace("/board", "/import");
    for (next, expected) in [
        (import.as_str(), import.as_str()),
        ("//evil.example", &board),
        ("/\\evil.example", &board),
        ("\\\\evil.example", &board),
        ("/%09/evil.example", &board),
        ("/\t/evil.example", &board),
        ("/w/a/board\r\nlocation: https://evil.example", &board),
        ("////evil.example", &board),
        ("/.//evil.example", &board),
        ("/ok/../..//evil.example", &board),
        ("https:evil.example", &board),
        (" //evil.example", &board),
        ("https://jobs.example.org@evil.example/w/a/board", &board),
        ("javascript:alert(1)", &board),
        ("data:text/html,x", &board),
        ("%2F%2Fevil.example", &board),
        (&long, &board),
    ] {
        let mut browser = Browser::default();
        let body: String = std::iter::once("next=".to_owned())
            .chain(next.bytes().map(|b| format!("%{b:02X}")))
            .collect();
        let url = browser.begin(&site, "oidc", &body).await;
        let back = browser.at_provider(&url, "ada").await;
        let answer = browser
            .get(&site, &format!("{back}&next=https%3A%2F%2Fevil.example"))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.location()),
            (303, expected),
            "{next}"
        );
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn who_cancels_is_told_so_where_they_began(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut browser = Browser::default();
    let url = browser.begin(&site, "oidc", "").await;
    let back = browser.at_provider(&url, "ada").await;
    let state = parameter(&back, "state");
    let iss = parameter(&back, "iss");
    let answer = browser
        .get(
            &site,
            &format!("/auth/oidc/callback?error=access_denied&state={state}&iss={iss}"),
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
    let page = browser.get(&site, "/sign-in").await;
    assert!(page.text.contains("without confirming"), "{}", page.text);
}

/// A provider that is away is said to be, and the page still works.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_provider_that_is_away_is_no_fault_of_ours(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    drop(provider);
    let mut browser = Browser::default();
    let answer = browser.form(&site, "/auth/oidc", "").await;
    assert_eq!(answer.status, 502);
    assert!(answer.text.contains("does not answer"), "{}", answer.text);
    assert_eq!(browser.get(&site, "/sign-in").await.status, 200);
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";

/// CF-3: who signs in by a provider is in the log, is told by mail when it is from something new, and finds the browser
/// among what is signed in, as after a password.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn cf_3_a_sign_in_by_a_provider_is_told_like_any_other(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let log = Log::begin();
    let letters = async || {
        site.count("select count(*) from letter where kind = 'new_sign_in'")
            .await
    };
    let first = Browser::named(FIREFOX).sign_in(&site, "ada").await;
    assert_eq!(first.status, 303, "{}", first.text);
    assert_eq!((log.events(), letters().await), ("registered".to_owned(), 0));
    Browser::named(FIREFOX).sign_in(&site, "ada").await;
    assert_eq!((log.events(), letters().await), ("signed_in".to_owned(), 0));
    let mut other = Browser::named(SAFARI);
    other.sign_in(&site, "ada").await;
    assert_eq!((log.events(), letters().await), ("signed_in".to_owned(), 1));
    let told = "select count(*) from letter where agent like 'Safari%'";
    assert_eq!(site.count(told).await, 1);
    let known = "select count(*) from sessions where user_agent like '%Safari%'";
    assert_eq!(site.count(known).await, 1);
    // One that does not hold is a failure.
    let url = other.begin(&site, "oidc", "").await;
    let back = format!(
        "/auth/oidc/callback?code=guessed&state={}",
        parameter(&url, "state")
    );
    other.get(&site, &back).await;
    assert_eq!((log.events(), letters().await), ("sign_in_failed".to_owned(), 1));
}
