//! The same messages lead to the same applications, whichever source they come from.

use super::{Sources, assert_same, messages::messages};
use sqlx::PgPool;

/// As many messages as a debug build can read seven times within a minute.
const MESSAGES: usize = 1_500;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_gmail_and_imap_with_the_same_messages_make_the_same_applications(pool: PgPool) {
    let sources = Sources::start(pool, &messages(MESSAGES, 1)).await;
    let [ada, ben, cleo] = ["ada", "ben", "cleo"];
    let (by_file, by_imap, by_gmail) = (
        sources.server.register(ada).await,
        sources.server.register(ben).await,
        sources.server.register(cleo).await,
    );
    sources.upload(&by_file).await;
    sources.sync_imap(&by_imap).await;
    sources.sync_gmail(&by_gmail).await;
    let expected = sources.result(ada).await;
    let applications = expected.iter().filter(|l| l.starts_with("application")).count();
    let in_review = expected
        .iter()
        .filter(|l| l.starts_with("message | review"))
        .count();
    assert!(
        applications * 5 > MESSAGES && in_review > 10,
        "{applications} applications, {in_review} in review"
    );
    assert_same("IMAP", &expected, &sources.result(ben).await);
    assert_same("Gmail", &expected, &sources.result(cleo).await);

    // Reading the same messages from further sources adds nothing.
    sources.sync_imap(&by_file).await;
    assert_same("IMAP after the file", &expected, &sources.result(ada).await);
    sources.sync_gmail(&by_file).await;
    assert_same("Gmail after both", &expected, &sources.result(ada).await);
    sources.sync_gmail(&by_imap).await;
    assert_same("Gmail after IMAP", &expected, &sources.result(ben).await);
    sources.upload(&by_gmail).await;
    assert_same("file after Gmail", &expected, &sources.result(cleo).await);
}
