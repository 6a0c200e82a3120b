//! Syncing with access tokens that expire, are rejected or are revoked.

use super::{Outlook, form};
use crate::{imap::confirmation, support::wait_until};
use chrono::TimeDelta;
use service::mail::IdleConnections;
use sqlx::PgPool;
use std::time::Duration;

const SECONDS: Duration = Duration::from_secs(40);

async fn application_count(outlook: &Outlook) -> i64 {
    outlook
        .server
        .count("select count(*) from job_applications")
        .await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn expiring_access_token_is_refreshed_with_the_newest_refresh_token(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    outlook.dovecot.add("", "m1", &confirmation(1));
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    outlook.sync(&mut eve, &import).await;
    assert_eq!(
        outlook.microsoft.token_requests().len(),
        1,
        "the token is still valid"
    );

    for n in 2..=3 {
        // The access token is refreshed before it expires after an hour.
        outlook.server.advance_clock(TimeDelta::minutes(57));
        outlook.microsoft.reject(&format!("at-{}", n - 1));
        outlook
            .microsoft
            .issue(&format!("at-{n}"), &format!("rt-{n}"), None);
        outlook.dovecot.add("", &format!("m{n}"), &confirmation(n));
        outlook.sync(&mut eve, &import).await;
        assert_eq!(outlook.state().await, "ok");
        assert_eq!(
            application_count(&outlook).await,
            i64::try_from(n).expect("a number")
        );
        let requests = outlook.microsoft.token_requests();
        assert_eq!(requests.len(), n);
        let refresh = &requests[n - 1];
        for part in [
            "grant_type=refresh_token",
            &format!("refresh_token=rt-{}&", n - 1),
            "IMAP.AccessAsUser.All",
        ] {
            assert!(refresh.contains(part), "{part} in {refresh}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn access_token_that_is_refused_early_is_refreshed_once(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    outlook.microsoft.reject("at-1");
    outlook.microsoft.issue("at-2", "rt-2", None);
    outlook.dovecot.add("", "m1", &confirmation(1));
    outlook.sync(&mut eve, &import).await;
    assert_eq!(
        (outlook.state().await.as_str(), application_count(&outlook).await),
        ("ok", 1)
    );
    assert_eq!(outlook.microsoft.token_requests().len(), 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn revoked_grant_asks_to_reconnect_and_reconnecting_continues(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    outlook.dovecot.add("", "m1", &confirmation(1));
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    let mailbox = outlook.mailbox().await;
    outlook.microsoft.reject("at-1");
    outlook.microsoft.refuse(400, "invalid_grant");
    outlook.sync(&mut eve, &import).await;
    assert_eq!(outlook.state().await, "reconnect_required");
    let page = eve.get(&import).await;
    for text in ["Outlook no longer gives access", "Reconnect"] {
        assert!(page.text.contains(text), "{text} in {}", page.text);
    }
    assert!(!page.text.contains("refused your password"));

    outlook.dovecot.add("", "m2", &confirmation(2));
    let tokens = ["at-5", "rt-5"];
    let (_, response) = outlook
        .authorize(&mut eve, &form("outlook", &import), tokens, |_| {})
        .await;
    assert_eq!(response.location(), import);
    outlook.server.run_jobs().await;
    assert_eq!(
        (outlook.state().await.as_str(), outlook.mailbox().await),
        ("ok", mailbox)
    );
    assert_eq!(application_count(&outlook).await, 2);
}

/// For example, the client secret has expired: the operator has to renew it, and users do not have to do anything.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn error_of_the_client_or_the_provider_does_not_ask_to_reconnect(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    outlook.server.advance_clock(TimeDelta::minutes(57));
    for (status, error) in [
        (401, "invalid_client"),
        (503, "temporarily_unavailable"),
        (400, "server_error"),
    ] {
        outlook.microsoft.refuse(status, error);
        outlook.sync(&mut eve, &import).await;
        assert_eq!(outlook.state().await, "syncing", "{error}: it is tried again");
    }
    outlook.microsoft.issue("at-2", "rt-2", None);
    outlook
        .server
        .execute("update background_jobs set run_at = now()")
        .await;
    outlook.server.run_jobs().await;
    assert_eq!(outlook.state().await, "ok");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn new_email_is_waited_for_with_the_access_token(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    // The token is about to expire, so the connection requests a new one.
    outlook.server.advance_clock(TimeDelta::minutes(56));
    outlook.microsoft.reject("at-1");
    outlook.microsoft.issue("at-2", "rt-2", None);
    let connections = IdleConnections::start(&outlook.server.services);
    wait_until("the mailbox is waited for", SECONDS, async || {
        outlook.dovecot.idle_sessions() == 1
    })
    .await;
    assert_eq!(outlook.microsoft.token_requests().len(), 2);
    outlook.dovecot.add("", "m1", &confirmation(1));
    wait_until("the email is read", SECONDS, async || {
        outlook.server.run_jobs().await;
        application_count(&outlook).await == 1
    })
    .await;
    // The sync used the tokens that the connection has stored.
    assert_eq!(outlook.microsoft.token_requests().len(), 2);
    connections.stop().await;
}
