//! `/api/files`.

use crate::support::{S3Server, TestClient, TestResponse, TestServer};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::platform::file_store::{FileStore, S3Settings};
use sqlx::PgPool;
use std::{fs, path::PathBuf, time::SystemTime};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// A form with these fields and this file.
fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XyZ--\r\n");
    body
}

async fn add(client: &TestClient, id: &Value, name: &str, content: &[u8]) -> TestResponse {
    let id = id.as_str().expect("an id");
    let body = form(&[("jobapp_id", id), ("kind", "resume")], Some((name, content)));
    client
        .post_raw(
            "/files/add_file",
            "multipart/form-data; boundary=XyZ",
            Body::from(body),
        )
        .await
}

async fn list(client: &TestClient, id: &Value) -> Vec<Value> {
    let id = id.as_str().expect("an id");
    let files = client.get(&format!("/files/get_files?jobapp_id={id}")).await;
    files.expect_status(200)["data"]
        .as_array()
        .expect("a list")
        .clone()
}

/// The stored files in the data directory.
fn stored(server: &TestServer) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for tenant in fs::read_dir(server.data_dir().join("files"))
        .expect("a directory")
        .flatten()
    {
        paths.extend(
            fs::read_dir(tenant.path())
                .expect("a directory")
                .flatten()
                .map(|e| e.path()),
        );
    }
    paths
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_is_stored_listed_downloaded_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let file = add(&ada, &id, "../My résumé.pdf", PDF).await.expect_status(201)["data"].clone();
    assert_eq!(file["kind"], "resume");
    assert_eq!(file["media_type"], "application/pdf");
    assert_eq!(file["bytes"], PDF.len());
    assert_eq!(list(&ada, &id).await, std::slice::from_ref(&file));
    let file_id = file["id"].as_str().expect("an id");
    let download = ada.get(&format!("/files/get_file?file_id={file_id}")).await;
    assert_eq!(download.status, 200);
    assert_eq!(download.text.as_bytes(), PDF);
    assert_eq!(download.header("content-type"), "application/octet-stream");
    assert_eq!(download.header("x-content-type-options"), "nosniff");
    assert_eq!(download.header("cache-control"), "private, no-store");
    let disposition = download.header("content-disposition");
    assert!(
        disposition.starts_with(
            "attachment; filename=\"My r_sum_.pdf\"; filename*=UTF-8''My%20r%C3%A9sum%C3%A9.pdf"
        ),
        "{disposition}"
    );
    assert_eq!(stored(&server).len(), 1);
    ada.post("/files/delete_file", json!({"file_id": file_id}))
        .await
        .expect_status(204);
    assert!(list(&ada, &id).await.is_empty());
    assert!(stored(&server).is_empty());
    ada.post("/files/delete_file", json!({"file_id": file_id}))
        .await
        .expect_problem(404);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_of_another_user_does_not_exist(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, eve) = (server.register("ada").await, server.register("eve").await);
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let file = add(&ada, &id, "cv.pdf", PDF).await.expect_status(201)["data"].clone();
    let file_id = file["id"].as_str().expect("an id");
    eve.get(&format!("/files/get_file?file_id={file_id}"))
        .await
        .expect_problem(404);
    eve.post("/files/delete_file", json!({"file_id": file_id}))
        .await
        .expect_problem(404);
    assert_eq!(
        add(&eve, &id, "cv.pdf", PDF).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(stored(&server).len(), 1, "nothing of the rejected upload remains");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_that_is_not_acceptable_says_why(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_eq!(
        add(&ada, &id, "cv.pdf", zip).await.expect_problem(415),
        "unsupported_media_type"
    );
    assert_eq!(add(&ada, &id, "cv.pdf", b"").await.invalid_fields(), ["file"]);
    let large = [PDF, &vec![b' '; 10 * 1024 * 1024]].concat();
    assert_eq!(
        add(&ada, &id, "cv.pdf", &large).await.expect_problem(413),
        "payload_too_large"
    );
    let send = async |fields: &[(&str, &str)], file| {
        let body = Body::from(form(fields, file));
        ada.post_raw("/files/add_file", "multipart/form-data; boundary=XyZ", body)
            .await
    };
    assert_eq!(
        send(&[], None).await.invalid_fields(),
        ["jobapp_id", "kind", "file"]
    );
    let fields = [("jobapp_id", "x"), ("kind", "essay")];
    assert_eq!(
        send(&fields, Some(("cv.pdf", PDF))).await.invalid_fields(),
        ["jobapp_id", "kind"]
    );
    assert_eq!(
        send(&[("note", "x"), ("kind", "essay"), ("y", "")], None)
            .await
            .invalid_fields(),
        ["note", "y", "jobapp_id", "kind", "file"]
    );
    let json = ada.post("/files/add_file", json!({})).await;
    assert_eq!(json.expect_problem(415), "unsupported_media_type");
    assert!(list(&ada, &id).await.is_empty() && stored(&server).is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_upload_with_idempotency_key_is_stored_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let upload = async |name: &str| {
        let fields = [("jobapp_id", id.as_str().expect("an id")), ("kind", "other")];
        let request = Request::post("/api/files/add_file")
            .header("authorization", format!("Bearer {}", ada.token()))
            .header("content-type", "multipart/form-data; boundary=XyZ")
            .header("idempotency-key", "one");
        ada.send(
            request
                .body(form(&fields, Some((name, PDF))).into())
                .expect("request"),
        )
        .await
    };
    let first = upload("cv.pdf").await.expect_status(201);
    let again = upload("cv.pdf").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.expect_status(201), first);
    assert_eq!(
        upload("other.pdf").await.expect_problem(422),
        "idempotency_key_reused"
    );
    assert_eq!((list(&ada, &id).await.len(), stored(&server).len()), (1, 1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contents_of_purged_applications_are_removed(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let kept = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let purged = ada
        .add_application(json!({"job_title": "Miller", "company": "Moss"}))
        .await["id"]
        .clone();
    add(&ada, &kept, "kept.pdf", PDF).await.expect_status(201);
    add(&ada, &purged, "purged.pdf", PDF).await.expect_status(201);
    ada.post("/jobapps/delete_jobapp", json!({"jobapp_id": purged}))
        .await
        .expect_status(204);
    assert_eq!(stored(&server).len(), 2);
    // The clock of the test is behind the clock of the file system.
    for path in stored(&server) {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("set");
    }
    server.advance_clock(TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    service::files::delete_orphans(&server.services)
        .await
        .expect("cleaned up");
    let names: Vec<_> = stored(&server);
    assert_eq!(names.len(), 1);
    let ada = server.login("ada").await;
    let file = &list(&ada, &kept).await[0];
    assert!(names[0].ends_with(file["id"].as_str().expect("an id")));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bucket_holds_what_is_uploaded_until_it_is_deleted_or_purged(pool: PgPool) {
    let s3 = S3Server::start().await;
    let server = TestServer::with_file_store(pool, s3.file_store());
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    // The maximum size of a file; only the first bytes have content.
    let large = [PDF, &vec![b' '; 10 * 1024 * 1024 - PDF.len()]].concat();
    let mut ids = Vec::new();
    for content in [PDF, &large] {
        let file = add(&ada, &id, "cv.pdf", content).await.expect_status(201)["data"].clone();
        let file_id = file["id"].as_str().expect("an id").to_owned();
        let download = ada.get(&format!("/files/get_file?file_id={file_id}")).await;
        assert_eq!(download.status, 200);
        assert!(download.text.as_bytes() == content);
        ids.push(file_id);
    }
    assert_eq!(s3.objects().len(), 2);
    ada.post("/files/delete_file", json!({"file_id": ids[0]}))
        .await
        .expect_status(204);
    assert_eq!(s3.objects().len(), 1);
    ada.post("/jobapps/delete_jobapp", json!({"jobapp_id": id}))
        .await
        .expect_status(204);
    for path in s3.objects() {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("set");
    }
    server.advance_clock(TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    service::files::delete_orphans(&server.services)
        .await
        .expect("cleaned up");
    assert!(s3.objects().is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn upload_that_the_bucket_rejects_leaves_nothing(pool: PgPool) {
    let s3 = S3Server::start().await;
    let settings = S3Settings {
        secret_access_key: "wrong".into(),
        ..s3.settings()
    };
    let server = TestServer::with_file_store(pool, FileStore::s3(&settings).expect("settings"));
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await["id"]
        .clone();
    let rejected = add(&ada, &id, "cv.pdf", PDF).await;
    assert_eq!(rejected.expect_problem(503), "unavailable");
    assert!(list(&ada, &id).await.is_empty() && s3.objects().is_empty());
}
