//! Uploading mail files from the import page.

use crate::support::{ORIGIN, TestServer, operations::MULTIPART, workspace_slug};
use domain::mail::{Import, ImportState};
use sqlx::PgPool;

/// A form with a mail file that contains the confirmation of an application.
const CONFIRMATION: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.eml\"\r\n\r\n\
    From: Moss <no-reply@us.greenhouse-mail.io>\r\nSubject: Thank you for applying to Moss\r\nDate: 5 Jan 2026 10:00:00 +0000\r\n\r\n\
    Thank you for applying for the Baker position at Moss.\r\n--XyZ--\r\n";

fn headers<'a>(cookie: &'a str, accept: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", accept),
        ("cookie", cookie),
    ]
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn upload_redirects_forms_and_returns_json_to_scripts(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let path = format!("/w/{slug}/import/upload");
    let upload = async |accept: &str| {
        let headers = headers(&cookie, accept);
        server.post(&path, MULTIPART, &headers, CONFIRMATION).await
    };
    let response = upload("text/html").await;
    assert_eq!(response.status, 303, "{}", response.text);
    let import_page = response.location();
    let id = import_page
        .strip_prefix(&format!("/w/{slug}/import?import="))
        .expect("the page of the import");
    id.parse::<domain::ImportId>().expect("an id");
    assert_eq!(server.get_page(&cookie, import_page).await.status, 200);

    let response = upload("application/json").await;
    assert_eq!(response.status, 202);
    let import: Import = serde_json::from_str(&response.text).expect("an import");
    assert_eq!(import.state, ImportState::Running);
    server.run_jobs().await;
    let page = server.get_page(&cookie, &board).await;
    assert!(page.text.contains("Baker"), "the application is on the board");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rejected_uploads_say_why(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, board) = server.register_on_page("ada").await;
    let (ben, _) = server.register_on_page("ben").await;
    let path = format!("/w/{}/import/upload", workspace_slug(&board));
    let upload = async |cookie: &str, body: &str| {
        let headers = headers(cookie, "application/json");
        server.post(&path, MULTIPART, &headers, body).await
    };
    let empty = upload(&ada, "--XyZ--\r\n").await;
    assert_eq!(empty.status, 422);
    let error: domain::ApiError = serde_json::from_str(&empty.text).expect("an error");
    assert_eq!(
        error.for_field("file"),
        Some("Choose at least one .mbox, .eml or .zip file.")
    );
    assert_eq!(upload("", CONFIRMATION).await.status, 401);
    assert_eq!(upload(&ben, CONFIRMATION).await.status, 404);
    let cross_origin = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("cookie", ada.as_str()),
    ];
    let response = server.post(&path, MULTIPART, &cross_origin, CONFIRMATION).await;
    assert_eq!(response.status, 403);
}
