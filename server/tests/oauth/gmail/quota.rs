//! Gmail in a workspace that has reached its quotas.

use super::{application_count, connect, gmail_server, job_count, mailbox_state, mock_four_messages, tokens};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_beyond_the_quota_is_not_connected(pool: PgPool) {
    let (_provider, server, ada) = gmail_server(pool).await;
    server
        .execute(r#"update tenants set quotas = '{"mailboxes": 0}'"#)
        .await;
    // Other jobs exist already, such as the one for the confirmation email.
    let jobs = job_count(&server).await;
    let response = connect(&ada, tokens()).await;
    assert_eq!(
        (response.status.as_u16(), &response.json["code"]),
        (409, &json!("quota_exceeded"))
    );
    assert_eq!(
        response.json["quota"],
        json!({ "quota": "mailboxes", "limit": 0, "used": 0 })
    );
    assert_eq!(server.count("select count(*) from mailboxes").await, 0);
    assert_eq!(server.count("select count(*) from mailbox_tokens").await, 0);
    assert_eq!(job_count(&server).await, jobs);
    server
        .execute(r#"update tenants set quotas = '{"mailboxes": 1}'"#)
        .await;
    connect(&ada, tokens()).await;
    assert_eq!(server.count("select count(*) from mailboxes").await, 1);
    // Connecting the same mailbox again does not add another one.
    let again = connect(&ada, tokens()).await;
    assert!(again.status.is_success(), "{}", again.text);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sync_at_the_quota_stores_the_other_messages(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    server
        .execute(r#"update tenants set quotas = '{"applications": 1}'"#)
        .await;
    connect(&ada, tokens()).await;
    server.run_jobs().await;
    assert_eq!(application_count(&server).await, 1);
    assert_eq!(server.count("select count(*) from application_events").await, 1);
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(server.count("select count(*) from mail_messages").await, 4);
    assert_eq!(
        server
            .count("select used from usage_counts where quota = 'applications'")
            .await,
        1
    );
}
