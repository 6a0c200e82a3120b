//! Migrating a database that was created by another version.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

use service::{Error, platform::db::migrate};
use sqlx::{AssertSqlSafe, PgPool};

async fn migrate_after(pool: &PgPool, change: &str) -> String {
    sqlx::raw_sql(AssertSqlSafe(change.to_owned()))
        .execute(pool)
        .await
        .expect("changed");
    match migrate(pool.connect_options().as_ref()).await {
        Err(Error::Internal(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn migrating_twice_is_a_no_op(pool: PgPool) {
    migrate(pool.connect_options().as_ref()).await.expect("migrated");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_of_an_unreleased_version_is_rejected(pool: PgPool) {
    for change in [
        "update _sqlx_migrations set checksum = '\\x00' where version = 1",
        // More migrations than this build has, as in the last unreleased version.
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (13, 'gmail', true, '\\x00', 1)",
        "delete from _sqlx_migrations where version > 5",
    ] {
        let message = migrate_after(&pool, change).await;
        assert!(message.contains("unreleased version"), "{change}: {message}");
        assert!(message.contains("empty data folder"), "{change}: {message}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_of_a_newer_version_is_rejected(pool: PgPool) {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, '\\x00', 1)";
    let message = migrate_after(&pool, newer).await;
    assert!(message.contains("newer version"), "{message}");
}
