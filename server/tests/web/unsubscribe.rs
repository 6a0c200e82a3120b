//! The unsubscribe link of emails about coaching, which works without signing in.

use crate::support::{CoachedMember, FORM, TestServer};
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;

/// A server, and the unsubscribe path from an email about a comment to `mia@example.org`.
async fn emailed_path(pool: PgPool) -> (TestServer, String) {
    let server = TestServer::new(pool);
    server.register("mia").await;
    let CoachedMember {
        coach,
        member_id,
        application,
        ..
    } = CoachedMember::add_to(&server).await;
    let comment = json!({"jobapp_id": application, "owner_id": member_id, "text": "Hello"});
    coach
        .post("/coaching/add_comment", comment)
        .await
        .expect_status(201);
    server.advance_clock(TimeDelta::minutes(3));
    server.execute("update background_jobs set run_at = now()").await;
    server.run_jobs().await;
    let suffix = format!("-coaching-{}.eml", member_id.as_str().expect("an id"));
    let path = std::fs::read_dir(server.data_dir().join("outbox"))
        .expect("outbox")
        .map(|entry| entry.expect("entry").path())
        .find(|path| path.to_string_lossy().ends_with(&suffix))
        .expect("an email");
    let email = std::fs::read_to_string(path).expect("text");
    let (_, link) = email.split_once("List-Unsubscribe: <").expect("a header");
    let (link, _) = link.split_once('>').expect("a link");
    let (_, path) = link.split_once("/unsubscribe/").expect("a path");
    (server, format!("/unsubscribe/{path}"))
}

async fn is_on(server: &TestServer) -> bool {
    server
        .count("select count(*) from comment_emails where not is_enabled")
        .await
        == 0
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unsubscribe_page_changes_nothing_until_its_button_is_used(pool: PgPool) {
    let (server, path) = emailed_path(pool).await;
    let page = server.get_page("", &path).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Turn off emails") && page.text.contains(&format!("action=\"{path}\"")));
    assert!(is_on(&server).await, "mail filters open links, too");
    let sent = server.submit_form("", &path, "").await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, path.as_str())
    );
    assert!(!is_on(&server).await);
    let page = server.get_page("", &path).await;
    assert!(
        page.text.contains("Emails about coaching are off"),
        "{}",
        page.text
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn one_click_unsubscribe_of_email_programs_is_accepted_without_cookies_and_origin(pool: PgPool) {
    let (server, path) = emailed_path(pool).await;
    let multipart =
        "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    for (content_type, body) in [
        (FORM, "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", multipart),
    ] {
        server.execute("delete from comment_emails").await;
        let response = server.post(&path, content_type, &[], body).await;
        assert_eq!(response.status, 200, "no redirect: {}", response.text);
        assert!(response.session_cookie().is_none() && !is_on(&server).await);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unknown_unsubscribe_link_is_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    for token in [
        "x",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let path = format!("/unsubscribe/{token}");
        let page = server.get_page("", &path).await;
        assert_eq!(page.status, 404);
        assert!(page.text.contains("This link does not work"));
        assert_eq!(server.submit_form("", &path, "").await.status, 404);
        let one_click = server.post(&path, FORM, &[], "List-Unsubscribe=One-Click").await;
        assert_eq!(one_click.status, 404);
    }
}
