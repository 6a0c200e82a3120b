//! When a connected mailbox is synced: periodically, on request, and after errors.

use super::{
    MESSAGES, application_count, connect, gmail_server, job_count, list_requests, mailbox_state,
    make_jobs_due, mock_four_messages, mock_message, mock_message_list, request_sync, tokens,
};
use crate::support::{MockProvider, TestServer};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn retry_after_of_gmail_is_honored(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    connect(&ada, tokens()).await;
    let quota = json!({"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}}).to_string();
    let page = json!({"messages": [{"id": "m1"}]}).to_string();
    provider.respond_with(
        MESSAGES,
        vec![
            (429, vec![("retry-after", "120".into())], String::new()),
            (403, vec![("retry-after", "300".into())], quota),
            (200, vec![], page),
        ],
    );
    for (attempts, seconds) in [(1, 120), (2, 300)] {
        server.run_jobs().await;
        assert_eq!(list_requests(&provider), attempts);
        let delay = "select extract(epoch from run_at - now())::bigint from background_jobs";
        let delay = server.count(delay).await;
        assert!((seconds - delay).abs() < 20, "{delay}");
        assert_eq!(mailbox_state(&server).await, "syncing");
        make_jobs_due(&server).await;
    }
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(server.count("select count(*) from mail_messages").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn failing_sync_is_retried_with_growing_delays(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    connect(&ada, tokens()).await;
    let oversized = format!(r#"{{"messages":[],"x":"{}"}}"#, "x".repeat(50_000_000));
    for (status, body) in [
        (200, "<html>".to_owned()),
        (200, r#"{"messages":"none"}"#.into()),
        (200, r#"{"messages":[{"id":5}]}"#.into()),
        (200, oversized),
        (500, String::new()),
    ] {
        provider.respond_with(MESSAGES, vec![(status, vec![], body)]);
        server.run_jobs().await;
        assert_eq!(mailbox_state(&server).await, "syncing", "it will be retried");
        make_jobs_due(&server).await;
    }
    // After the last attempt, the mailbox is no longer shown as syncing. Syncing continues at longer intervals than for a working mailbox.
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    let later =
        "select count(*) from background_jobs where run_at > now() + interval '14 minutes' and attempts = 6";
    assert_eq!(server.count(later).await, 1);
    let before = list_requests(&provider);
    let delay = "select (extract(epoch from run_at - now()) / 60)::bigint from background_jobs";
    for minutes in [30, 60, 120, 240, 360, 360] {
        make_jobs_due(&server).await;
        server.run_jobs().await;
        assert_eq!(server.count(delay).await, minutes);
        assert_eq!(mailbox_state(&server).await, "ok");
    }
    assert_eq!(list_requests(&provider), before + 6);

    // A sync that the user requests starts immediately. Unreadable messages are skipped, and a list whose next page is the same page again
    // ends.
    mock_message_list(&provider, None, &["gone", "invalid", "m1"], Some("p2"));
    mock_message_list(&provider, Some("p2"), &["m2"], Some("p2"));
    mock_message(&provider, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
    mock_message(&provider, "m2", 1_768_300_000_000, "mime/nul-and-control");
    let invalid =
        json!({"internalDate": "1768300000000", "raw": URL_SAFE_NO_PAD.encode([0_u8, 255, 10, 13])});
    provider.respond(&format!("{MESSAGES}/invalid"), 200, invalid);
    request_sync(&ada).await;
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(application_count(&server).await, 2);
    let lists = provider.requests(MESSAGES);
    let second_page = lists.iter().filter(|r| r.query.contains("pageToken=p2"));
    assert_eq!(second_page.count(), 1);
}

/// Asserts that the due jobs end without a request to Gmail and without scheduling another job.
async fn assert_syncing_stops(provider: &MockProvider, server: &TestServer) {
    let before = list_requests(provider);
    server.run_jobs().await;
    assert_eq!((list_requests(provider), job_count(server).await), (before, 0));
}

/// Each mailbox has one job, which runs every 15 minutes, with jitter so that mailboxes do not sync simultaneously.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn connected_mailbox_is_synced_periodically(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_message_list(&provider, None, &[], None);
    connect(&ada, tokens()).await;
    server.run_jobs().await;
    let delay =
        "select extract(epoch from run_at - now())::bigint from background_jobs where lease_until is null";
    let mut delays = Vec::new();
    for round in 1..=6 {
        assert_eq!(list_requests(&provider), round);
        assert_eq!(mailbox_state(&server).await, "ok");
        delays.push(server.count(delay).await);
        server.run_jobs().await;
        assert_eq!(list_requests(&provider), round, "the job is not due yet");
        make_jobs_due(&server).await;
        if round == 3 {
            mock_message_list(&provider, None, &["m1"], None);
            mock_message(&provider, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
        }
        server.run_jobs().await;
        assert_eq!(application_count(&server).await, i64::from(round >= 3));
    }
    let interval = 15 * 60;
    for delay in &delays {
        assert!(
            (interval * 89 / 100..=interval * 111 / 100).contains(delay),
            "{delays:?}"
        );
    }
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > 3, "no jitter: {delays:?}");
    // A requested sync makes the existing job due.
    request_sync(&ada).await;
    let due = "select count(*) from background_jobs where run_at <= now()";
    assert_eq!(server.count(due).await, 1);
    assert_eq!(job_count(&server).await, 1);
    server.run_jobs().await;
    assert_eq!(job_count(&server).await, 1);

    // Syncing stops when the role of the user no longer allows imports…
    server.execute("update memberships set role = 'coach'").await;
    make_jobs_due(&server).await;
    assert_syncing_stops(&provider, &server).await;
    server.execute("update memberships set role = 'owner'").await;
    // … and when the mailbox is disconnected.
    connect(&ada, tokens()).await;
    server.run_jobs().await;
    server.execute("delete from mailbox_tokens").await;
    make_jobs_due(&server).await;
    assert_syncing_stops(&provider, &server).await;
}
