//! Writes while the account is being deleted: both lock in the same order, so neither fails because of the other, and a write
//! that comes too late is rejected as one of a deleted account.

use crate::support::{error_code, reauth_input, test_app};
use domain::{
    ErrorCode,
    jobapps::{AddApplicationInput, JobApplication, Outcome, UpdateApplicationInput},
};
use service::{
    Error, Services,
    context::{Caller, ClientInfo},
    jobapps,
    testing::TestApp,
    wiring,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

/// Long enough that a task which was started has reached the lock.
const START_TIME: Duration = Duration::from_millis(500);

/// Locks a table until the connection is closed.
async fn lock_table(app: &TestApp, table: &str) -> PgConnection {
    let mut conn = PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection");
    let lock = format!("begin; lock table {table} in exclusive mode");
    conn.execute(AssertSqlSafe(lock)).await.expect("locked");
    conn
}

fn spawn<T, F>(task: impl FnOnce(Services) -> F, app: &TestApp) -> JoinHandle<Result<T, Error>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    tokio::spawn(task(app.services.clone()))
}

fn start_deletion(app: &TestApp, caller: &Caller) -> JoinHandle<Result<(), Error>> {
    let caller = caller.clone();
    let delete = async move |services: Services| {
        wiring::delete_user(&services, &caller, reauth_input(), &ClientInfo::unknown()).await
    };
    spawn(delete, app)
}

fn start_update(
    app: &TestApp,
    caller: &Caller,
    application: &JobApplication,
) -> JoinHandle<Result<JobApplication, Error>> {
    let caller = caller.clone();
    let input = UpdateApplicationInput {
        outcome: Some(Some(Outcome::Rejected)),
        status_id: None,
        ..UpdateApplicationInput::to_stage(application.id, application.application_status.id)
    };
    let update = async move |services: Services| jobapps::move_stage(&services, &caller, input).await;
    spawn(update, app)
}

async fn add_application(services: &Services, caller: &Caller) -> Result<JobApplication, Error> {
    let input = AddApplicationInput {
        job_title: "Baker".into(),
        company: "Fernway".into(),
        ..AddApplicationInput::default()
    };
    jobapps::add(services, caller, None, input).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn write_that_began_before_the_deletion_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let application = add_application(&app.services, &ada).await.expect("added");
    // It has locked the application and not yet, by the foreign keys of the event, the tenant.
    let lock = lock_table(&app, "application_events").await;
    let update = start_update(&app, &ada, &application);
    sleep(START_TIME).await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    lock.close().await.expect("unlocked");
    update.await.expect("no panic").expect("updated");
    deletion.await.expect("no panic").expect("deleted");
}

/// The clean-up deletes tenants with all their rows, as the deletion of an account does.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn write_that_began_before_its_demo_expired_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let application = add_application(&app.services, &ada).await.expect("added");
    for table in ["users", "tenants"] {
        let sql = format!("update {table} set expires_at = '2000-01-01'");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&app.owner)
            .await
            .expect("expired");
    }
    let lock = lock_table(&app, "application_events").await;
    let update = start_update(&app, &ada, &application);
    sleep(START_TIME).await;
    let expiry = spawn(
        async move |services: Services| wiring::delete_expired(&services).await,
        &app,
    );
    sleep(START_TIME).await;
    lock.close().await.expect("unlocked");
    update.await.expect("no panic").expect("updated");
    expiry.await.expect("no panic").expect("deleted");
    assert_eq!(
        error_code(add_application(&app.services, &ada).await),
        ErrorCode::Unauthorized
    );
}

/// The lock of one membership keeps nobody else from writing.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn membership_lock_is_of_one_membership(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let ben = app.register_user("ben").await.expect("registered");
    let mut conn = PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection");
    let lock = format!(
        "begin; select lock_memberships_for_deletion(array['{}'::uuid], '{{}}')",
        ada.user.id
    );
    conn.execute(AssertSqlSafe(lock)).await.expect("locked");
    add_application(&app.services, &ben).await.expect("added");
    assert_eq!(
        error_code(add_application(&app.services, &ada).await),
        ErrorCode::Unavailable,
        "control: it waits until the lock times out"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn write_during_the_deletion_is_unauthorized(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let application = add_application(&app.services, &ada).await.expect("added");
    let lock = lock_table(&app, "notes").await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    let update = start_update(&app, &ada, &application);
    let caller = ada.clone();
    let addition = spawn(
        async move |services: Services| add_application(&services, &caller).await,
        &app,
    );
    sleep(START_TIME).await;
    lock.close().await.expect("unlocked");
    deletion.await.expect("no panic").expect("deleted");
    for result in [update.await, addition.await] {
        assert_eq!(error_code(result.expect("no panic")), ErrorCode::Unauthorized);
    }
    // As does every write with a caller that was authenticated before.
    assert_eq!(
        error_code(add_application(&app.services, &ada).await),
        ErrorCode::Unauthorized
    );
}
