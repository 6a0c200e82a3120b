//! `import_mails` and `get_import`.

use super::{MULTIPART, form, import, upload};
use crate::support::TestServer;
use axum::body::Body;
use serde_json::json;
use sqlx::PgPool;
use std::fs;
use tokio::task::JoinSet;

/// The confirmation of an application.
const CONFIRMATION: &str = "From: Moss <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to Moss\r\n\
    Message-ID: <one@mail.example>\r\nDate: 5 Jan 2026 10:00:00 +0000\r\n\r\nThank you for applying for the Baker position at Moss.\r\n";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn uploaded_confirmation_creates_an_application_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let parts = [
        ("file", "Läuft.eml", CONFIRMATION),
        ("file", "../Takeout.zip", "PK\u{3}\u{4}…"),
    ];
    let mut first = import(&ada, &parts).await;
    first["id"] = json!("[id]");
    let detail = "This archive is damaged. Everything before the damage was read. Export it again, or extract it and upload its files.";
    let expected = json!({
        "id": "[id]", "state": "done", "messages_seen": 1, "applications_created": 1, "applications_updated": 0, "mails_ignored": 0,
        "mails_in_review": 0,
        "dry_run": false,
        "errors": [{"file": "Takeout.zip", "position": 0, "detail": detail}],
    });
    assert_eq!(first, expected);
    let second = import(&ada, &[("file", "again.eml", CONFIRMATION)]).await;
    assert_eq!(
        (&second["applications_created"], &second["mails_ignored"]),
        (&json!(0), &json!(1))
    );
    let list = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    let applications = list["data"].as_array().expect("list");
    assert_eq!(applications.len(), 1);
    for (field, value) in [
        ("company", "Moss"),
        ("job_title", "Baker"),
        ("source", "Greenhouse"),
        ("apply_date", "2026-01-05"),
    ] {
        assert_eq!(applications[0][field], value);
    }
    let id = applications[0]["id"].as_str().expect("id");
    let events = ada
        .get(&format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .expect_status(200);
    let event = &events["data"][0];
    assert_eq!(
        (&event["cause"], &event["actor"]["kind"]),
        (&json!("import"), &json!("system"))
    );
    assert!(event["mail_id"].is_string());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_uploads_are_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let unauthenticated = upload(&server.anonymous(), form(&[])).await;
    assert_eq!(unauthenticated.expect_problem(401), "unauthorized");
    let valid = form(&[("file", "a.eml", CONFIRMATION)]);
    for content_type in [
        "application/json",
        "text/plain",
        "multipart/mixed; boundary=XyZ",
        "multipart/form-data",
    ] {
        let response = ada
            .post_raw("/mail/import_mails", content_type, valid.clone())
            .await;
        assert_eq!(
            response.expect_problem(415),
            "unsupported_media_type",
            "{content_type}"
        );
    }
    for (body, field) in [
        (form(&[]), "file"),
        (form(&[("file", "", "")]), "file"),
        (form(&[("colour", "a.eml", "x")]), "colour"),
    ] {
        assert_eq!(upload(&ada, body).await.invalid_fields(), [field]);
    }
    let truncated = valid[..valid.len() - 60].to_owned();
    assert_eq!(upload(&ada, truncated).await.expect_problem(400), "malformed");
    for path in ["/mail/get_import", "/mail/get_import?import_id=x"] {
        assert_eq!(ada.get(path).await.invalid_fields(), ["import_id"]);
    }
    let unknown = "/mail/get_import?import_id=01900000-0000-7000-8000-000000000000";
    assert_eq!(ada.get(unknown).await.expect_problem(404), "not_found");
    assert_eq!(
        ada.get("/mail/import_mails").await.expect_problem(405),
        "method_not_allowed"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn upload_has_a_size_limit_of_its_own(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let larger_than_json_may_be = format!("{CONFIRMATION}{}", "x".repeat(3 << 20));
    let imported = import(&ada, &[("file", "large.eml", &larger_than_json_may_be)]).await;
    assert_eq!(imported["applications_created"], 1);
    let request = ada
        .request("POST", "/mail/import_mails")
        .header("content-type", MULTIPART)
        .header("content-length", 2_u64 << 30);
    let too_large = ada.send(request.body(Body::empty()).expect("request")).await;
    assert_eq!(too_large.expect_problem(413), "payload_too_large");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_of_another_user_is_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let imported = import(&ada, &[("file", "a.eml", CONFIRMATION)]).await;
    let id = imported["id"].as_str().expect("id");
    let response = ben.get(&format!("/mail/get_import?import_id={id}")).await;
    assert_eq!(response.expect_problem(404), "not_found");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_uploads_never_exceed_the_limit_of_running_imports(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut uploads = JoinSet::new();
    for n in 0..30 {
        let ada = ada.clone();
        uploads.spawn(async move {
            let body = form(&[("file", &format!("{n}.eml"), CONFIRMATION)]);
            upload(&ada, body).await
        });
    }
    let mut accepted = 0;
    for response in uploads.join_all().await {
        if response.status == 202 {
            accepted += 1;
        } else {
            assert_eq!(response.header("retry-after"), "30");
            assert_eq!(response.expect_problem(429), "rate_limited");
        }
    }
    let running = server.count("select count(*) from mail_imports").await;
    assert_eq!((accepted, running), (5, 5));
    // Rejected uploads leave no files; accepted ones are on disk until they are imported.
    let ids: Vec<String> = sqlx::query_scalar("select id::text from mail_imports")
        .fetch_all(&server.owner)
        .await
        .expect("ids");
    let folders = fs::read_dir(server.data_dir().join("uploads")).expect("uploads");
    let of_these = folders.flatten().filter(|folder| {
        let name = folder.file_name();
        name.to_str().is_some_and(|name| ids.iter().any(|id| id == name))
    });
    assert_eq!(of_these.count(), 5);
    server.run_jobs().await;
    let next = upload(&ada, form(&[("file", "z.eml", CONFIRMATION)])).await;
    next.expect_status(202);
}
