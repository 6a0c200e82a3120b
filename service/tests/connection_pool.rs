//! Connections are returned to the pool without anything of their last user.
#![expect(clippy::expect_used, reason = "tests panic on unexpected errors")]

use domain::{ApiError, ErrorCode, tenants::Action, users::UpdateProfileInput};
use service::{
    context::{Caller, Grant, permit},
    platform::db::{Db, TenantTx},
    testing::TestApp,
    users,
};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// With a pool of one connection.
fn app(pool: PgPool) -> TestApp {
    app_with_connections(pool, 1)
}

fn app_with_connections(pool: PgPool, max_connections: u32) -> TestApp {
    let mut app = TestApp::new(pool).expect("app");
    let login = app
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    app.services.db = Db::connect(login, max_connections);
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
async fn cancelled_request_leaves_its_connection_usable(pool: PgPool) {
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

fn read_grant(caller: &Caller) -> Grant {
    permit(caller, Action::ReadApplications).expect("permitted")
}

/// Takes the whole share of the user: two of eight connections.
async fn use_up_share(db: &Db, grant: Grant) -> (TenantTx, TenantTx) {
    let both = async { tokio::try_join!(db.begin(grant), db.begin(grant)) };
    timeout(Duration::from_secs(1), both)
        .await
        .expect("the share is free")
        .expect("begun")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn slow_transactions_of_one_user_do_not_delay_other_users(pool: PgPool) {
    let app = app_with_connections(pool, 8);
    let ada = app.register_user("ada").await.expect("registered");
    let bob = app.register_user("bob").await.expect("registered");
    let (finish, is_finished) = watch::channel(false);
    let mut slow = JoinSet::new();
    for _ in 0..40 {
        let (db, grant, mut is_finished) = (app.services.db.clone(), read_grant(&ada), is_finished.clone());
        slow.spawn(async move {
            let tx = db.begin(grant).await?;
            is_finished.wait_for(|finished| *finished).await.expect("sender");
            tx.commit().await
        });
    }
    sleep(Duration::from_millis(20)).await;
    for _ in 0..10 {
        // Ada's transactions do not end meanwhile.
        let begin = app.services.db.begin(read_grant(&bob));
        let tx = timeout(Duration::from_secs(2), begin)
            .await
            .expect("bob does not wait for ada")
            .expect("begun");
        let used = app.services.db.pool_state().used;
        assert!(used <= 3, "{used} connections in use, of which ada may have two");
        tx.commit().await.expect("committed");
    }
    finish.send_replace(true);
    while let Some(result) = slow.join_next().await {
        result
            .expect("no panic")
            .expect("ada's own wait is below the timeout");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn share_is_free_again_after_drop_cancellation_and_failure(pool: PgPool) {
    let app = app_with_connections(pool, 8);
    let ada = app.register_user("ada").await.expect("registered");
    let (db, grant) = (&app.services.db, read_grant(&ada));
    let both = use_up_share(db, grant).await;
    for _ in 0..3 {
        let third = timeout(Duration::from_millis(20), db.begin(grant)).await;
        assert!(third.is_err(), "it waits until cancelled");
    }
    drop(both);
    drop(use_up_share(db, grant).await);
    let rename = |from: &str, to: &str| {
        let sql = format!("alter function {from}(uuid, uuid) rename to {to}");
        sqlx::AssertSqlSafe(sql)
    };
    app.owner
        .execute(rename("set_tenant_context", "renamed"))
        .await
        .expect("renamed");
    for _ in 0..3 {
        assert!(db.begin(grant).await.is_err(), "the function is missing");
    }
    app.owner
        .execute(rename("renamed", "set_tenant_context"))
        .await
        .expect("renamed");
    drop(use_up_share(db, grant).await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn transaction_beyond_the_share_is_unavailable_after_the_timeout(pool: PgPool) {
    let app = app_with_connections(pool, 8);
    let ada = app.register_user("ada").await.expect("registered");
    let (db, grant) = (&app.services.db, read_grant(&ada));
    let _both = use_up_share(db, grant).await;
    let third = timeout(Duration::from_secs(8), db.begin(grant))
        .await
        .expect("the wait is limited");
    let error = ApiError::from(third.err().expect("no permit"));
    assert_eq!(error.code, ErrorCode::Unavailable);
}
