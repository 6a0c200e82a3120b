//! A mailbox with many messages.

use super::{
    account, application_count, confirmation, connect_and_sync, imap_server, message_count, newsletter,
};
use sqlx::PgPool;
use std::time::{Duration, Instant};

/// Every fiftieth message confirms an application; the others are newsletters.
const MESSAGES: usize = 5_000;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn large_mailbox_is_read_in_bounded_time(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let files = (1..=MESSAGES).map(|n| {
        let raw = if n % 50 == 0 {
            confirmation(n)
        } else {
            newsletter(n)
        };
        (format!("m{n:06}"), raw)
    });
    dovecot.add_all(files);
    let start = Instant::now();
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    let duration = start.elapsed();
    let applications = i64::try_from(MESSAGES / 50).expect("a number");
    assert_eq!(application_count(&server).await, applications);
    assert_eq!(message_count(&server).await, applications);
    assert!(
        duration < Duration::from_mins(1),
        "{MESSAGES} messages in {duration:?}"
    );
}
