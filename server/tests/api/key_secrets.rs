//! Where the secret of an API key appears, and where it must not.

use super::keys::{STATUSES, add, client_of};
use crate::support::{LogCapture, TestResponse, TestServer};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn secret_is_neither_logged_nor_stored_nor_exported(pool: PgPool) {
    let log = LogCapture::start();
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let made = add(&ada, &["jobapps:read"]).await;
    let secret = made["secret"].as_str().expect("secret");
    let key = client_of(&server, &made);
    key.get(STATUSES).await.expect_status(200);
    key.get("/mail/get_mailboxes").await.expect_status(403);
    server.run_jobs().await;
    // The part of the secret that is never shown again.
    let hidden = &secret[12..];
    let export = ada.post("/users/export_data", json!({})).await;
    assert_eq!(export.status, 200);
    assert!(export.text.contains(made["prefix"].as_str().expect("prefix")));
    assert!(!export.text.contains(hidden));
    // Read the log before the following statements, which contain the secret and are logged.
    let lines = log.lines();
    assert!(!lines.is_empty());
    let found = lines.iter().find(|line| line.contains(hidden));
    assert_eq!(found, None);
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&server.owner)
    .await
    .expect("tables");
    for table in tables {
        let sql = format!("select count(*) from \"{table}\" t where t::text like '%{hidden}%'");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&server.owner)
            .await
            .expect("count");
        assert_eq!(count, 0, "{table}");
    }
}

/// The flash cookie of the response. Scripts cannot read it.
fn flash_cookie(response: &TestResponse) -> String {
    let cookies = response.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|value| value.to_str().expect("text"));
    let flash = cookies
        .find(|cookie| cookie.contains("flash="))
        .expect("a message");
    assert!(flash.contains("HttpOnly") && flash.contains("Secure"), "{flash}");
    flash.split(';').next().expect("a pair").to_owned()
}

/// The page shows the secret exactly once, also without JavaScript.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn page_makes_a_key_and_shows_its_secret_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = crate::support::workspace_slug(&board).to_owned();
    let page = format!("/w/{slug}/settings/api-keys");
    let empty = server.get_page(&cookie, &page).await;
    assert!(empty.text.contains("href=\"/api/docs\""), "{}", empty.text);
    let form = format!("slug={slug}&name=Slack&scopes[]=jobapps:read&expires_in=30");
    let response = server
        .submit_form(&cookie, "/_fn/settings/add_api_key", &form)
        .await;
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, page.as_str())
    );
    let flash = flash_cookie(&response);
    let shown = server.get_page(&format!("{cookie}; {flash}"), &page).await;
    let start = shown.text.find("value=\"jhx_").expect("the secret") + 7;
    let secret = &shown.text[start..start + domain::keys::KEY_LEN];
    assert!(shown.header("cache-control").contains("no-store"));
    let key = server.client(secret);
    key.get(STATUSES).await.expect_status(200);
    let again = server.get_page(&cookie, &page).await;
    assert!(again.text.contains("Slack") && !again.text.contains(secret));
    let without = format!("slug={slug}&name=Slack&expires_in=30");
    let rejected = server
        .submit_form(&cookie, "/_fn/settings/add_api_key", &without)
        .await;
    let flash = flash_cookie(&rejected);
    let rejected = server.get_page(&format!("{cookie}; {flash}"), &page).await;
    assert!(rejected.text.contains("Choose at least one scope."));
    let id: uuid::Uuid = sqlx::query_scalar("select id from api_keys")
        .fetch_one(&server.owner)
        .await
        .expect("the key");
    let form = format!("slug={slug}&key_id={id}");
    server
        .submit_form(&cookie, "/_fn/settings/revoke_api_key", &form)
        .await;
    key.get(STATUSES).await.expect_status(401);
}
