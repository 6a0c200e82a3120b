//! Writes while the account is being deleted: both lock in the same order, so neither fails because of the other, and a write
//! that comes too late is rejected as one of a deleted account.

use crate::support::{NEW_PASSWORD, count, error_code, login, reauth_input, run_jobs, test_app};
use domain::{
    ErrorCode,
    auth::{ChangePasswordInput, LogoutInput, TokenSet},
    jobapps::{AddApplicationInput, JobApplication, Outcome, UpdateApplicationInput},
    users::UpdateProfileInput,
};
use service::{
    Error, Services, auth,
    context::{Caller, ClientInfo},
    jobapps,
    testing::{PASSWORD, TestApp},
    users, wiring,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

/// Long enough that a task which was started has reached the lock.
const START_TIME: Duration = Duration::from_millis(500);

/// Locks a table until the connection is closed.
pub async fn lock_table(app: &TestApp, table: &str) -> PgConnection {
    let mut conn = PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection");
    let lock = format!("begin; lock table {table} in exclusive mode");
    conn.execute(AssertSqlSafe(lock)).await.expect("locked");
    conn
}

pub fn spawn<T, F>(task: impl FnOnce(Services) -> F, app: &TestApp) -> JoinHandle<Result<T, Error>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    tokio::spawn(task(app.services.clone()))
}

pub fn start_deletion(app: &TestApp, caller: &Caller) -> JoinHandle<Result<(), Error>> {
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

/// The lock of one membership does not prevent others from writing.
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

fn start_login(app: &TestApp) -> JoinHandle<Result<TokenSet, Error>> {
    let app = TestApp {
        services: app.services.clone(),
        clock: app.clock.clone(),
        owner: app.owner.clone(),
    };
    tokio::spawn(async move { login(&app, "ada", PASSWORD, "Firefox").await })
}

pub async fn connection(app: &TestApp) -> PgConnection {
    PgConnection::connect_with(&app.owner.connect_options())
        .await
        .expect("connection")
}

/// Runs statements of another transaction, one after the other.
pub async fn execute(conn: &mut PgConnection, sql: String) {
    conn.execute(AssertSqlSafe(sql)).await.expect("executed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn login_that_began_before_the_deletion_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    login(&app, "ada", PASSWORD, "Firefox")
        .await
        .expect("known device");
    // It has locked the device and not yet, by the foreign key of the session, the user.
    let lock = lock_table(&app, "sessions").await;
    let sign_in = start_login(&app);
    sleep(START_TIME).await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    lock.close().await.expect("unlocked");
    sign_in.await.expect("no panic").expect("signed in");
    deletion.await.expect("no panic").expect("deleted");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn login_during_the_deletion_has_invalid_credentials(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let lock = lock_table(&app, "notes").await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    let sign_in = start_login(&app);
    sleep(START_TIME).await;
    lock.close().await.expect("unlocked");
    deletion.await.expect("no panic").expect("deleted");
    assert_eq!(
        error_code(sign_in.await.expect("no panic")),
        ErrorCode::InvalidCredentials
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_of_a_deleted_account_is_unauthorized(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let (services, client) = (&app.services, ClientInfo::unknown());
    let reauth = reauth_input();
    wiring::delete_user(services, &ada, reauth, &client)
        .await
        .expect("deleted");
    let password = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW_PASSWORD.into(),
    };
    let profile = UpdateProfileInput {
        time_zone: Some("Europe/Berlin".into()),
        ..UpdateProfileInput::default()
    };
    let codes = [
        error_code(wiring::delete_user(services, &ada, reauth_input(), &client).await),
        error_code(users::get_profile(services, &ada).await),
        error_code(users::update_profile(services, &ada, profile).await),
        error_code(auth::change_password(services, &ada, password, &client).await),
        error_code(auth::logout(services, &ada, LogoutInput { everywhere: true }).await),
        error_code(auth::revoke_other_sessions(services, &ada).await),
        error_code(auth::resend_verification_email(services, &ada, &client).await),
        error_code(auth::oauth::unlink_identity(services, &ada, uuid::Uuid::nil().into()).await),
    ];
    assert_eq!(codes, [ErrorCode::Unauthorized; 8]);
}

/// A step locks its job, then the membership.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn job_step_that_began_before_the_deletion_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    run_jobs(&app).await;
    let (user, tenant) = (ada.user.id, ada.tenant.id);
    let mut conn = connection(&app).await;
    let insert = format!(
        "insert into background_jobs (id, kind, lane, tenant_id, user_id, payload_id, run_at, created_at) \
         values (gen_random_uuid(), 'import_mail', 'bulk', '{tenant}', '{user}', gen_random_uuid(), now(), now())"
    );
    execute(&mut conn, insert).await;
    let step = "begin; select 1 from background_jobs for update".to_owned();
    execute(&mut conn, step).await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    execute(&mut conn, format!("select lock_membership('{tenant}', '{user}')")).await;
    execute(&mut conn, "commit".into()).await;
    deletion.await.expect("no panic").expect("deleted");
    assert_eq!(count(&app, "select count(*) from background_jobs").await, 0);
}

/// The job that has sent an email deletes itself, then the email.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_job_that_ends_during_the_deletion_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let mut conn = connection(&app).await;
    let finish = "begin; delete from background_jobs".to_owned();
    execute(&mut conn, finish).await;
    let deletion = start_deletion(&app, &ada);
    sleep(START_TIME).await;
    execute(&mut conn, "delete from outbound_emails".into()).await;
    execute(&mut conn, "commit".into()).await;
    deletion.await.expect("no panic").expect("deleted");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_logins_and_jobs_do_not_deadlock_with_the_deletion(pool: PgPool) {
    let app = test_app(pool);
    for round in 0..8 {
        let ada = app.register_user("ada").await.expect("registered");
        let logins: Vec<_> = (0..6).map(|_| start_login(&app)).collect();
        sleep(Duration::from_millis(4 * round)).await;
        let deletion = start_deletion(&app, &ada);
        run_jobs(&app).await;
        for sign_in in logins {
            match sign_in.await.expect("no panic") {
                Ok(_) => {}
                rejected => assert_eq!(error_code(rejected), ErrorCode::InvalidCredentials),
            }
        }
        deletion.await.expect("no panic").expect("deleted");
    }
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(count(&app, deadlocks).await, 0);
}
