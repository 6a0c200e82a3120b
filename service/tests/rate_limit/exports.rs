//! Exports at the same time.

use crate::client_at;
use domain::{ApiError, ErrorCode, auth::ReauthInput};
use service::{testing::TestApp, users};
use sqlx::PgPool;
use tokio::task::JoinSet;

/// An export runs while the client reads it, so a client that never reads holds at most two of the slots.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_exports_are_limited_per_user(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (ada, ben) = (
        app.register_user("ada").await.expect("ada"),
        app.register_user("ben").await.expect("ben"),
    );
    let client = client_at("192.0.2.1");
    let export = |caller| users::export_data(&app.services, caller, ReauthInput::default(), &client);
    let (one, two) = (export(&ada).await.expect("one"), export(&ada).await.expect("two"));
    let third = export(&ada).await.map(drop).map_err(ApiError::from);
    let third = third.expect_err("rate limited");
    assert_eq!(
        (third.code, third.retry_after),
        (ErrorCode::RateLimited, Some(10))
    );
    export(&ben).await.expect("other user");
    drop((one, two));
    for _ in 0..100 {
        if export(&ada).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the slots of dropped exports stay in use");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn slow_readers_do_not_keep_others_from_exporting(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let client = client_at("192.0.2.1");
    let export = |caller| users::export_data(&app.services, caller, ReauthInput::default(), &client);
    let mut callers = Vec::new();
    for n in 0..8 {
        callers.push(app.register_user(&format!("u{n}")).await.expect("user"));
    }
    let ada = app.register_user("ada").await.expect("ada");
    let mut slow = JoinSet::new();
    for user in &callers {
        for _ in 0..2 {
            let mut export = export(user).await.expect("export");
            slow.spawn(async move {
                // A chunk per second is faster than a byte per second, and still too slow.
                while let Some(chunk) = export.chunks.recv().await {
                    if chunk.is_err() {
                        return true;
                    }
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
                false
            });
        }
    }
    let rejected = export(&ada).await.map(drop).map_err(ApiError::from);
    assert_eq!(
        rejected.expect_err("control: all slots are taken").code,
        ErrorCode::Unavailable
    );
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let mut document = Vec::new();
    let mut chunks = export(&ada).await.expect("a slot").chunks;
    while let Some(chunk) = chunks.recv().await {
        document.extend(chunk.expect("complete"));
    }
    serde_json::from_slice::<serde_json::Value>(&document).expect("a complete document");
    let broken = slow.join_all().await.into_iter().filter(|broken| *broken).count();
    assert_eq!(broken, 1, "only one reader lost its slot");
}
