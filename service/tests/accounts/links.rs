//! PW-9, AT-6, AT-8, AT-9, AT-21: links in letters hold once, for a while, for one thing.

use crate::support::{NEW, asked, code, count, forgot, login, posted, reset, work};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    users::{ActivateInput, ChangePasswordInput},
};
use service::{limits::Client, testing::PASSWORD, users};
use sqlx::PgPool;
use std::collections::HashSet;

/// AT-9: of fifty uses at once one succeeds.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_link_works_once(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let token = asked(&bench, &sink, "ada").await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (services, token) = (bench.services.clone(), token.clone());
        tries.spawn(async move {
            let input = domain::users::ResetPasswordInput {
                token,
                new_password: format!("{NEW} {n}"),
            };
            match users::reset_password(&services, input, &Client::unknown()).await {
                Ok(()) => Some(n),
                Err(error) => {
                    assert_eq!(domain::ApiError::from(error).code, ErrorCode::LinkExpired);
                    None
                }
            }
        });
    }
    let winners: Vec<i32> = tries.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    login(&bench, "ada", &format!("{NEW} {}", winners[0]), "curl/8")
        .await
        .expect("the winner's password");
    assert_eq!(
        code(login(&bench, "ada", PASSWORD, "curl/8").await),
        ErrorCode::InvalidCredentials
    );
}

/// AT-9 for confirming an address.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_address_is_confirmed_once(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    work(&bench).await;
    let token = sink.only().token();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (services, token) = (bench.services.clone(), token.clone());
        tries.spawn(async move {
            users::activate(&services, ActivateInput { token }, &Client::unknown())
                .await
                .is_ok()
        });
    }
    let won = tries.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

/// AT-6: a link dies when the password changes, by a newer request, and by its age.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_link_dies_of_what_happens_after_it(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let ada = bench.person("ada").await.expect("ada");

    let old = asked(&bench, &sink, "ada").await;
    let change = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW.into(),
    };
    users::change_password(&bench.services, &ada, change, &Client::unknown())
        .await
        .expect("changed");
    assert_eq!(
        code(reset(&bench, &old, "another good pass phrase").await),
        ErrorCode::LinkExpired
    );

    let older = asked(&bench, &sink, "ada").await;
    let newer = asked(&bench, &sink, "ada").await;
    assert_ne!(older, newer);
    assert_eq!(
        code(reset(&bench, &older, "another good pass phrase").await),
        ErrorCode::LinkExpired
    );
    bench.clock.advance(TimeDelta::minutes(59));
    reset(&bench, &newer, "another good pass phrase")
        .await
        .expect("within the hour");

    let late = asked(&bench, &sink, "ada").await;
    bench.clock.advance(TimeDelta::minutes(60));
    assert_eq!(code(reset(&bench, &late, NEW).await), ErrorCode::LinkExpired);

    let moved = asked(&bench, &sink, "ada").await;
    sqlx::query("update users set email = 'ada@new.example', email_key = 'ada@new.example'")
        .execute(&bench.owner)
        .await
        .expect("another address");
    assert_eq!(
        code(reset(&bench, &moved, NEW).await),
        ErrorCode::LinkExpired,
        "it proves the old address"
    );
    assert_eq!(code(reset(&bench, "x", NEW).await), ErrorCode::LinkExpired);
}

/// A request that waits is taken back by a change; and one that comes late sends no dead link.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_change_takes_back_what_was_asked_before(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    let ada = bench.person("ada").await.expect("ada");
    work(&bench).await;
    sink.clear();
    forgot(&bench, "ada@example.org").await.expect("taken down");
    let change = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW.into(),
    };
    users::change_password(&bench.services, &ada, change, &Client::unknown())
        .await
        .expect("changed");
    work(&bench).await;
    assert_eq!(sink.subjects(), ["Your JobHax password was changed"]);

    sink.clear();
    forgot(&bench, "ada@example.org").await.expect("taken down");
    bench.clock.advance(TimeDelta::minutes(61));
    work(&bench).await;
    assert!(sink.all().is_empty(), "too late to be of use");
    assert_eq!(
        count(
            &bench,
            "select count(*) from mail_link where purpose = 'reset_password'"
        )
        .await,
        0
    );
}

/// A link is for one thing, and a weak password does not use it up.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_link_is_bound_to_its_purpose(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    work(&bench).await;
    let confirm = sink.only().token();
    let token = asked(&bench, &sink, "ada").await;
    assert_eq!(code(reset(&bench, &confirm, NEW).await), ErrorCode::LinkExpired);
    let wrong = ActivateInput { token: token.clone() };
    assert_eq!(
        code(users::activate(&bench.services, wrong, &Client::unknown()).await),
        ErrorCode::LinkExpired
    );
    assert_eq!(
        crate::support::fields(reset(&bench, &token, "password1234").await),
        ["new_password"]
    );
    reset(&bench, &token, NEW).await.expect("still holds");
    // That the mail arrived proved the address.
    assert_eq!(
        count(
            &bench,
            "select count(*) from users where email_verified_at is not null"
        )
        .await,
        1
    );
}

/// The database holds only hashes; tokens have 256 bits and never repeat.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn tokens_are_long_and_not_in_the_database(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    let mut seen = HashSet::new();
    for _ in 0..5 {
        let token = asked(&bench, &sink, "ada").await;
        assert_eq!(token.len(), 43);
        let row: String =
            sqlx::query_scalar("select l::text from mail_link l where purpose = 'reset_password'")
                .fetch_one(&bench.owner)
                .await
                .expect("row");
        assert!(!row.contains(&token));
        assert!(seen.insert(token));
    }
}

/// Whoever asks again at once has a mail on the way: a mailbox cannot be flooded.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn asking_again_and_again_sends_one_mail(pool: PgPool) {
    let (bench, sink) = posted(pool).await;
    bench.person("ada").await.expect("ada");
    work(&bench).await;
    sink.clear();
    for _ in 0..20 {
        forgot(&bench, "ada@example.org").await.expect("taken down");
    }
    work(&bench).await;
    forgot(&bench, "ADA@example.org").await.expect("taken down");
    work(&bench).await;
    let token = sink.only().token();
    reset(&bench, &token, NEW)
        .await
        .expect("the one that was sent holds");
}
