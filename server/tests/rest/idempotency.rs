//! HT-6: asked again with the same Idempotency-Key, the first answer and one effect.

use crate::{
    client::{Answer, Api},
    contract::resolved,
    operations::{FILE, Operation},
    scene::{self, stored},
};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::idempotency;
use sqlx::{Connection as _, PgPool};
use std::sync::Arc;
use tokio::task::JoinSet;

const ADD: &str = "/jobapps/add_jobapp";

async fn keyed(api: &Api, token: &str, path: &str, keys: &[&[u8]], body: &Value) -> Answer {
    raw(api, token, path, keys, "application/json", body.to_string()).await
}

async fn raw(
    api: &Api,
    token: &str,
    path: &str,
    keys: &[&[u8]],
    kind: &str,
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::post(format!("/api{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", kind);
    for key in keys {
        request = request.header("idempotency-key", *key);
    }
    api.send(request.body(body.into()).expect("request")).await
}

fn replayed(answer: &Answer) -> bool {
    answer
        .headers
        .get("idempotency-replayed")
        .is_some_and(|v| v == "true")
}

fn job(title: &str) -> Value {
    json!({"job_title": title, "company": "Fernway"})
}

async fn count(api: &Api, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(&api.bench.owner)
        .await
        .expect("a number")
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_the_same_again_gets_the_first_answer(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let first = keyed(&api, &ada, ADD, &[b"k-1"], &job("Baker")).await;
    assert!(!replayed(&first));
    let first = first.with(201);
    api.bench.clock.advance(TimeDelta::minutes(5));
    let again = keyed(&api, &ada, ADD, &[b"k-1"], &job("Baker")).await;
    assert!(replayed(&again));
    assert_eq!(again.with(201), first);
    // Another key, or none, is another application.
    for keys in [&[b"k-2".as_slice()][..], &[]] {
        let other = keyed(&api, &ada, ADD, keys, &job("Baker")).await;
        assert!(!replayed(&other));
        assert_ne!(other.with(201), first);
    }
    assert_eq!(count(&api, "job_application").await, 3);
    assert_eq!(count(&api, "application_event").await, 3);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_another_body_is_refused(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let made = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await.with(201);
    for body in [
        job("Miller").to_string(),
        job("Baker").to_string() + " ",
        "{".into(),
    ] {
        let other = raw(&api, &ada, ADD, &[b"k"], "application/json", body).await;
        assert!(!replayed(&other));
        assert_eq!(other.problem(422), "idempotency_key_reused");
    }
    // On another endpoint it is another key.
    let note = json!({"jobapp_id": made["data"]["id"], "description": "Called."});
    let first = keyed(&api, &ada, "/jobapps/add_jobapp_note", &[b"k"], &note).await;
    let again = keyed(&api, &ada, "/jobapps/add_jobapp_note", &[b"k"], &note).await;
    assert!(!replayed(&first) && replayed(&again));
    assert_eq!(first.with(201), again.with(201));
    assert_eq!(
        (count(&api, "job_application").await, count(&api, "note").await),
        (1, 1)
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_the_key_of_another_person_is_another_key(pool: PgPool) {
    let api = Api::new(pool);
    let (ada, ben) = (api.person("ada").await, api.person("ben").await);
    let hers = keyed(&api, &ada, ADD, &[b"k"], &job("CANARY")).await.with(201);
    let his = keyed(&api, &ben, ADD, &[b"k"], &job("CANARY")).await;
    assert!(!replayed(&his));
    assert_ne!(his.with(201)["data"]["id"], hers["data"]["id"]);
    let his = keyed(&api, &ben, ADD, &[b"k"], &job("Another")).await;
    assert_eq!(his.problem(422), "idempotency_key_reused");
}

/// Refusals that the same request would get again are kept; a key is not used up by what may pass.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_refusals_are_kept_too(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let stage = json!({"job_title": "Baker", "company": "Fernway", "status_id": uuid::Uuid::from_u128(9)});
    let typo = json!({"job_title": "Baker", "company": "Fernway", "colour": "red"});
    for (key, body, status) in [
        (b"a", json!({"job_title": "", "company": "Fernway"}), 422),
        (b"b", stage, 404),
        (b"c", typo, 422),
    ] {
        let first = keyed(&api, &ada, ADD, &[key], &body).await;
        let again = keyed(&api, &ada, ADD, &[key], &body).await;
        assert!(!replayed(&first) && replayed(&again), "{body}");
        assert_eq!(first.with(status), again.with(status));
        let corrected = keyed(&api, &ada, ADD, &[key], &job("Baker")).await;
        assert_eq!(corrected.problem(422), "idempotency_key_reused");
    }
    // A refusal from within a transaction, many times: the transaction has to be over before its refusal can be kept.
    for round in 0..20_u128 {
        let missing = json!({"jobapp_id": uuid::Uuid::from_u128(round), "description": "Called."});
        let (key, path) = (round.to_string(), "/jobapps/add_jobapp_note");
        let first = keyed(&api, &ada, path, &[key.as_bytes()], &missing).await;
        let again = keyed(&api, &ada, path, &[key.as_bytes()], &missing).await;
        assert!(!replayed(&first) && replayed(&again), "{round}");
        assert_eq!(first.with(404), again.with(404));
    }
    let unread = raw(&api, &ada, ADD, &[b"d"], "text/plain", "x").await;
    assert_eq!(unread.problem(415), "unsupported_media_type");
    let nobody = keyed(&api, "x", ADD, &[b"d"], &job("Baker")).await;
    assert_eq!(nobody.problem(401), "unauthorized");
    keyed(&api, &ada, ADD, &[b"d"], &job("Baker")).await.with(201);
    assert_eq!(count(&api, "job_application").await, 1);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_a_key_has_one_to_255_printable_characters(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let longest = [b'k'; 255];
    let longer = [b'k'; 256];
    let wrong: [&[&[u8]]; 4] = [&[b""], &[&longer], &["schlüssel".as_bytes()], &[b"a", b"b"]];
    for keys in wrong {
        let answer = keyed(&api, &ada, ADD, keys, &job("Baker")).await;
        assert_eq!(answer.fields(), ["Idempotency-Key"]);
    }
    keyed(&api, &ada, ADD, &[&longest], &job("Baker")).await.with(201);
}

/// An endpoint that makes nothing does not look at the key.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_key_says_nothing_where_nothing_is_made(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let made = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await.with(201);
    let delete = json!({"jobapp_id": made["data"]["id"]});
    let path = "/jobapps/delete_jobapp";
    keyed(&api, &ada, path, &[b"k"], &delete).await.with(204);
    let again = keyed(&api, &ada, path, &[b"k"], &delete).await;
    assert_eq!(again.problem(404), "not_found");
    assert_eq!(count(&api, "idempotency_key").await, 1);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_fifty_at_once_make_one(pool: PgPool) {
    let api = Arc::new(Api::new(pool));
    let ada = api.person("ada").await;
    let mut tries = JoinSet::new();
    for _ in 0..50 {
        let (api, ada) = (api.clone(), ada.clone());
        tries.spawn(async move { keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await });
    }
    let mut firsts = 0;
    let mut ids = Vec::new();
    while let Some(answer) = tries.join_next().await {
        let answer = answer.expect("an answer");
        if answer.status == 409 {
            assert_eq!(answer.headers["retry-after"], "1");
            assert_eq!(answer.problem(409), "idempotency_key_in_use");
            continue;
        }
        firsts += usize::from(!replayed(&answer));
        ids.push(answer.with(201)["data"]["id"].clone());
    }
    ids.dedup();
    assert_eq!((firsts, ids.len()), (1, 1));
    assert_eq!(count(&api, "job_application").await, 1);
    assert_eq!(count(&api, "application_event").await, 1);
    let late = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await;
    assert_eq!(late.with(201)["data"]["id"], ids[0]);
}

/// While a key is claimed the answer is 409; what claims it is a transaction, so a claim never outlives its server.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_while_it_is_under_way_it_is_409(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    // Somebody else's transaction holds the row that the first request has to wait for.
    let mut held = api.hold("application_event").await;
    let api = Arc::new(api);
    let first = {
        let (api, ada) = (api.clone(), ada.clone());
        tokio::spawn(async move { keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await })
    };
    let claimed = "select count(*) from pg_locks where locktype = 'advisory' and granted and database = \
                   (select oid from pg_database where datname = current_database())";
    loop {
        let claims: i64 = sqlx::query_scalar(claimed)
            .fetch_one(&mut held)
            .await
            .expect("locks");
        if claims > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let second = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await;
    assert_eq!(second.problem(409), "idempotency_key_in_use");
    held.close().await.expect("let go");
    let first = first.await.expect("joined").with(201);
    let third = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await;
    assert!(replayed(&third));
    assert_eq!(third.with(201), first);
}

/// When the answer cannot be kept there is no effect either.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_effect_and_answer_come_together_or_not_at_all(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let break_it = "alter table idempotency_key add constraint broken check (not made) not valid";
    sqlx::raw_sql(break_it)
        .execute(&api.bench.owner)
        .await
        .expect("broken");
    let failed = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await;
    assert_eq!(failed.problem(500), "internal");
    assert_eq!(count(&api, "job_application").await, 0);
    // 5xx is not kept: the same key works once the fault is gone.
    sqlx::raw_sql("alter table idempotency_key drop constraint broken")
        .execute(&api.bench.owner)
        .await
        .expect("mended");
    let made = keyed(&api, &ada, ADD, &[b"k"], &job("Baker")).await;
    assert!(!replayed(&made));
    made.with(201);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_a_key_is_forgotten_after_a_day(pool: PgPool) {
    let api = Api::new(pool);
    keyed(&api, &api.person("ada").await, ADD, &[b"k"], &job("Baker"))
        .await
        .with(201);
    api.bench.clock.advance(TimeDelta::hours(24));
    let body = json!({"email": "ada@example.org", "password": service::testing::PASSWORD});
    let login = api.post("", "/users/login", body).await.with(200);
    let ada = login["data"]["access_token"].as_str().expect("token");
    let later = keyed(&api, ada, ADD, &[b"k"], &job("Baker")).await;
    assert!(!replayed(&later));
    later.with(201);

    // The sweep goes by the clock of the database, and reaches only what has expired.
    assert_eq!(count(&api, "idempotency_key").await, 1);
    for (expires, left) in [
        ("now() + interval '1 minute'", 1),
        ("now() - interval '1 minute'", 0),
    ] {
        let set = format!("update idempotency_key set expires_at = {expires}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(set))
            .execute(&api.bench.owner)
            .await
            .expect("set");
        idempotency::sweep(&api.bench.services).await.expect("swept");
        assert_eq!(count(&api, "idempotency_key").await, left);
    }
}

/// Uploads are compared by their files: the boundary of a form is another one each time.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_an_upload_again_is_the_same_import(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let upload = async |boundary: &str, file: &str, content: &str| {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n{content}\r\n--{boundary}--\r\n"
        );
        raw(&api, &ada, "/mail/import_mails", &[b"k"], &kind, body).await
    };
    let first = upload("aaa", "a.eml", "Subject: x\r\n\r\nHello").await.with(202);
    let again = upload("bbb", "a.eml", "Subject: x\r\n\r\nHello").await;
    assert!(replayed(&again));
    assert_eq!(again.with(202), first);
    for (file, content) in [
        ("b.eml", "Subject: x\r\n\r\nHello"),
        ("a.eml", "Subject: y\r\n\r\nHello"),
    ] {
        let other = upload("aaa", file, content).await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
    }
    assert_eq!(
        (
            count(&api, "mail_import").await,
            count(&api, "job where kind = 'import_mail'").await
        ),
        (1, 1)
    );
    let folders = std::fs::read_dir(api.bench.data_dir().join("uploads")).expect("uploads");
    let of_this: Vec<_> = folders
        .flatten()
        .filter(|f| f.file_name().to_str() == first["data"]["id"].as_str())
        .collect();
    assert_eq!(of_this.len(), 1);
}

/// HT-6: what makes something, or begins work, says so by 201 or 202, and takes a key. What is left sets what is so
/// already or takes something away: again is as good as once. Where no caller is taken there is nobody whose key it is.
#[test]
fn ht_6_what_makes_something_takes_a_key() {
    let mut taking = 0;
    for operation in Operation::all() {
        let path = operation.path;
        let responses = operation.spec["responses"].as_object().expect("responses");
        let makes = ["201", "202"]
            .iter()
            .any(|status| responses.contains_key(*status));
        let wanted = operation.method == "post" && operation.is_secured() && makes;
        assert_eq!(takes_a_key(&operation), wanted, "{path}");
        if !wanted {
            continue;
        }
        taking += 1;
        for (status, code) in [
            ("409", "idempotency_key_in_use"),
            ("422", "idempotency_key_reused"),
        ] {
            let described = resolved(&responses[status]).to_string();
            assert!(described.contains(code), "{path} does not speak of {code}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
            let headers = &resolved(response)["headers"];
            assert!(headers["Idempotency-Replayed"].is_object(), "{status} of {path}");
        }
    }
    assert!(taking >= 4, "{taking} take a key");
}

fn takes_a_key(operation: &Operation) -> bool {
    let parameters = operation.spec["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .any(|p| p["in"] == "header" && p["name"] == "Idempotency-Key")
}

/// HT-6: and each that takes one honours it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_6_every_key_that_is_taken_is_honoured(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    for operation in Operation::all().filter(takes_a_key) {
        let path = operation.path.trim_start_matches("/api");
        let (kind, body) = match operation.good(&ada.ids).body {
            Some(body) => ("application/json", json!(body).to_string()),
            None if operation.takes_files() => ("multipart/form-data; boundary=XyZ", FILE.to_owned()),
            None => ("application/json", "{}".to_owned()),
        };
        let ask = |body: String| raw(&api, &ada.token, path, &[b"once"], kind, body);
        let first = ask(body.clone()).await;
        assert!(first.status.is_success() && !replayed(&first), "{path}");
        let before = stored(&api).await;
        let again = ask(body.clone()).await;
        assert!(replayed(&again), "{path}");
        assert_eq!((again.status, &again.body), (first.status, &first.body), "{path}");
        let other = ask(body.replace("Subject: x", "Subject: y") + " ").await;
        assert_eq!(other.problem(422), "idempotency_key_reused", "{path}");
        assert_eq!(stored(&api).await, before, "{path}");
    }
}
