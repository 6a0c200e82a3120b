//! Waiting for new email with IDLE.

use super::{account, application_count, confirmation, connect_and_sync, imap_server};
use crate::support::{TestServer, wait_until};
use serde_json::json;
use service::{admin, mail::IdleConnections};
use sqlx::PgPool;
use std::time::{Duration, Instant};

const SECONDS: Duration = Duration::from_secs(40);

/// The number of mailboxes that a process watches.
async fn watched(server: &TestServer) -> i64 {
    server
        .count("select count(*) from background_jobs where watched_by is not null and watched_until > now()")
        .await
}

/// Runs the jobs until there are this many applications.
async fn wait_for_applications(server: &TestServer, count: i64) {
    wait_until("the email is read", SECONDS, async || {
        server.run_jobs().await;
        application_count(server).await == count
    })
    .await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn new_email_is_read_within_seconds(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "m1", &confirmation(1));
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    // The message arrives before any process waits for the mailbox.
    dovecot.add("", "m2", &confirmation(2));
    server.run_jobs().await;
    assert_eq!(
        application_count(&server).await,
        1,
        "the next poll is in a quarter of an hour"
    );
    let connections = IdleConnections::start(&server.services);
    let other = IdleConnections::start(&server.services);
    wait_for_applications(&server, 2).await;
    for n in 3..=4 {
        let delivered = Instant::now();
        dovecot.add("", &format!("m{n}"), &confirmation(n));
        wait_for_applications(&server, i64::try_from(n).expect("a number")).await;
        assert!(
            delivered.elapsed() < Duration::from_secs(30),
            "{:?}",
            delivered.elapsed()
        );
    }
    assert_eq!(watched(&server).await, 1);
    assert_eq!(dovecot.connections(), 1, "one of the two waits");
    let held = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'jobhax_login' \
                and state like 'idle in transaction%'";
    assert_eq!(server.count(held).await, 0);

    let body = json!({"mailbox_id": mailbox["id"]});
    ada.post("/mail/disconnect_mailbox", body).await;
    wait_until("the connection is closed", SECONDS, async || {
        dovecot.connections() == 0
    })
    .await;
    connections.stop().await;
    other.stop().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_of_a_locked_account_is_neither_waited_for_nor_read_until_it_is_unlocked(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    let user = ada.get("/users/get_profile").await.expect_status(200)["data"]["id"].clone();
    let user = user.as_str().expect("id").parse().expect("id");
    let connections = IdleConnections::start(&server.services);
    wait_until("the mailbox is waited for", SECONDS, async || {
        dovecot.connections() == 1
    })
    .await;
    admin::lock_user(&server.services, user).await.expect("locked");
    wait_until("the connection is closed", SECONDS, async || {
        dovecot.connections() == 0
    })
    .await;
    dovecot.add("", "m1", &confirmation(1));
    // More often than a failing sync would be retried.
    for _ in 0..7 {
        server
            .execute("update background_jobs set run_at = now() where kind = 'sync_imap'")
            .await;
        server.run_jobs().await;
    }
    assert_eq!(application_count(&server).await, 0);
    assert_eq!(dovecot.connections(), 0);

    admin::unlock_user(&server.services, user)
        .await
        .expect("unlocked");
    server.run_jobs().await;
    assert_eq!(application_count(&server).await, 1, "due at once");
    wait_until("the mailbox is waited for again", SECONDS, async || {
        dovecot.connections() == 1
    })
    .await;
    connections.stop().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn another_process_waits_after_one_is_stopped(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    let first = IdleConnections::start(&server.services);
    wait_until("the mailbox is waited for", SECONDS, async || {
        watched(&server).await == 1
    })
    .await;
    first.stop().await;
    assert_eq!(watched(&server).await, 0);
    let second = IdleConnections::start(&server.services);
    // Dovecot can miss a file that is added while IDLE starts.
    wait_until("the mailbox is waited for", SECONDS, async || {
        dovecot.idle_sessions() == 1
    })
    .await;
    dovecot.add("", "m1", &confirmation(1));
    wait_for_applications(&server, 1).await;
    second.stop().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_without_a_read_inbox_is_only_polled(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("Archive", "m1", &confirmation(1));
    let mut archive = account(&dovecot);
    archive["folders"] = json!(["Archive"]);
    connect_and_sync(&server, &ada, archive).await;
    let connections = IdleConnections::start(&server.services);
    let paused = "select count(*) from background_jobs where watched_by is null and watched_until > now() + interval '5 h'";
    wait_until("waiting is given up", SECONDS, async || {
        server.count(paused).await == 1
    })
    .await;
    assert_eq!(dovecot.connections(), 0);
    connections.stop().await;
}
