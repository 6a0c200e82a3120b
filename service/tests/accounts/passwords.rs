//! PW-8, AT-10, AT-11, AT-22 and what a change of password does.

use crate::support::{NEW, bench, code, count, fields, forgot, login, posted, work};
use chrono::TimeDelta;
use domain::{ErrorCode, users::ChangePasswordInput};
use service::{
    limits::Client,
    testing::PASSWORD,
    users::{self, RECENT},
};
use sqlx::PgPool;
use std::time::{Duration, Instant};

fn change(current: Option<&str>, new: &str) -> ChangePasswordInput {
    ChangePasswordInput {
        current_password: current.map(Into::into),
        new_password: new.into(),
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn changing_takes_the_old_password_and_a_good_new_one(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let client = Client::unknown();
    let ada = bench.person("ada").await.expect("ada");
    work(&bench).await;
    sink.clear();
    let try_ = |current, new| users::change_password(&bench.services, &ada, change(current, new), &client);
    assert_eq!(
        fields(try_(Some("wrong wrong wrong"), NEW).await),
        ["current_password"]
    );
    assert_eq!(code(try_(None, NEW).await), ErrorCode::ReauthenticationRequired);
    assert_eq!(
        code(try_(Some(""), NEW).await),
        ErrorCode::ReauthenticationRequired
    );
    for weak in [
        "",
        "short",
        "password1234",
        "ada ada ada ada",
        "jobhax jobhax",
        PASSWORD,
    ] {
        assert_eq!(
            fields(try_(Some(PASSWORD), weak).await),
            ["new_password"],
            "{weak:?}"
        );
    }
    login(&bench, "ada", PASSWORD, "curl/8")
        .await
        .expect("nothing has changed");
    try_(Some(PASSWORD), NEW).await.expect("changed");
    assert_eq!(
        code(login(&bench, "ada", PASSWORD, "curl/8").await),
        ErrorCode::InvalidCredentials
    );
    login(&bench, "ada", NEW, "curl/8").await.expect("the new one");
    work(&bench).await;
    assert!(
        sink.subjects()
            .contains(&"Your JobHax password was changed".to_owned())
    );
}

/// PW-2: composed and decomposed letters are the same password, at registration, sign-in and change.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_letter_is_the_same_however_it_was_typed(pool: PgPool) {
    let bench = bench(pool);
    let client = Client::unknown();
    let ada = bench.person("ada").await.expect("ada");
    let composed = "le caf\u{e9} est ferm\u{e9} lundi";
    let decomposed = "le cafe\u{301} est ferme\u{301} lundi";
    users::change_password(&bench.services, &ada, change(Some(PASSWORD), decomposed), &client)
        .await
        .expect("changed");
    login(&bench, "ada", composed, "curl/8").await.expect("composed");
    login(&bench, "ada", decomposed, "curl/8")
        .await
        .expect("decomposed");
    users::change_password(&bench.services, &ada, change(Some(composed), NEW), &client)
        .await
        .expect("changed again");
}

/// PW-12: an account without a password gets one only soon after signing in.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_first_password_needs_a_recent_sign_in(pool: PgPool) {
    let bench = bench(pool);
    let client = Client::unknown();
    let ada = bench.person("ada").await.expect("ada");
    sqlx::query("update users set password_hash = null")
        .execute(&bench.owner)
        .await
        .expect("none");
    bench.clock.advance(RECENT);
    let late = users::change_password(&bench.services, &ada, change(None, NEW), &client).await;
    assert_eq!(code(late), ErrorCode::ReauthenticationRequired);
    bench.clock.advance(-RECENT + TimeDelta::seconds(-1));
    bench.clock.advance(TimeDelta::seconds(2));
    users::change_password(&bench.services, &ada, change(None, NEW), &client)
        .await
        .expect("recent");
    login(&bench, "ada", NEW, "curl/8").await.expect("has one now");
}

/// Two changes at once with the same old password: one of them wins, the other is told.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn of_two_changes_at_once_one_wins(pool: PgPool) {
    let bench = bench(pool);
    let client = Client::unknown();
    let ada = bench.person("ada").await.expect("ada");
    let other = "nine loud dogs chase trains";
    let (a, b) = tokio::join!(
        users::change_password(&bench.services, &ada, change(Some(PASSWORD), NEW), &client),
        users::change_password(&bench.services, &ada, change(Some(PASSWORD), other), &client),
    );
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    let holds = if a.is_ok() { NEW } else { other };
    login(&bench, "ada", holds, "curl/8").await.expect("the winner's");
}

/// PW-8, AT-10, AT-11: asking for a new password does the same work whoever has the address. The letter is written
/// later, so what is there after the answer is the same too.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn asking_tells_nothing_about_who_is_known(pool: PgPool) {
    let bench = bench(pool);
    for n in 0..40 {
        bench.person(&format!("known{n}")).await.expect("somebody");
    }
    work(&bench).await;
    let mut took = [Vec::new(), Vec::new()];
    for n in 0..40 {
        // Who comes first changes, so that the place in the row decides nothing.
        for turn in [n, n + 1] {
            let who = ["known", "unknown"][turn % 2];
            let before = bench.services.db.transactions();
            let began = Instant::now();
            forgot(&bench, &format!("{who}{n}@example.org"))
                .await
                .expect("taken down");
            took[turn % 2].push(began.elapsed());
            assert_eq!(bench.services.db.transactions() - before, 1);
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (known, unknown) = (median(&mut took[0]), median(&mut took[1]));
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{known:?} and {unknown:?}");
    let same = "select count(*) from (select kind, user_id, agent from letter where kind = 'reset_password' group by 1, 2, 3) x";
    assert_eq!(count(&bench, same).await, 1);
}

/// Demo accounts have no mailbox: nothing is sent to them, whoever asks.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_is_sent_to_a_demo(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let client = Client::unknown();
    let (demo, _) = users::demo(&bench.services, &client).await.expect("demo");
    forgot(&bench, &demo.email).await.expect("taken down");
    work(&bench).await;
    assert!(sink.all().is_empty());
    assert_eq!(count(&bench, "select count(*) from letter").await, 0);
}
