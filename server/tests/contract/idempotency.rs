//! `Idempotency-Key`: a repeated request gets the stored response and has no second effect.

use crate::support::{
    TestClient, TestResponse, TestServer, fixtures,
    openapi::resolve,
    operations::{MULTIPART, Operation},
};
use axum::body::Body;
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::idempotency;
use sqlx::{Connection as _, PgPool};
use tokio::task::JoinSet;

const ADD: &str = "/jobapps/add_jobapp";

async fn post_with_keys(client: &TestClient, path: &str, keys: &[&[u8]], body: &Value) -> TestResponse {
    post_raw_with_keys(client, path, keys, "application/json", body.to_string()).await
}

async fn post_raw_with_keys(
    client: &TestClient,
    path: &str,
    keys: &[&[u8]],
    content_type: &str,
    body: impl Into<Body>,
) -> TestResponse {
    let mut request = client.request("POST", path).header("content-type", content_type);
    for key in keys {
        request = request.header("idempotency-key", *key);
    }
    client.send(request.body(body.into()).expect("request")).await
}

/// Whether the response is a stored one.
fn is_replay(response: &TestResponse) -> bool {
    response.header("idempotency-replayed") == "true"
}

fn application(title: &str) -> Value {
    json!({"job_title": title, "company": "Fernway"})
}

async fn row_count(server: &TestServer, table: &str) -> i64 {
    server.count(&format!("select count(*) from {table}")).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_request_gets_the_first_response(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = post_with_keys(&ada, ADD, &[b"k-1"], &application("Baker")).await;
    assert!(!is_replay(&first));
    let first = first.expect_status(201);
    server.advance_clock(TimeDelta::minutes(5));
    let again = post_with_keys(&ada, ADD, &[b"k-1"], &application("Baker")).await;
    assert!(is_replay(&again));
    assert_eq!(again.expect_status(201), first);
    // With another key, or without one, a new application is added.
    for keys in [&[b"k-2".as_slice()][..], &[]] {
        let other = post_with_keys(&ada, ADD, keys, &application("Baker")).await;
        assert!(!is_replay(&other));
        assert_ne!(other.expect_status(201), first);
    }
    assert_eq!(row_count(&server, "job_applications").await, 3);
    assert_eq!(row_count(&server, "application_events").await, 3);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reusing_a_key_for_another_body_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    let first = first.expect_status(201);
    for body in [
        application("Miller").to_string(),
        application("Baker").to_string() + " ",
        "{".into(),
    ] {
        let other = post_raw_with_keys(&ada, ADD, &[b"k"], "application/json", body).await;
        assert!(!is_replay(&other));
        assert_eq!(other.expect_problem(422), "idempotency_key_reused");
    }
    // Keys of different operations are independent.
    let path = "/jobapps/add_jobapp_note";
    let note = json!({"jobapp_id": first["data"]["id"], "description": "Called."});
    let first = post_with_keys(&ada, path, &[b"k"], &note).await;
    let again = post_with_keys(&ada, path, &[b"k"], &note).await;
    assert!(!is_replay(&first) && is_replay(&again));
    assert_eq!(first.expect_status(201), again.expect_status(201));
    assert_eq!(row_count(&server, "job_applications").await, 1);
    assert_eq!(row_count(&server, "notes").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn keys_of_different_users_are_independent(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let of_ada = post_with_keys(&ada, ADD, &[b"k"], &application("CANARY")).await;
    let of_ada = of_ada.expect_status(201);
    let of_ben = post_with_keys(&ben, ADD, &[b"k"], &application("CANARY")).await;
    assert!(!is_replay(&of_ben));
    assert_ne!(of_ben.expect_status(201)["data"]["id"], of_ada["data"]["id"]);
    let of_ben = post_with_keys(&ben, ADD, &[b"k"], &application("Another")).await;
    assert_eq!(of_ben.expect_problem(422), "idempotency_key_reused");
}

/// Errors that the same request would get again are stored. Temporary errors do not use up the key.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn permanent_errors_are_stored(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let unknown_stage =
        json!({"job_title": "Baker", "company": "Fernway", "status_id": uuid::Uuid::from_u128(9)});
    let unknown_field = json!({"job_title": "Baker", "company": "Fernway", "colour": "red"});
    for (key, body, status) in [
        (b"a", json!({"job_title": "", "company": "Fernway"}), 422),
        (b"b", unknown_stage, 404),
        (b"c", unknown_field, 422),
    ] {
        let first = post_with_keys(&ada, ADD, &[key], &body).await;
        let again = post_with_keys(&ada, ADD, &[key], &body).await;
        assert!(!is_replay(&first) && is_replay(&again), "{body}");
        assert_eq!(first.comparable(), again.comparable());
        assert_eq!(first.status, status);
        let corrected = post_with_keys(&ada, ADD, &[key], &application("Baker")).await;
        assert_eq!(corrected.expect_problem(422), "idempotency_key_reused");
    }
    // Errors from within a transaction, which must have ended before the error is stored. Repeated, because a race between the two would
    // only show occasionally.
    for round in 0..20_u128 {
        let missing = json!({"jobapp_id": uuid::Uuid::from_u128(round), "description": "Called."});
        let (key, path) = (round.to_string(), "/jobapps/add_jobapp_note");
        let first = post_with_keys(&ada, path, &[key.as_bytes()], &missing).await;
        let again = post_with_keys(&ada, path, &[key.as_bytes()], &missing).await;
        assert!(!is_replay(&first) && is_replay(&again), "{round}");
        assert_eq!(first.comparable(), again.comparable());
        assert_eq!(first.status, 404);
    }
    let wrong_type = post_raw_with_keys(&ada, ADD, &[b"d"], "text/plain", "x").await;
    assert_eq!(wrong_type.expect_problem(415), "unsupported_media_type");
    let unauthenticated = post_with_keys(&server.client("x"), ADD, &[b"d"], &application("Baker")).await;
    assert_eq!(unauthenticated.expect_problem(401), "unauthorized");
    let succeeds = post_with_keys(&ada, ADD, &[b"d"], &application("Baker")).await;
    succeeds.expect_status(201);
    assert_eq!(row_count(&server, "job_applications").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_has_1_to_255_printable_characters(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let longest = [b'k'; 255];
    let too_long = [b'k'; 256];
    let invalid: [&[&[u8]]; 4] = [&[b""], &[&too_long], &["schlüssel".as_bytes()], &[b"a", b"b"]];
    for keys in invalid {
        let response = post_with_keys(&ada, ADD, keys, &application("Baker")).await;
        assert_eq!(response.invalid_fields(), ["Idempotency-Key"]);
    }
    let valid = post_with_keys(&ada, ADD, &[&longest], &application("Baker")).await;
    valid.expect_status(201);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_is_ignored_by_operations_that_create_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let added = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    let delete = json!({"jobapp_id": added.expect_status(201)["data"]["id"]});
    let path = "/jobapps/delete_jobapp";
    let first = post_with_keys(&ada, path, &[b"k"], &delete).await;
    first.expect_status(204);
    let again = post_with_keys(&ada, path, &[b"k"], &delete).await;
    assert_eq!(again.expect_problem(404), "not_found");
    assert_eq!(row_count(&server, "idempotency_keys").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_requests_with_one_key_create_one_application(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut attempts = JoinSet::new();
    for _ in 0..50 {
        let ada = ada.clone();
        attempts.spawn(async move { post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await });
    }
    let mut originals = 0;
    let mut ids = Vec::new();
    for response in attempts.join_all().await {
        if response.status == 409 {
            assert_eq!(response.header("retry-after"), "1");
            assert_eq!(response.expect_problem(409), "idempotency_key_in_use");
            continue;
        }
        originals += usize::from(!is_replay(&response));
        ids.push(response.expect_status(201)["data"]["id"].clone());
    }
    ids.dedup();
    assert_eq!((originals, ids.len()), (1, 1));
    assert_eq!(row_count(&server, "job_applications").await, 1);
    assert_eq!(row_count(&server, "application_events").await, 1);
    let late = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert_eq!(late.expect_status(201)["data"]["id"], ids[0]);
}

/// The key is claimed in the transaction of the request, so the claim cannot outlive a crashed server.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_of_a_running_request_conflicts(pool: PgPool) {
    const CLAIMS: &str = "select count(*) from pg_locks where locktype = 'advisory' and granted and database = \
                          (select oid from pg_database where datname = current_database())";
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    // Keeps the first request waiting.
    let mut lock = server.lock_table("application_events").await;
    let first = {
        let ada = ada.clone();
        tokio::spawn(async move { post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await })
    };
    loop {
        let claims: i64 = sqlx::query_scalar(CLAIMS)
            .fetch_one(&mut lock)
            .await
            .expect("locks");
        if claims > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let second = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert_eq!(second.expect_problem(409), "idempotency_key_in_use");
    lock.close().await.expect("unlocked");
    let first = first.await.expect("joined").expect_status(201);
    let third = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert!(is_replay(&third));
    assert_eq!(third.expect_status(201), first);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn effect_is_rolled_back_when_the_response_cannot_be_stored(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    server
        .execute("alter table idempotency_keys add constraint broken check (not succeeded) not valid")
        .await;
    let failed = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert_eq!(failed.expect_problem(500), "internal");
    assert_eq!(row_count(&server, "job_applications").await, 0);
    // Server errors are not stored: a retry with the same key succeeds later.
    server
        .execute("alter table idempotency_keys drop constraint broken")
        .await;
    let retried = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert!(!is_replay(&retried));
    retried.expect_status(201);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stored_response_expires_after_a_day(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    first.expect_status(201);
    server.advance_clock(TimeDelta::hours(24));
    // The access token has expired in the meantime.
    let ada = server.login("ada").await;
    let later = post_with_keys(&ada, ADD, &[b"k"], &application("Baker")).await;
    assert!(!is_replay(&later));
    later.expect_status(201);

    // The cleanup uses the database clock and only deletes expired keys.
    assert_eq!(row_count(&server, "idempotency_keys").await, 1);
    for (expires, left) in [
        ("now() + interval '1 minute'", 1),
        ("now() - interval '1 minute'", 0),
    ] {
        server
            .execute(&format!("update idempotency_keys set expires_at = {expires}"))
            .await;
        idempotency::delete_expired(&server.services)
            .await
            .expect("deleted");
        assert_eq!(row_count(&server, "idempotency_keys").await, left);
    }
}

/// Uploads are compared by their contents, because the boundary of the form differs each time.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_upload_is_the_same_import(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let upload = async |boundary: &str, file: &str, content: &str| {
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n{content}\r\n--{boundary}--\r\n"
        );
        post_raw_with_keys(&ada, "/mail/import_mails", &[b"k"], &content_type, body).await
    };
    let first = upload("aaa", "a.eml", "Subject: x\r\n\r\nHello").await;
    let first = first.expect_status(202);
    let again = upload("bbb", "a.eml", "Subject: x\r\n\r\nHello").await;
    assert!(is_replay(&again));
    assert_eq!(again.expect_status(202), first);
    for (file, content) in [
        ("b.eml", "Subject: x\r\n\r\nHello"),
        ("a.eml", "Subject: y\r\n\r\nHello"),
    ] {
        let other = upload("aaa", file, content).await;
        assert_eq!(other.expect_problem(422), "idempotency_key_reused");
    }
    // The slots of rejected uploads are released in the background.
    assert_eq!(
        row_count(&server, "mail_imports where state <> 'uploading'").await,
        1
    );
    assert_eq!(
        row_count(&server, "background_jobs where kind = 'import_mail'").await,
        1
    );
    let folders = std::fs::read_dir(server.data_dir().join("uploads")).expect("uploads");
    let of_import: Vec<_> = folders
        .flatten()
        .filter(|f| f.file_name().to_str() == first["data"]["id"].as_str())
        .collect();
    assert_eq!(of_import.len(), 1);
}

fn accepts_key(operation: &Operation) -> bool {
    let parameters = operation.spec["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .any(|p| p["in"] == "header" && p["name"] == "Idempotency-Key")
}

/// Operations that are idempotent without a key: a mailbox is connected once, a sync is queued once, and a preview is applied once.
const IDEMPOTENT_OPERATIONS: [&str; 5] = [
    "/api/jobapps/confirm_csv_import",
    "/api/jobapps/map_csv_import",
    "/api/mail/confirm_import",
    "/api/mail/connect_imap",
    "/api/mail/sync_mailbox",
];

/// Operations that create something or start work respond with 201 or 202 and accept a key. All others are idempotent by themselves, and
/// keys belong to a caller, so operations without one do not accept keys.
#[test]
fn operations_that_create_something_accept_a_key() {
    let mut accepting = 0;
    for operation in Operation::all() {
        let path = operation.path;
        let responses = operation.spec["responses"].as_object().expect("responses");
        let creates = ["201", "202"]
            .iter()
            .any(|status| responses.contains_key(*status));
        let is_idempotent = IDEMPOTENT_OPERATIONS.contains(&path);
        // Storing the response would store the secret.
        let shows_secret = ["/api/keys/add_key", "/api/webhooks/add_endpoint"].contains(&path);
        let expected = operation.method == "post"
            && operation.is_secured()
            && creates
            && !is_idempotent
            && !shows_secret;
        assert_eq!(accepts_key(&operation), expected, "{path}");
        if !expected {
            continue;
        }
        accepting += 1;
        for (status, code) in [
            ("409", "idempotency_key_in_use"),
            ("422", "idempotency_key_reused"),
        ] {
            let description = resolve(&responses[status]).to_string();
            assert!(description.contains(code), "{path} does not document {code}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
            let headers = &resolve(response)["headers"];
            assert!(headers["Idempotency-Replayed"].is_object(), "{status} of {path}");
        }
    }
    assert!(accepting >= 4, "only {accepting} accept a key");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn each_operation_that_accepts_a_key_honors_it(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ids = fixtures::user(&server, "ada").await.ids;
    // Only organizations have invitations, and only users with a confirmed address can send them.
    server.execute("update tenants set kind = 'organization'").await;
    server.execute("update users set email_verified_at = now()").await;
    let ada = server.login("ada").await;
    for operation in Operation::all().filter(accepts_key) {
        let path = operation.api_path();
        let input = operation.valid_input(&ids);
        let (content_type, body) = match (input.body, input.form) {
            (Some(body), _) => ("application/json", json!(body).to_string()),
            (None, Some(form)) => (MULTIPART, form),
            (None, None) => ("application/json", "{}".to_owned()),
        };
        let send = async |body: String| post_raw_with_keys(&ada, path, &[b"once"], content_type, body).await;
        let first = send(body.clone()).await;
        assert!(first.status.is_success() && !is_replay(&first), "{path}");
        let before = server.snapshot_database().await;
        let again = send(body.clone()).await;
        assert!(is_replay(&again), "{path}");
        assert_eq!((again.status, &again.json), (first.status, &first.json), "{path}");
        let changed = body.replace("Subject: x", "Subject: y").replace("Moss", "Fern");
        let other = send(changed + " ").await;
        assert_eq!(other.expect_problem(422), "idempotency_key_reused", "{path}");
        assert_eq!(server.snapshot_database().await, before, "{path}");
    }
}
