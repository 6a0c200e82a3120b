//! TK-5, AZ-6: who calls is known without asking the database, and what ends is known at once. One server and its own
//! follower; two servers stand in `server/tests/faults`.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use domain::{
    ErrorCode,
    users::{LoginInput, LogoutInput, RefreshInput, TokenSet},
};
use service::{
    Error, Services,
    limits::Client,
    testing::{Bench, PASSWORD},
    users::{self, caller_of_token},
};
use sqlx::{AssertSqlSafe, PgPool};
use std::time::Duration;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// A bench whose server follows what is revoked, until the set is dropped.
async fn following(pool: PgPool) -> (Bench, JoinSet<()>) {
    let bench = Bench::new(pool).expect("bench");
    let services = bench.services.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { users::follow_revocations(&services).await });
    until(&bench.services, true).await;
    (bench, tasks)
}

async fn until(services: &Services, believed: bool) {
    let began = Instant::now();
    while services.callers.believed() != believed {
        assert!(began.elapsed() < Duration::from_secs(10), "believed: {believed}");
        sleep(Duration::from_millis(5)).await;
    }
}

async fn run(bench: &Bench, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&bench.owner)
        .await
        .expect("done");
}

async fn tokens(bench: &Bench) -> TokenSet {
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    users::login(&bench.services, input, &Client::unknown())
        .await
        .expect("in")
}

async fn refused(services: &Services, token: &str) -> bool {
    match caller_of_token(services, token).await {
        Ok(_) => false,
        Err(Error::Api(e)) => e.code == ErrorCode::Unauthorized,
        Err(e) => panic!("{e}"),
    }
}

/// Whether the caller comes in without any statement: with the right to look at sessions taken away. Tried several times,
/// since a machine that is busy with other things may hear too late and then asks.
async fn known_without_asking(bench: &Bench, token: &str) -> bool {
    for _ in 0..20 {
        until(&bench.services, true).await;
        caller_of_token(&bench.services, token).await.expect("in");
        run(bench, "revoke select on sessions from jobhax_login").await;
        let known = caller_of_token(&bench.services, token).await;
        run(bench, "grant select on sessions to jobhax_login").await;
        if let Ok(caller) = known {
            assert_eq!(caller.user.email, "ada@example.org");
            return true;
        }
    }
    false
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_known_caller_costs_no_statement(pool: PgPool) {
    let (bench, _tasks) = following(pool).await;
    bench.person("ada").await.expect("ada");
    let (known, unknown) = (tokens(&bench).await, tokens(&bench).await);
    assert!(known_without_asking(&bench, &known.access_token).await);
    run(&bench, "revoke select on sessions from jobhax_login").await;
    assert!(
        caller_of_token(&bench.services, &unknown.access_token)
            .await
            .is_err(),
        "the control: whoever is not known has to be asked for"
    );
}

/// Without the triggers nobody is told, and still it has ended here.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_ends_here_has_ended_before_the_answer(pool: PgPool) {
    let (bench, _tasks) = following(pool).await;
    let s = &bench.services;
    bench.person("ada").await.expect("ada");
    for table in ["sessions", "users", "memberships", "tenants"] {
        run(&bench, &format!("alter table {table} disable trigger user")).await;
    }
    let untold = tokens(&bench).await;
    assert!(!refused(s, &untold.access_token).await);

    for everywhere in [false, true] {
        let tokens = tokens(&bench).await;
        let caller = caller_of_token(s, &tokens.access_token).await.expect("in");
        users::logout(s, &caller, LogoutInput { everywhere })
            .await
            .expect("out");
        assert!(refused(s, &tokens.access_token).await, "everywhere: {everywhere}");
        assert_eq!(refused(s, &untold.access_token).await, everywhere);
    }

    let stolen = tokens(&bench).await;
    assert!(!refused(s, &stolen.access_token).await);
    let with = |t: &TokenSet| RefreshInput {
        refresh_token: t.refresh_token.clone(),
        tenant: None,
    };
    users::refresh(s, with(&stolen), &Client::unknown())
        .await
        .expect("refreshed");
    bench.clock.advance(chrono::TimeDelta::seconds(11));
    users::refresh(s, with(&stolen), &Client::unknown())
        .await
        .expect_err("reused");
    assert!(refused(s, &stolen.access_token).await, "the family is dead");

    // The control: what ends past the program and without a word is not noticed yet, so something is kept here.
    let mut unnoticed = false;
    for _ in 0..20 {
        until(s, true).await;
        let tokens = tokens(&bench).await;
        assert!(!refused(s, &tokens.access_token).await);
        run(&bench, "delete from sessions").await;
        unnoticed = unnoticed || !refused(s, &tokens.access_token).await;
    }
    assert!(unnoticed);
}

/// What changes is told by the database, whoever changed it, and only what a caller is made of.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_changes_elsewhere_is_heard(pool: PgPool) {
    let (bench, _tasks) = following(pool).await;
    let s = &bench.services;
    bench.person("ada").await.expect("ada");
    let token = tokens(&bench).await.access_token;
    for (sql, field, becomes) in [
        ("update users set time_zone = 'Asia/Tokyo'", 0, "Asia/Tokyo"),
        ("update users set email = 'ada@example.com'", 1, "ada@example.com"),
        ("update memberships set role = 'coach'", 2, "coach"),
        ("update tenants set name = 'Elsewhere'", 3, "Elsewhere"),
    ] {
        caller_of_token(s, &token).await.expect("in");
        run(&bench, sql).await;
        let began = Instant::now();
        loop {
            let c = caller_of_token(s, &token).await.expect("in");
            let fields = [
                &c.user.time_zone,
                &c.user.email,
                c.tenant.role.as_str(),
                &c.tenant.name,
            ];
            if fields[field] == becomes {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(1), "not heard: {sql}");
            sleep(Duration::from_millis(2)).await;
        }
    }

    // What does not matter to it is not told: the last use of a session is written down all the time.
    let mut listener = sqlx::postgres::PgListener::connect_with(&bench.owner)
        .await
        .expect("listener");
    listener.listen("jobhax_revoked").await.expect("listens");
    run(
        &bench,
        "update sessions set last_seen_at = now(), data = '{}'; update users set email = email",
    )
    .await;
    run(&bench, "notify jobhax_revoked, 'last'").await;
    assert_eq!(listener.recv().await.expect("told").payload(), "last");
}

/// CF-10: a server that cannot hear asks each time, and keeps people again when it can.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn without_a_connection_nothing_is_kept(pool: PgPool) {
    let (bench, _tasks) = following(pool).await;
    bench.person("ada").await.expect("ada");
    let token = tokens(&bench).await.access_token;
    assert!(!refused(&bench.services, &token).await);
    run(
        &bench,
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where application_name = 'jobhax listener' and datname = current_database()",
    )
    .await;
    until(&bench.services, false).await;
    run(&bench, "revoke select on sessions from jobhax_login").await;
    assert!(caller_of_token(&bench.services, &token).await.is_err(), "it asks");
    run(&bench, "grant select on sessions to jobhax_login").await;
    assert!(known_without_asking(&bench, &token).await, "it is kept again");
}

/// Requests that are on their way while a session ends: none of their answers is kept past its end.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_answer_on_its_way_is_not_kept(pool: PgPool) {
    let (bench, _tasks) = following(pool).await;
    let s = &bench.services;
    bench.person("ada").await.expect("ada");
    for round in 0..25 {
        let token = tokens(&bench).await.access_token;
        let caller = caller_of_token(s, &token).await.expect("in");
        let mut asking = JoinSet::new();
        for _ in 0..4 {
            let (services, token) = (s.clone(), token.clone());
            asking.spawn(async move {
                while caller_of_token(&services, &token).await.is_ok() {
                    // Asked for anew each time, so that an answer is always on its way.
                    services.callers.forget_all();
                    tokio::task::yield_now().await;
                }
            });
        }
        users::logout(s, &caller, LogoutInput { everywhere: false })
            .await
            .expect("out");
        assert!(refused(s, &token).await, "round {round}");
        while asking.join_next().await.is_some() {}
        assert!(refused(s, &token).await, "round {round}, afterwards");
    }
}
