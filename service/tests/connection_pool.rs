//! Connections are returned to the pool without anything of their last user.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use domain::users::UpdateProfileInput;
use service::{platform::db::Db, testing::TestApp, users};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::time::timeout;

/// With a pool of one connection.
fn app(pool: PgPool) -> TestApp {
    let mut app = TestApp::new(pool).expect("app");
    let login = app
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    app.services.db = Db::connect(login, 1);
    app
}

async fn open_transactions(app: &TestApp) -> i64 {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() \
               and application_name = 'jobhax' and state like 'idle in transaction%'";
    sqlx::query_scalar(sql)
        .fetch_one(&app.owner)
        .await
        .expect("count")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn dropped_transaction_is_rolled_back_before_its_connection_is_reused(pool: PgPool) {
    let app = app(pool);
    let tx = app.services.db.begin_global().await.expect("begun");
    assert_eq!(open_transactions(&app).await, 1);
    drop(tx);
    app.services.db.ping().await.expect("response");
    assert_eq!(open_transactions(&app).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn canceled_request_leaves_its_connection_usable(pool: PgPool) {
    let app = app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let input = || UpdateProfileInput {
        first_name: Some(Some("Ada".into())),
        ..UpdateProfileInput::default()
    };
    let mut lock = PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection");
    lock.execute("begin; lock table users").await.expect("locked");
    let update = users::update_profile(&app.services, &ada, input());
    assert!(
        timeout(Duration::from_millis(200), update).await.is_err(),
        "it waits for the lock"
    );
    lock.close().await.expect("unlocked");
    users::update_profile(&app.services, &ada, input())
        .await
        .expect("updated");
    app.services.db.ping().await.expect("response");
    assert_eq!(open_transactions(&app).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn runtime_shutdown_with_an_open_transaction_ends(pool: PgPool) {
    let app = app(pool);
    let db = app.services.db.clone();
    let shutdown = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("runtime");
        let (begun, is_begun) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let _tx = db.begin_global().await.expect("begun");
            begun.send(()).expect("receiver");
            std::future::pending::<()>().await;
        });
        is_begun.recv().expect("begun");
        // Cancels the task, and with it the clean-up of its connection.
        drop(runtime);
    });
    tokio::task::spawn_blocking(|| shutdown.join().expect("no panic"))
        .await
        .expect("joined");
}
