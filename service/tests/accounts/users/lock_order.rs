//! Transactions that lock the same rows do it in the same order: none of them deadlocks, and none decides by rows that another one
//! is about to change.

use super::concurrent_deletion::{connection, execute, lock_table, spawn, start_deletion};
use crate::support::{count, login, test_app};
use chrono::TimeDelta;
use domain::auth::{LogoutInput, RefreshTokenInput, RevokeSessionInput};
use service::{
    Services, auth,
    context::{Caller, ClientInfo},
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use tokio::time::sleep;

/// Waits until this number of statements waits for a lock.
async fn wait_for_waiting(app: &TestApp, number: i64) {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while count(app, waiting).await != number {
        sleep(Duration::from_millis(10)).await;
    }
}

async fn deadlocks(app: &TestApp) -> i64 {
    // Backends report what they have counted with a delay, or when they end.
    sleep(Duration::from_millis(1200)).await;
    count(
        app,
        "select deadlocks from pg_stat_database where datname = current_database()",
    )
    .await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn refresh_that_began_before_the_revocation_completes(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    let other = login(&app, "ada", PASSWORD, "Firefox").await.expect("signed in");
    let session = auth::authenticate_token(&app.services, &other.access_token)
        .await
        .expect("caller")
        .session;
    // The refresh has locked its token and not yet written its session.
    let lock = lock_table_from_readers(&app, "memberships").await;
    let refresh = spawn(
        async move |services: Services| {
            let input = RefreshTokenInput {
                refresh_token: other.refresh_token,
                tenant: None,
            };
            auth::refresh_tokens(&services, input, &ClientInfo::unknown()).await
        },
        &app,
    );
    wait_for_waiting(&app, 1).await;
    let caller = ada.clone();
    let revocation = spawn(
        async move |services: Services| {
            let input = RevokeSessionInput { session_id: session };
            auth::revoke_session(&services, &caller, input).await
        },
        &app,
    );
    wait_for_waiting(&app, 2).await;
    close(lock).await;
    refresh.await.expect("no panic").expect("refreshed");
    revocation.await.expect("no panic").expect("revoked");
    assert_eq!(count(&app, "select count(*) from refresh_tokens r join sessions s on s.id = r.session_id where s.user_agent = 'Firefox'").await, 0);
}

/// Signing out everywhere waits for a request that writes one of the sessions, and deletes what it wrote.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_that_is_written_meanwhile_is_revoked_too(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("registered");
    for _ in 0..3 {
        login(&app, "ada", PASSWORD, "Firefox").await.expect("signed in");
    }
    let mut conn = connection(&app).await;
    execute(
        &mut conn,
        "begin; update sessions set last_seen_at = last_seen_at + interval '1 minute'".into(),
    )
    .await;
    let logout = spawn(
        async move |services: Services| auth::logout(&services, &ada, LogoutInput { everywhere: true }).await,
        &app,
    );
    wait_for_waiting(&app, 1).await;
    execute(&mut conn, "commit".into()).await;
    logout.await.expect("no panic").expect("signed out");
    assert_eq!(count(&app, "select count(*) from sessions").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clean_up_waits_for_no_session_flow_or_token(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("registered");
    login(&app, "ada", PASSWORD, "Firefox").await.expect("signed in");
    let mut conn = connection(&app).await;
    for n in 0..2 {
        execute(
            &mut conn,
            format!(
                "insert into oauth_flows (state_hash, browser_hash, provider, purpose, expires_at) \
                 values ('{n}', '', 'google', 'sign_in', '2000-01-01'); \
                 insert into email_tokens (user_id, purpose, token_hash, email_normalized, created_at, expires_at) \
                 select id, (array['verify_email', 'reset_password'])[{n} + 1], '{n}', '', '2000-01-01', '2000-01-01' from users"
            ),
        )
        .await;
    }
    execute(&mut conn, "update sessions set expires_at = '2000-01-01'".into()).await;
    let tables = ["sessions", "oauth_flows", "email_tokens"];
    execute(&mut conn, "begin".into()).await;
    for table in tables {
        execute(&mut conn, format!("select 1 from {table} limit 1 for update")).await;
    }
    wiring::delete_expired(&app.services).await.expect("deleted");
    for table in tables {
        assert_eq!(
            count(&app, &format!("select count(*) from {table}")).await,
            1,
            "{table}"
        );
    }
    execute(&mut conn, "commit".into()).await;
    wiring::delete_expired(&app.services).await.expect("deleted");
    for table in tables {
        assert_eq!(
            count(&app, &format!("select count(*) from {table}")).await,
            0,
            "{table}"
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clean_ups_deletions_and_revocations_do_not_deadlock(pool: PgPool) {
    let app = test_app(pool);
    for round in 0..6 {
        let ada = app.register_user("ada").await.expect("registered");
        for _ in 0..6 {
            login(&app, "ada", PASSWORD, "Firefox").await.expect("signed in");
        }
        let expiry = "update sessions set expires_at = '2000-01-01' where user_agent = 'Firefox'";
        sqlx::query(expiry).execute(&app.owner).await.expect("expired");
        let clean_ups: Vec<_> = (0..2)
            .map(|_| {
                spawn(
                    async move |services: Services| wiring::delete_expired(&services).await,
                    &app,
                )
            })
            .collect();
        let caller = ada.clone();
        let logout = spawn(
            async move |services: Services| auth::revoke_other_sessions(&services, &caller).await,
            &app,
        );
        sleep(Duration::from_millis(round)).await;
        let deletion = start_deletion(&app, &ada);
        for clean_up in clean_ups {
            clean_up.await.expect("no panic").expect("deleted");
        }
        // Unless the account was deleted before.
        let _ = logout.await.expect("no panic");
        deletion.await.expect("no panic").expect("deleted");
        app.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(deadlocks(&app).await, 0);
}

/// Creates an organization with these members. The first of them are its owners.
async fn create_organization(app: &TestApp, slug: &str, owners: &[&Caller], members: &[&Caller]) {
    let mut conn = connection(app).await;
    let insert = format!(
        "insert into tenants (id, slug, name, kind, created_at) values (gen_random_uuid(), '{slug}', '', 'organization', now())"
    );
    execute(&mut conn, insert).await;
    let roles = owners
        .iter()
        .map(|c| (c, "owner"))
        .chain(members.iter().map(|c| (c, "member")));
    for (caller, role) in roles {
        let insert = format!(
            "insert into memberships select id, '{}', '{role}', '', now() from tenants where slug = '{slug}'",
            caller.user.id
        );
        execute(&mut conn, insert).await;
    }
}

/// Deletes both accounts concurrently: they meet between the transfer of ownership and the deletion of the users.
async fn delete_both(app: &TestApp, first: &Caller, second: &Caller) {
    let lock = lock_table(app, "notes").await;
    let deletions = [start_deletion(app, first), start_deletion(app, second)];
    wait_for_waiting(app, 2).await;
    close(lock).await;
    for deletion in deletions {
        deletion.await.expect("no panic").expect("deleted");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_becomes_owner_when_both_owners_are_deleted_at_once(pool: PgPool) {
    let app = test_app(pool);
    let [ada, ben, cem] = register_three(&app).await;
    create_organization(&app, "guild", &[&ada, &ben], &[&cem]).await;
    delete_both(&app, &ada, &ben).await;
    let owners = format!(
        "select count(*) from memberships m join tenants t on t.id = m.tenant_id \
         where t.slug = 'guild' and m.role = 'owner' and m.user_id = '{}'",
        cem.user.id
    );
    assert_eq!(count(&app, &owners).await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn last_members_deleted_at_once_leave_no_tenant(pool: PgPool) {
    let app = test_app(pool);
    let [ada, ben, _] = register_three(&app).await;
    create_organization(&app, "guild", &[&ada, &ben], &[]).await;
    // Each is about to inherit the tenant of the other.
    create_organization(&app, "of-ada", &[&ada], &[&ben]).await;
    create_organization(&app, "of-ben", &[&ben], &[&ada]).await;
    delete_both(&app, &ada, &ben).await;
    let organizations = "select count(*) from tenants where kind = 'organization'";
    assert_eq!(count(&app, organizations).await, 0);
    assert_eq!(deadlocks(&app).await, 0);
}

async fn register_three(app: &TestApp) -> [Caller; 3] {
    [
        app.register_user("ada").await.expect("registered"),
        app.register_user("ben").await.expect("registered"),
        app.register_user("cem").await.expect("registered"),
    ]
}

async fn lock_table_from_readers(app: &TestApp, table: &str) -> PgConnection {
    let mut conn = connection(app).await;
    execute(
        &mut conn,
        format!("begin; lock table {table} in access exclusive mode"),
    )
    .await;
    conn
}

async fn close(conn: PgConnection) {
    sqlx::Connection::close(conn).await.expect("unlocked");
}
