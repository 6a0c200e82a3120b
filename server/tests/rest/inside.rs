//! HT-1, HT-2, HT-10: whatever happens inside, outside there is a problem document without a word about it.

use crate::client::{Answer, Api};
use serde_json::json;
use sqlx::{Connection as _, PgPool};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Words that only somebody who knows the inside would use.
const INSIDE: &[&str] = &[
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

fn tells_nothing(answer: &Answer) {
    let body = answer.body.to_string().to_lowercase();
    for word in INSIDE {
        assert!(!body.contains(word), "{word} in {body}");
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_2_what_the_database_refuses_stays_inside(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let input = json!({"job_title": "Baker", "company": "Fernway"});
    let run = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(&api.bench.owner).await.expect(sql);
    };
    for (breaking, mending) in [
        (
            "alter table job_application add constraint broken check (company <> 'Fernway')",
            "alter table job_application drop constraint broken",
        ),
        (
            "alter table job_application add column broken int not null",
            "alter table job_application drop column broken",
        ),
        (
            "alter table application_event rename to elsewhere",
            "alter table elsewhere rename to application_event",
        ),
        (
            "revoke insert on application_event from jobhax_app",
            "grant insert on application_event to jobhax_app",
        ),
        (
            "alter table application_event add constraint broken foreign key (tenant_id) references users",
            "alter table application_event drop constraint broken",
        ),
    ] {
        run(breaking).await;
        let answer = api.post(&token, "/jobapps/add_jobapp", input.clone()).await;
        tells_nothing(&answer);
        assert_eq!(answer.problem(500), "internal", "{breaking}");
        run(mending).await;
    }
    // A second one of what there may be one of.
    run("create unique index broken on job_application (tenant_id)").await;
    api.add(&token, input.clone()).await;
    let answer = api.post(&token, "/jobapps/add_jobapp", input).await;
    tells_nothing(&answer);
    assert_eq!(answer.problem(500), "internal");
}

/// RL-4: what waits for a lock gives up, says so, and holds nothing afterwards.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn rl_4_nobody_waits_for_ever(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let mut held = api.hold("application_event").await;
    let began = Instant::now();
    let input = json!({"job_title": "Baker", "company": "Fernway"});
    let answer = api.post(&token, "/jobapps/add_jobapp", input.clone()).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    tells_nothing(&answer);
    assert_eq!(answer.headers["retry-after"], "2");
    assert_eq!(answer.problem(503), "unavailable");
    let waiting: i64 = sqlx::query_scalar("select count(*) from pg_locks where not granted")
        .fetch_one(&mut held)
        .await
        .expect("locks");
    assert_eq!(waiting, 0);
    held.close().await.expect("let go");
    api.add(&token, input).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_10_strange_json_is_refused(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let field = |value: &str| format!(r#"{{"job_title":"a","company":"b","tags":{value}}}"#);
    for (body, status) in [
        (
            r#"{"job_title":"a","job_title":"b","company":"c"}"#.to_owned(),
            422,
        ),
        (r#"{"job_title":NaN,"company":"b"}"#.to_owned(), 400),
        (
            r#"{"job_title":"a","company":"b","salary":{"min":1e400,"currency":"EUR","period":"day"}}"#
                .to_owned(),
            400,
        ),
        (
            r#"{"job_title":"a","company":"b","salary":{"min":1e30,"currency":"EUR","period":"day"}}"#
                .to_owned(),
            422,
        ),
        (
            r#"{"job_title":"a","company":"b","salary":{"min":-0,"currency":"EUR","period":"day"}}"#
                .to_owned(),
            422,
        ),
        (r#"{"job_title":"\ud800","company":"b"}"#.to_owned(), 400),
        (r#"{"job_title":"a\u0000","company":"b"}"#.to_owned(), 422),
        ("\u{feff}{}".to_owned(), 400),
        (r#"{"job_title":"a","company":"b"} {}"#.to_owned(), 400),
        (r#"{"job_title":"a","company":"b"}x"#.to_owned(), 400),
        (r"{'job_title':'a'}".to_owned(), 400),
        (r#"{"job_title":"a","company":"b",}"#.to_owned(), 400),
        ("null".to_owned(), 422),
        ("[]".to_owned(), 422),
        (field(&deep(200)), 422),
        (field(&deep(100_000)), 422),
    ] {
        let answer = api
            .post_text(&token, "/jobapps/add_jobapp", "application/json", body.clone())
            .await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.body);
        tells_nothing(&answer);
    }
    let latin = api
        .post_text(
            &token,
            "/jobapps/add_jobapp",
            "application/json",
            b"{\"job_title\":\"\xfc\"}".to_vec(),
        )
        .await;
    assert_eq!(latin.problem(400), "malformed");
    let rows: i64 = sqlx::query_scalar("select count(*) from job_application")
        .fetch_one(&api.bench.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 0);
}

/// RL-6: what is packed is not unpacked, so it cannot swell.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn rl_6_a_packed_body_is_no_json(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let packed = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let request = axum::http::Request::post("/api/jobapps/add_jobapp")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let answer = api
        .send(request.body(packed.to_vec().into()).expect("request"))
        .await;
    assert_eq!(answer.problem(400), "malformed");
}

/// HT-3: failures at the same time do not speak of one another.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_3_each_failure_is_about_its_own_request(pool: PgPool) {
    let api = Arc::new(Api::new(pool));
    let token = api.person("ada").await;
    let mut failing = JoinSet::new();
    for n in 0..64 {
        let (api, token) = (api.clone(), token.clone());
        failing.spawn(async move {
            let mut body = json!({"job_title": "Baker", "company": "Fernway"});
            body[format!("canary_{n}_")] = json!(1);
            let answer = api.post(&token, "/jobapps/add_jobapp", body).await;
            (n, answer.with(422))
        });
    }
    for (n, body) in failing.join_all().await {
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        assert_eq!(body["errors"][0]["field"], format!("canary_{n}_"));
        assert_eq!(body.to_string().matches("canary_").count(), 1, "{body}");
    }
}
