//! Mail files from the import page.

use crate::browser::{ORIGIN, Site};
use service::jobs::work_off;
use sqlx::PgPool;
use std::sync::Arc;

const KIND: &str = "multipart/form-data; boundary=XyZ";
const FORM: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.eml\"\r\n\r\n\
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

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_form_is_sent_on_to_the_import_and_a_script_gets_it(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, home) = site.register("ada").await;
    let slug = home.split('/').nth(2).expect("a slug");
    let path = format!("/w/{slug}/import/upload");
    let answer = site.post(&path, KIND, &headers(&cookie, "text/html"), FORM).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to = answer.location().to_owned();
    let id = to
        .strip_prefix(&format!("/w/{slug}/import?import="))
        .expect("the page of the import");
    id.parse::<domain::ImportId>().expect("an id");
    assert_eq!(site.page(&cookie, &to).await.status, 200);

    let answer = site
        .post(&path, KIND, &headers(&cookie, "application/json"), FORM)
        .await;
    assert_eq!(answer.status, 202);
    let import: domain::mail::Import = serde_json::from_str(&answer.text).expect("an import");
    assert_eq!(import.state, domain::mail::ImportState::Running);
    work_off(&Arc::new(site.bench.services.clone()))
        .await
        .expect("worked off");
    let board = site.page(&cookie, &format!("/w/{slug}/board")).await;
    assert_eq!(
        board.text.matches("Baker").count().min(1),
        1,
        "the application is on the board"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_is_refused_says_why(pool: PgPool) {
    let site = Site::new(pool);
    let (ada, home) = site.register("ada").await;
    let (ben, _) = site.register("ben").await;
    let slug = home.split('/').nth(2).expect("a slug");
    let path = format!("/w/{slug}/import/upload");
    let answer = site
        .post(&path, KIND, &headers(&ada, "application/json"), "--XyZ--\r\n")
        .await;
    assert_eq!(answer.status, 422);
    let error: domain::ApiError = serde_json::from_str(&answer.text).expect("an error as pages read it");
    assert_eq!(
        error.for_field("file"),
        Some("Choose at least one .mbox or .eml file.")
    );
    assert_eq!(
        site.post(&path, KIND, &headers("", "application/json"), FORM)
            .await
            .status,
        401
    );
    assert_eq!(
        site.post(&path, KIND, &headers(&ben, "application/json"), FORM)
            .await
            .status,
        404
    );
    let elsewhere = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("cookie", ada.as_str()),
    ];
    assert_eq!(site.post(&path, KIND, &elsewhere, FORM).await.status, 403);
}
