//! Error responses do not reveal implementation details, and only contain data of their own request.

use crate::support::{
    TestResponse, TestServer, fixtures,
    operations::{Operation, call},
};
use serde_json::json;
use sqlx::{Connection as _, PgPool};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const ADD: &str = "/jobapps/add_jobapp";

/// Words that would reveal implementation details.
const INTERNAL_WORDS: &[&str] = &[
    "sql",
    "postgres",
    "relation",
    "constraint",
    "duplicate",
    "violat",
    "lock",
    "deadlock",
    "panicked",
    ".rs",
    "src/",
    "job_application",
    "application_event",
    "serde",
    "axum",
    "42p01",
    "23505",
    "55p03",
];

fn assert_reveals_nothing(response: &TestResponse) {
    let body = response.text.to_lowercase();
    for word in INTERNAL_WORDS {
        assert!(!body.contains(word), "{word} in {body}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_errors_are_not_revealed(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let input = json!({"job_title": "Baker", "company": "Fernway"});
    for (break_it, repair_it) in [
        (
            "alter table job_applications add constraint broken check (company <> 'Fernway')",
            "alter table job_applications drop constraint broken",
        ),
        (
            "alter table job_applications add column broken int not null",
            "alter table job_applications drop column broken",
        ),
        (
            "alter table application_events rename to elsewhere",
            "alter table elsewhere rename to application_events",
        ),
        (
            "revoke insert on application_events from jobhax_app",
            "grant insert on application_events to jobhax_app",
        ),
        (
            "alter table application_events add constraint broken foreign key (tenant_id) references users",
            "alter table application_events drop constraint broken",
        ),
    ] {
        server.execute(break_it).await;
        let response = ada.post(ADD, input.clone()).await;
        assert_reveals_nothing(&response);
        assert_eq!(response.expect_problem(500), "internal", "{break_it}");
        server.execute(repair_it).await;
    }
    // A unique violation in the database.
    server
        .execute("create unique index broken on job_applications (tenant_id)")
        .await;
    ada.add_application(input.clone()).await;
    let response = ada.post(ADD, input).await;
    assert_reveals_nothing(&response);
    assert_eq!(response.expect_problem(500), "internal");
}

/// A lock timeout results in 503 and leaves no waiting lock request behind.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn lock_timeout_is_reported_as_unavailable(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut lock = server.lock_table("application_events").await;
    let start = Instant::now();
    let input = json!({"job_title": "Baker", "company": "Fernway"});
    let response = ada.post(ADD, input.clone()).await;
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_reveals_nothing(&response);
    assert_eq!(response.header("retry-after"), "2");
    assert_eq!(response.expect_problem(503), "unavailable");
    let waiting: i64 = sqlx::query_scalar("select count(*) from pg_locks where not granted")
        .fetch_one(&mut lock)
        .await
        .expect("locks");
    assert_eq!(waiting, 0);
    lock.close().await.expect("unlocked");
    ada.add_application(input).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ambiguous_json_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let with_tags = |value: &str| format!(r#"{{"job_title":"a","company":"b","tags":{value}}}"#);
    let with_minimum = |min: &str| {
        format!(
            r#"{{"job_title":"a","company":"b","salary":{{"min":{min},"currency":"EUR","period":"day"}}}}"#
        )
    };
    for (body, status) in [
        (
            r#"{"job_title":"a","job_title":"b","company":"c"}"#.to_owned(),
            422,
        ),
        (r#"{"job_title":NaN,"company":"b"}"#.to_owned(), 400),
        (with_minimum("1e400"), 400),
        (with_minimum("1e30"), 422),
        (with_minimum("-0"), 422),
        (r#"{"job_title":"\ud800","company":"b"}"#.to_owned(), 400),
        (r#"{"job_title":"a\u0000","company":"b"}"#.to_owned(), 422),
        ("\u{feff}{}".to_owned(), 400),
        (r#"{"job_title":"a","company":"b"} {}"#.to_owned(), 400),
        (r#"{"job_title":"a","company":"b"}x"#.to_owned(), 400),
        (r"{'job_title':'a'}".to_owned(), 400),
        (r#"{"job_title":"a","company":"b",}"#.to_owned(), 400),
        ("null".to_owned(), 422),
        ("[]".to_owned(), 422),
        (with_tags(&nested(200)), 422),
        (with_tags(&nested(100_000)), 422),
    ] {
        let response = ada.post_raw(ADD, "application/json", body.clone()).await;
        let excerpt: String = body.chars().take(80).collect();
        assert_eq!(response.status.as_u16(), status, "{excerpt}: {}", response.text);
        assert_reveals_nothing(&response);
    }
    let latin1 = ada
        .post_raw(ADD, "application/json", b"{\"job_title\":\"\xfc\"}".to_vec())
        .await;
    assert_eq!(latin1.expect_problem(400), "malformed");
    assert_eq!(server.count("select count(*) from job_applications").await, 0);
}

/// Bodies are never decompressed, which rules out decompression bombs.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn compressed_bodies_are_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let request = ada
        .request("POST", ADD)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let response = ada.send(request.body(gzip.into()).expect("request")).await;
    assert_eq!(response.expect_problem(415), "unsupported_media_type");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_errors_are_about_their_own_request(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut requests = JoinSet::new();
    for n in 0..64 {
        let ada = ada.clone();
        requests.spawn(async move {
            let mut body = json!({"job_title": "Baker", "company": "Fernway"});
            body[format!("canary_{n}_")] = json!(1);
            (n, ada.post(ADD, body).await.expect_status(422))
        });
    }
    for (n, body) in requests.join_all().await {
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        assert_eq!(body["errors"][0]["field"], format!("canary_{n}_"));
        assert_eq!(body.to_string().matches("canary_").count(), 1, "{body}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn hostile_text_reveals_nothing_in_any_operation(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    for operation in Operation::all() {
        for hostile in [
            "'; drop table users; --",
            "\\",
            "%",
            "{{7*7}}",
            "../../etc/passwd",
            "\u{202e}",
        ] {
            let mut input = operation.valid_input(&ada.ids);
            for value in input
                .body
                .iter_mut()
                .flat_map(serde_json::Map::values_mut)
                .filter(|v| v.is_string())
            {
                *value = json!(hostile);
            }
            let response = call(&ada.client, &operation, &input).await;
            let text = response.text.to_lowercase();
            for word in [
                "sqlx",
                "postgres",
                "sqlstate",
                "constraint",
                "relation",
                "panicked",
                ".rs:",
                "serde",
                "/home/",
                "/root/",
            ] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }
}
