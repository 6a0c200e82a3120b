//! Mail from Gmail, as its API gives it. OA-14, OA-15, OB-13; AT-36; CF-1.

use crate::{
    double::Double,
    site::{Answer, HOST, Site},
};
use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::identities::Settings;
use sqlx::PgPool;
use std::path::Path;

pub const ME: &str = "GET /gmail/v1/users/me";

pub async fn site(pool: PgPool) -> (Double, Site, String) {
    let double = Double::start().await;
    let settings = Settings {
        google: Some(double.settings()),
        gmail_base_url: Some(double.url.clone()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    double.say(
        &format!("{ME}/profile"),
        200,
        json!({"emailAddress": "Ada@gmail.com", "historyId": "77"}),
    );
    let access = site.register("ada@inbox.example").await;
    (double, site, access)
}

pub fn list(double: &Double, page: Option<&str>, ids: &[&str], next: Option<&str>) {
    let ids: Vec<Value> = ids.iter().map(|id| json!({"id": id, "threadId": id})).collect();
    let mut body = json!({"messages": ids, "resultSizeEstimate": 9});
    if let Some(next) = next {
        body["nextPageToken"] = json!(next);
    }
    let what = page.map_or_else(
        || format!("{ME}/messages"),
        |page| format!("{ME}/messages#{page}"),
    );
    double.say(&what, 200, body);
}

pub fn message(double: &Double, id: &str, received_ms: i64, fixture: &str) {
    let mails = Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/tests/fixtures/mail");
    let raw = std::fs::read(mails.join(format!("{fixture}.eml"))).expect(fixture);
    let body = json!({"internalDate": received_ms.to_string(), "raw": URL_SAFE_NO_PAD.encode(raw)});
    double.say(&format!("{ME}/messages/{id}"), 200, body);
}

async fn connect(site: &Site, access: &str, body: Value) -> Answer {
    site.api(access, "POST", "/users/update_gmail_token", Some(body))
        .await
}

async fn sync(site: &Site, access: &str) -> Value {
    let answer = site.api(access, "POST", "/users/sync_user_emails", None).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()["data"].clone()
}

/// HT-6: a program that asks once more, because no answer came, fetches once.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_asked_again_with_the_same_key_nothing_is_fetched_again(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    list(&double, None, &[], None);
    connect(
        &site,
        &access,
        json!({"access_token": "ya29.x", "expires_in": 3599}),
    )
    .await;
    work(&site).await;
    let ask = async |key: &str| {
        let request = Request::post("/api/users/sync_user_emails")
            .header("host", HOST)
            .header("authorization", format!("Bearer {access}"))
            .header("idempotency-key", key);
        let answer = site.send(request.body(Body::empty()).expect("request")).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()["data"].clone()
    };
    let listed = || double.asked(&format!("{ME}/messages")).len();
    let before = listed();
    let first = ask("once").await;
    work(&site).await;
    assert_eq!((state(&site).await.as_str(), listed()), ("ok", before + 1));
    assert_eq!(ask("once").await, first);
    work(&site).await;
    assert_eq!((state(&site).await.as_str(), listed()), ("ok", before + 1));
    ask("once more").await;
    work(&site).await;
    assert_eq!(listed(), before + 2);
}

pub async fn work(site: &Site) {
    service::jobs::work_off(&site.services).await.expect("worked");
}

pub async fn state(site: &Site) -> String {
    sqlx::query_scalar("select state from mailbox where kind = 'gmail'")
        .fetch_one(&site.bench.owner)
        .await
        .expect("mailbox")
}

/// Two pages of four mails, newest first.
pub fn four(double: &Double) {
    list(double, None, &["m4", "m3"], Some("p2"));
    list(double, Some("p2"), &["m2", "m1"], None);
    message(double, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
    message(double, "m2", 1_768_300_000_000, "lever/receipt");
    message(double, "m3", 1_768_400_000_000, "linkedin/job-alert");
    message(double, "m4", 1_768_500_000_000, "linkedin/receipt-de");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn mail_becomes_applications_once(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    four(&double);
    let token = json!({"access_token": "ya29.canary", "refresh_token": "1//canary", "expires_in": 3599});
    let answer = connect(&site, &access, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mailbox = answer.json()["data"].clone();
    assert_eq!(
        (&mailbox["kind"], &mailbox["address"], &mailbox["state"]),
        (&json!("gmail"), &json!("ada@gmail.com"), &json!("syncing"))
    );
    // One queued job for a mailbox at most.
    for _ in 0..3 {
        assert_eq!(sync(&site, &access).await[0]["id"], mailbox["id"]);
    }
    assert_eq!(
        site.count("select count(*) from job where kind = 'sync_mailbox'")
            .await,
        1
    );
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    let asked = double.asked(&format!("{ME}/messages"));
    assert_eq!(asked.len(), 2);
    assert!(
        asked[0].query.contains("from%3A%28") && asked[0].authorization == "Bearer ya29.canary",
        "{asked:?}"
    );

    let apps = site
        .api(&access, "GET", "/jobapps/get_jobapps", None)
        .await
        .json();
    assert_eq!(apps["data"].as_array().map(Vec::len), Some(3), "{apps}");
    let id = apps["data"][0]["id"].as_str().expect("id");
    let history = site
        .api(
            &access,
            "GET",
            &format!("/jobapps/get_status_history?jobapp_id={id}"),
            None,
        )
        .await
        .json();
    assert_eq!(history["data"][0]["cause"], "mail");

    // The list, newest first, page by page.
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/users/get_user_google_emails?limit=3{cursor}");
        let page = site.api(&access, "GET", &path, None).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = page.json();
        seen.extend(page["data"].as_array().expect("mails").clone());
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 4);
    let times: Vec<&str> = seen
        .iter()
        .map(|m| m["sent_at"].as_str().expect("time"))
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    assert_eq!(
        seen.iter().filter(|m| m["jobapp_id"].is_null()).count(),
        1,
        "the alert made nothing"
    );

    // Again: it asks only for what is new, and nothing changes.
    sync(&site, &access).await;
    work(&site).await;
    let last = double.asked(&format!("{ME}/messages")).pop().expect("asked");
    assert!(
        last.query.contains(&format!("after%3A{}", 1_768_500_000 - 600)) || last.query.contains("pageToken"),
        "{}",
        last.query
    );
    assert_eq!(site.count("select count(*) from mail_message").await, 4);
    assert_eq!(site.count("select count(*) from job_application").await, 3);

    // OA-15, CF-1: tokens are nowhere to be read, and do not open elsewhere.
    let dump: String = sqlx::query_scalar("select string_agg(a::text, ' ') from mailbox_access a")
        .fetch_one(&site.bench.owner)
        .await
        .expect("rows");
    assert!(!dump.contains("canary") && !dump.contains("63616e617279"));
    // Others see nothing of it.
    let other = site.register("ben@inbox.example").await;
    let none = site
        .api(&other, "GET", "/users/get_user_google_emails", None)
        .await
        .json();
    assert_eq!(none["data"], json!([]));
    assert_eq!(sync(&site, &other).await, json!([]));
    // A cursor of another's is none.
    let path = format!("/users/get_user_google_emails?limit=3{cursor}");
    assert_eq!(site.api(&other, "GET", &path, None).await.status, 422);
    for path in ["?limit=0", "?limit=501", "?cursor=x", "?page=2"] {
        let answer = site
            .api(
                &access,
                "GET",
                &format!("/users/get_user_google_emails{path}"),
                None,
            )
            .await;
        assert_eq!(answer.status, 422, "{path}");
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn sealed_tokens_do_not_open_in_another_row(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    four(&double);
    connect(&site, &access, json!({"access_token": "ya29.one"})).await;
    double.say(
        &format!("{ME}/profile"),
        200,
        json!({"emailAddress": "second@gmail.com"}),
    );
    connect(&site, &access, json!({"access_token": "ya29.two"})).await;
    site.run(
        "update mailbox_access a set access_token = b.access_token from mailbox_access b where a.mailbox_id <> b.mailbox_id",
    )
    .await;
    work(&site).await;
    assert!(
        double.asked(&format!("{ME}/messages")).is_empty(),
        "a swapped token was used"
    );
}

/// AT-36, OA-14: rights that were not granted, and rights that were taken back.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn rights_that_are_missing_are_said_to_be(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    let profile = format!("{ME}/profile");
    let token = json!({"access_token": "ya29.x", "refresh_token": "1//x", "expires_in": 3599});
    let scope = json!({"error": {"code": 403, "errors": [{"reason": "insufficientPermissions"}], "status": "PERMISSION_DENIED"}});
    for (status, body) in [(401, json!({"error": {"code": 401}})), (403, scope.clone())] {
        double.say(&profile, status, body);
        let answer = connect(&site, &access, token.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (422, &json!("token_rejected"))
        );
    }
    for (status, body) in [
        (500, json!({})),
        (200, json!({"emailAddress": 5})),
        (200, json!({"emailAddress": "no address"})),
    ] {
        double.say(&profile, status, body);
        let answer = connect(&site, &access, token.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (502, &json!("provider_unavailable"))
        );
    }
    assert_eq!(site.count("select count(*) from mailbox").await, 0);
    for body in [
        json!({}),
        json!({"access_token": ""}),
        json!({"access_token": "a b"}),
        json!({"access_token": "a", "expires_in": -1}),
    ] {
        assert_eq!(connect(&site, &access, body).await.json()["code"], "invalid");
    }

    double.say(&profile, 200, json!({"emailAddress": "ada@gmail.com"}));
    four(&double);
    assert_eq!(connect(&site, &access, token.clone()).await.status, 200);
    double.say(&format!("{ME}/messages"), 403, scope);
    work(&site).await;
    assert_eq!(state(&site).await, "reconnect_required");
    assert_eq!(sync(&site, &access).await, json!([]), "there is nothing to try");
    work(&site).await;

    // Connected again; then the grant is taken back at Google.
    list(&double, None, &[], None);
    assert_eq!(connect(&site, &access, token).await.status, 200);
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    double.say(&format!("{ME}/messages"), 401, json!({}));
    double.say("POST /token", 400, json!({"error": "invalid_grant"}));
    sync(&site, &access).await;
    work(&site).await;
    assert_eq!(state(&site).await, "reconnect_required");
    assert_eq!(double.asked("POST /token").len(), 1, "asked once, not in a loop");
    assert_eq!(site.count("select count(*) from job").await, 0);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn access_is_renewed_when_it_ends(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    four(&double);
    connect(
        &site,
        &access,
        json!({"access_token": "old", "refresh_token": "1//r", "expires_in": 60}),
    )
    .await;
    double.say(
        "POST /token",
        200,
        json!({"access_token": "new", "expires_in": 3599, "token_type": "Bearer"}),
    );
    site.bench.clock.advance(chrono::TimeDelta::seconds(61));
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    let asked = double.asked("POST /token");
    assert!(asked[0].body.contains("grant_type=refresh_token") && asked[0].body.contains("1%2F%2Fr"));
    let uses = double.asked(&format!("{ME}/messages"));
    assert!(uses.iter().all(|a| a.authorization == "Bearer new"), "{uses:?}");
    // Without a refresh token it ends.
    double.say(
        &format!("{ME}/profile"),
        200,
        json!({"emailAddress": "other@gmail.com"}),
    );
    connect(&site, &access, json!({"access_token": "short", "expires_in": 60})).await;
    site.bench.clock.advance(chrono::TimeDelta::seconds(61));
    work(&site).await;
    assert_eq!(
        site.count(
            "select count(*) from mailbox where address = 'other@gmail.com' and state = 'reconnect_required'"
        )
        .await,
        1
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn gmail_is_waited_for_as_long_as_it_says(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    four(&double);
    connect(
        &site,
        &access,
        json!({"access_token": "t", "refresh_token": "r", "expires_in": 3599}),
    )
    .await;
    let quota = json!({"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}}).to_string();
    let page = json!({"messages": [{"id": "m1"}]}).to_string();
    double.says(
        &format!("{ME}/messages"),
        vec![
            (429, vec![("retry-after", "120".into())], String::new()),
            (403, vec![("retry-after", "300".into())], quota),
            (200, vec![], page),
        ],
    );
    for (tries, seconds) in [(1, 120), (2, 300)] {
        work(&site).await;
        assert_eq!(double.asked(&format!("{ME}/messages")).len(), tries);
        let wait: f64 = sqlx::query_scalar("select extract(epoch from run_at - now())::float8 from job")
            .fetch_one(&site.bench.owner)
            .await
            .expect("job");
        assert!((f64::from(seconds) - wait).abs() < 20.0, "{wait}");
        assert_eq!(state(&site).await, "syncing");
        site.run("update job set run_at = now()").await;
    }
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    assert_eq!(site.count("select count(*) from mail_message").await, 1);
}

/// OB-13.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_mad_gmail_ends_in_nothing(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    connect(
        &site,
        &access,
        json!({"access_token": "t", "refresh_token": "r", "expires_in": 3599}),
    )
    .await;
    for (status, body) in [
        (200, "<html>".to_owned()),
        (200, r#"{"messages":"none"}"#.into()),
        (200, r#"{"messages":[{"id":5}]}"#.into()),
        (
            200,
            format!(r#"{{"messages":[],"x":"{}"}}"#, "x".repeat(50_000_000)),
        ),
        (500, String::new()),
    ] {
        double.says(&format!("{ME}/messages"), vec![(status, vec![], body)]);
        work(&site).await;
        assert_eq!(state(&site).await, "syncing", "it is tried again");
        site.run("update job set run_at = now()").await;
    }
    // Given up; the mailbox is as it was.
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    // For the time being: it is tried again, less often than one that works, and at once when its person asks.
    let later = "select count(*) from job where run_at > now() + interval '14 minutes' and attempts = 6";
    assert_eq!(site.count(later).await, 1);
    let lists = || double.asked(&format!("{ME}/messages")).len();
    let (before, minutes) = (
        lists(),
        "select (extract(epoch from run_at - now()) / 60)::bigint from job",
    );
    for wait in [30, 60, 120, 240, 360, 360] {
        site.run("update job set run_at = now()").await;
        work(&site).await;
        assert_eq!(
            (site.count(minutes).await, state(&site).await.as_str()),
            (wait, "ok")
        );
    }
    assert_eq!(lists(), before + 6);

    // Mad messages are left out, the others read; a list that leads to itself ends.
    list(&double, None, &["gone", "mad", "m1"], Some("p2"));
    list(&double, Some("p2"), &["m2"], Some("p2"));
    message(&double, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
    message(&double, "m2", 1_768_300_000_000, "mime/nul-and-control");
    let mad = json!({"internalDate": "1768300000000", "raw": URL_SAFE_NO_PAD.encode([0_u8, 255, 10, 13])});
    double.say(&format!("{ME}/messages/mad"), 200, mad);
    sync(&site, &access).await;
    work(&site).await;
    assert_eq!(state(&site).await, "ok");
    assert_eq!(site.count("select count(*) from job_application").await, 2);
    assert_eq!(
        double
            .asked(&format!("{ME}/messages"))
            .iter()
            .filter(|a| a.query.contains("pageToken=p2"))
            .count(),
        1
    );
}

/// Nothing is fetched any more, and no work waits for it.
async fn rests(site: &Site, lists: impl Fn() -> usize) {
    let before = lists();
    work(site).await;
    let left = site.count("select count(*) from job").await;
    assert_eq!((lists(), left), (before, 0));
}

/// A connected mailbox is fetched from again and again: one piece of work for each, not all at the same moment, and none
/// any more where there is nothing to fetch from or nobody to fetch for.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_mailbox_is_fetched_from_by_itself(pool: PgPool) {
    let (double, site, access) = site(pool).await;
    list(&double, None, &[], None);
    let token = json!({"access_token": "ya29.x", "refresh_token": "1//x", "expires_in": 3599});
    connect(&site, &access, token.clone()).await;
    work(&site).await;
    let lists = || double.asked(&format!("{ME}/messages")).len();
    let seconds = "select extract(epoch from run_at - now())::bigint from job where lease_until is null";
    let mut waits = Vec::new();
    for round in 1..=6 {
        assert_eq!((lists(), state(&site).await.as_str()), (round, "ok"));
        waits.push(site.count(seconds).await);
        work(&site).await;
        assert_eq!(lists(), round, "not before it is time");
        site.run("update job set run_at = now()").await;
        if round == 3 {
            list(&double, None, &["m1"], None);
            message(&double, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
        }
        work(&site).await;
        let found = i64::from(round >= 3);
        assert_eq!(site.count("select count(*) from job_application").await, found);
    }
    let quarter = 15 * 60;
    for wait in &waits {
        assert!(
            (quarter * 89 / 100..=quarter * 111 / 100).contains(wait),
            "{waits:?}"
        );
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 3, "at the same moment each time: {waits:?}");
    // Asked for, it comes at once, and is still one.
    sync(&site, &access).await;
    assert_eq!(
        site.count("select count(*) from job where run_at <= now()").await,
        1
    );
    assert_eq!(site.count("select count(*) from job").await, 1);
    work(&site).await;
    assert_eq!(site.count("select count(*) from job").await, 1);

    // Whose role brings no mail in any more.
    site.run("update memberships set role = 'coach'; update job set run_at = now()")
        .await;
    rests(&site, &lists).await;
    site.run("update memberships set role = 'owner'").await;
    // Disconnected.
    connect(&site, &access, token).await;
    work(&site).await;
    site.run("delete from mailbox_access; update job set run_at = now()")
        .await;
    rests(&site, &lists).await;
}
